// A text field that suggests while people type: the combobox of the ARIA Authoring Practices, with
// a listbox below it.  The focus stays in the field; arrow keys point at a suggestion, Enter takes
// it, Escape closes the list.  Composing Chinese in an input method presses none of these.
"use strict";
class Combobox {
  #input; #list; #status; #suggest; #take; #words; #eager;
  #shown = [];
  #active = -1;
  #asked = 0;

  // suggest(text) gives, or promises, [{ text, note, value }]; take(suggestion) puts one in; where
  // nothing but a suggestion will do, eager points at the first.
  constructor(input, { label, words, suggest, take, eager = false }) {
    this.#input = input;
    this.#suggest = suggest;
    this.#take = take;
    this.#words = words;
    this.#eager = eager;
    this.#build(label);
    input.addEventListener("input", () => this.open(input.value));
    input.addEventListener("keydown", (event) => this.#press(event));
    input.addEventListener("blur", () => this.close());
    // The field keeps the focus while a suggestion is clicked.
    this.#list.addEventListener("mousedown", (event) => event.preventDefault());
    this.#list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) this.#choose([...this.#list.children].indexOf(option));
    });
  }

  #build(label) {
    const box = document.createElement("div");
    box.className = "desk-combobox";
    this.#list = document.createElement("ul");
    this.#list.id = `${this.#input.id}_list`;
    this.#list.hidden = true;
    this.#list.setAttribute("role", "listbox");
    this.#list.setAttribute("aria-label", label);
    this.#status = document.createElement("span");
    this.#status.className = "visually-hidden";
    this.#status.setAttribute("role", "status");
    this.#input.replaceWith(box);
    box.append(this.#input, this.#list, this.#status);
    const attributes = { role: "combobox", autocomplete: "off", "aria-autocomplete": "list",
      "aria-controls": this.#list.id, "aria-expanded": "false" };
    for (const [name, value] of Object.entries(attributes)) this.#input.setAttribute(name, value);
  }

  get isOpen() { return !this.#list.hidden; }

  async open(text) {
    const asked = ++this.#asked;
    let found;
    try { found = await this.#suggest(text); } catch { found = []; }
    // A later question was quicker, or the field was left meanwhile.
    if (asked !== this.#asked || document.activeElement !== this.#input) return;
    this.#show(found);
  }

  close() {
    this.#asked++;
    this.#show([]);
    this.#status.textContent = "";
  }

  #show(found) {
    this.#shown = found;
    this.#list.replaceChildren(...found.map(({ text, note }, index) => {
      const option = document.createElement("li");
      option.id = `${this.#list.id}_${index}`;
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      option.append(text);
      if (note) option.append(Object.assign(document.createElement("small"), { textContent: note }));
      return option;
    }));
    this.#list.hidden = !found.length;
    this.#input.setAttribute("aria-expanded", String(this.isOpen));
    this.#status.textContent = found.length ? `${found.length} ${this.#words.found}` : "";
    this.#point(this.#eager && found.length ? 0 : -1);
    if (this.isOpen) this.#list.scrollIntoView({ block: "nearest" });
  }

  #point(index) {
    this.#list.children[this.#active]?.setAttribute("aria-selected", "false");
    this.#active = index;
    const option = this.#list.children[index];
    option?.setAttribute("aria-selected", "true");
    option?.scrollIntoView({ block: "nearest" });
    if (option) this.#input.setAttribute("aria-activedescendant", option.id);
    else this.#input.removeAttribute("aria-activedescendant");
  }

  #choose(index) {
    const chosen = this.#shown[index];
    this.close();
    this.#take(chosen);
  }

  #press(event) {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    const last = this.#shown.length - 1;
    if (event.key === "ArrowDown") this.isOpen ? this.#point(this.#active < last ? this.#active + 1 : 0) : this.open("");
    else if (event.key === "ArrowUp" && this.isOpen) this.#point(this.#active > 0 ? this.#active - 1 : last);
    else if (event.key === "Enter" && this.#active >= 0) this.#choose(this.#active);
    else if (event.key === "Escape" && this.isOpen) this.close();
    else return;
    event.preventDefault();
  }
}
