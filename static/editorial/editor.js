// The form of an entry: suggestions, marks for the summary, the picture, and beside it the entry as
// readers will see it.  Without this script every field works as it stands.
"use strict";
{
  const form = document.querySelector("form.desk-form:has(.desk-editor)");
  const field = (name) => form.elements[name];
  const changed = (control) => control.dispatchEvent(new Event("input", { bubbles: true }));

  // --- The section, by a few of its letters --------------------------------------------------------

  const suggestSections = (words) => {
    const select = field("category");
    const input = document.createElement("input");
    const chosen = () => (select.value ? select.selectedOptions[0].text : "");
    const show = () => { input.value = chosen(); };
    const fold = (text) => text.normalize("NFKC").toLowerCase();
    input.className = "vTextField";
    for (const name of ["aria-describedby", "aria-invalid", "required"]) {
      if (select.hasAttribute(name)) input.setAttribute(name, select.getAttribute(name));
    }
    const focused = select.autofocus || document.activeElement === select;
    [input.id, select.id] = [select.id, `${select.id}_select`];
    select.hidden = true;
    select.before(input);
    show();
    const box = new Combobox(input, {
      label: form.querySelector(`label[for="${input.id}"]`).textContent,
      words,
      eager: true,
      suggest: (text) => [...select.options]
        .filter((option) => option.value && fold(option.text).includes(fold(text.trim())))
        .map((option) => ({ text: option.text, value: option.value })),
      take: ({ value }) => { select.value = value; show(); changed(select); },
    });
    input.addEventListener("click", () => { input.select(); box.open(""); });
    input.addEventListener("blur", () => {
      if (!input.value.trim() && select.value) { select.value = ""; changed(select); }
      show();
    });
    select.addEventListener("input", show);  // another script may choose one (see keep.js)
    if (focused) input.focus();
  };

  // --- Tags that other entries have ---------------------------------------------------------------

  const suggestTags = (words, url) => {
    const input = field("tags");
    const SEPARATORS = /[,，、]/;
    // The word that the caret stands in: where it begins and ends.
    const word = () => {
      const { value, selectionStart: caret } = input;
      const before = value.slice(0, caret).split(SEPARATORS).at(-1);
      const after = value.slice(caret).split(SEPARATORS)[0];
      return { start: caret - before.length, end: caret + after.length, text: (before + after).trim() };
    };
    new Combobox(input, {
      label: form.querySelector(`label[for="${input.id}"]`).textContent,
      words,
      suggest: async () => {
        const { text } = word();
        if (!text) return [];
        const answer = await fetch(`${url}?q=${encodeURIComponent(text)}`, { redirect: "error" });
        if (!answer.ok) return [];
        const present = new Set(input.value.split(SEPARATORS).map((name) => name.trim().toLowerCase()));
        present.delete(text.toLowerCase());
        return (await answer.json()).tags
          .filter(({ name }) => !present.has(name.toLowerCase()))
          .map(({ name, entries }) => ({ text: name, value: name, note: `${entries} ${words.entries}` }));
      },
      take: ({ value }) => {
        const { start, end } = word();
        const before = start ? " " : "";
        const after = input.value.slice(end);
        input.setRangeText(`${before}${value}${after ? "" : ", "}`, start, end, "end");
        changed(input);
      },
    });
  };

  // --- Marks --------------------------------------------------------------------------------------

  // GitHub renders marks only where they hold: not between a letter outside and punctuation inside.
  const EDGE = /^[\p{P}\p{S}]$/u;
  const KEPT = /^[[\]<>`*_$!\\#~|&;]$/;  // Markdown's own; moving them would change what they mark
  const holds = (outside, inside) => !EDGE.test(inside) || !outside || /\s/.test(outside) || EDGE.test(outside);

  // Where marks around this stretch of the text hold: 「只需要」 is marked inside its brackets.
  const tightened = (text, start, end) => {
    while (start < end && /\s/.test(text[start])) start++;
    while (end > start && /\s/.test(text[end - 1])) end--;
    if (start === end || (holds(text[start - 1], text[start]) && holds(text[end], text[end - 1]))) {
      return [start, end];
    }
    const moves = (character) => EDGE.test(character) && !KEPT.test(character);
    while (start < end && moves(text[start])) start++;
    while (end > start && moves(text[end - 1])) end--;
    return [start, end];
  };

  // As if typed, so that the browser's undo takes it back.
  const type = (area, start, end, text, from, to) => {
    area.focus();
    area.setSelectionRange(start, end);
    if (!document.execCommand("insertText", false, text)) {
      area.setRangeText(text, start, end, "end");
      changed(area);
    }
    area.setSelectionRange(start + from, start + to);
  };

  const isMarked = (text, start, end, mark) => {
    const before = text.slice(0, start), after = text.slice(end);
    if (!before.endsWith(mark) || !after.startsWith(mark)) return false;
    const run = before.match(/\**$/)[0].length;
    return mark !== "*" || run % 2 === 1;  // two are bold, three are both
  };

  const mark = (area, marks) => {
    const text = area.value;
    let [start, end] = [area.selectionStart, area.selectionEnd];
    if (marks.startsWith("*")) [start, end] = tightened(text, start, end);
    const selected = text.slice(start, end);
    if (isMarked(text, start, end, marks)) {
      type(area, start - marks.length, end + marks.length, selected, 0, selected.length);
    } else {
      type(area, start, end, marks + selected + marks, marks.length, marks.length + selected.length);
    }
  };

  const link = (area) => {
    const { value, selectionStart: start, selectionEnd: end } = area;
    const selected = value.slice(start, end);
    if (/^https?:\/\/\S+$/.test(selected)) type(area, start, end, `[](${selected})`, 1, 1);
    else {
      const from = selected.length + 3;
      type(area, start, end, `[${selected}](https://)`, from, from + "https://".length);
    }
  };

  const offerMarks = () => {
    const area = field("summary");
    const toolbar = form.querySelector(".desk-toolbar");
    const put = (name) => (name === "link" ? link(area) : mark(area, name));
    toolbar.hidden = false;
    toolbar.addEventListener("click", ({ target }) => {
      const button = target.closest("[data-mark]");
      if (button) put(button.dataset.mark);
    });
    const KEYS = { b: "**", i: "*", k: "link" };
    area.addEventListener("keydown", (event) => {
      const name = KEYS[event.key.toLowerCase()];
      if (!name || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey) return;
      event.preventDefault();
      put(name);
    });
  };

  // --- The picture and the preview ----------------------------------------------------------------

  // The address of a picture that was chosen and not sent yet.
  let chosenPicture = "";

  const showPicture = () => {
    const shown = form.querySelector("img.desk-picture");
    const stored = shown.getAttribute("src");
    field("picture_file").addEventListener("input", ({ target }) => {
      URL.revokeObjectURL(chosenPicture);
      chosenPicture = target.files.length ? URL.createObjectURL(target.files[0]) : "";
      shown.src = chosenPicture || stored;
      shown.hidden = !shown.getAttribute("src");
      if (chosenPicture) field("picture_removed").checked = false;
    });
  };

  const preview = () => {
    const pane = form.querySelector(".desk-preview");
    const frame = pane.querySelector("iframe");
    const status = pane.querySelector("[role=status]");
    let timer, asked;

    const text = () => frame.contentDocument.querySelector(".measure");
    const fit = () => { frame.style.height = `${text().offsetTop + text().offsetHeight + 40}px`; };

    const withPicture = (page) => {
      if (!chosenPicture) return;
      const entry = page.querySelector(".entry");
      const place = entry.querySelector(".picture") ?? page.createElement("p");
      const image = Object.assign(page.createElement("img"), { src: chosenPicture, alt: field("picture_alt").value });
      place.className = "picture";
      place.replaceChildren(image);
      if (!place.isConnected) entry.querySelector(".prose").before(place);
    };

    const show = (html) => {
      const page = new DOMParser().parseFromString(html, "text/html");
      withPicture(page);
      const inside = frame.contentDocument;
      if (inside.querySelector(".entry")) {  // in place, so that it neither flickers nor scrolls
        inside.querySelector(".entry").replaceWith(inside.adoptNode(page.querySelector(".entry")));
      } else {
        frame.addEventListener("load", () => new ResizeObserver(fit).observe(text()), { once: true });
        frame.srcdoc = page.documentElement.outerHTML;
      }
    };

    const showFlaws = (html) => {
      const found = new DOMParser().parseFromString(html, "text/html").getElementById("flaws");
      for (const place of form.querySelectorAll(".desk-flaws")) {
        const fresh = found.querySelector(`[data-field="${place.dataset.field}"]`);
        const list = fresh?.innerHTML.trim() ?? "";
        if (place.innerHTML.trim() !== list) place.innerHTML = list;  // else an open one would close
      }
    };

    const refresh = async () => {
      asked?.abort();
      asked = new AbortController();
      const typed = new FormData(form);
      for (const name of ["picture_file", "pasted"]) typed.delete(name);
      try {
        const answer = await fetch(pane.dataset.url, {
          method: "POST", body: new URLSearchParams(typed), signal: asked.signal, redirect: "error",
        });
        if (!answer.ok) throw new Error(answer.statusText);
        const html = await answer.text();
        show(html);
        showFlaws(html);
        status.textContent = "";
      } catch (error) {
        if (error.name !== "AbortError") status.textContent = status.dataset.failed;
      }
    };

    pane.hidden = false;
    form.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(refresh, 250);
    });
    refresh();
  };

  // --- Saving -------------------------------------------------------------------------------------

  const saveByKey = () => {
    const save = form.querySelector(".submit-row [type=submit]");
    addEventListener("keydown", (event) => {
      if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "s" || !save) return;
      event.preventDefault();
      form.requestSubmit(save);
    });
  };

  // Browsers that cannot let a field grow with its text by themselves.
  const grow = () => {
    if (CSS.supports("field-sizing", "content")) return;
    for (const area of form.querySelectorAll("textarea")) {
      const fit = () => {
        area.style.height = "auto";
        area.style.height = `${area.scrollHeight + 2}px`;
      };
      area.addEventListener("input", fit);
      fit();
    }
  };

  if (form) {
    const { url, ...words } = form.querySelector(".desk-suggesting").dataset;
    suggestSections(words);
    suggestTags(words, url);
    offerMarks();
    showPicture();
    preview();
    saveByKey();
    grow();
  }
}
