// Rows move by pointer, by key or by number.  The numbers are the form: all that happens here is
// that they are filled in, so the server needs no script and saves what it would save without one.
"use strict";
const form = document.querySelector(".order-form");

function arrange(form) {
  const list = form.querySelector(".order-list");
  const said = form.querySelector(".order-said");
  const unsaved = form.querySelector(".order-unsaved");
  const total = Number(form.dataset.total);
  const first = Number(form.dataset.first);
  const last = first + list.children.length - 1;
  const edge = 110; // how near to the window's edge a drag scrolls, in pixels
  let drag = null;
  let saving = false;

  const rows = () => [...list.children];
  const field = (row) => row.querySelector("input");
  const number = (row) => Number(field(row).value);
  const isChanged = (row) => field(row).value !== field(row).dataset.stored;
  // A row whose number is on another page goes there when it is saved.
  const leaves = (row) => {
    const there = number(row);
    return Number.isInteger(there) && there >= 1 && there <= total && (there < first || there > last);
  };
  const staying = () => rows().filter((row) => !leaves(row));
  const start = () => first + rows().filter((row) => leaves(row) && number(row) < first).length;

  function renumber() {
    const from = start();
    staying().forEach((row, index) => { field(row).value = from + index; });
    show();
  }

  function show() {
    rows().forEach((row) => {
      row.classList.toggle("order-changed", isChanged(row));
      row.classList.toggle("order-leaves", leaves(row));
    });
    unsaved.hidden = !rows().some(isChanged);
  }

  function say(row, words) {
    const title = row.querySelector("label").textContent;
    said.textContent = words
      .replace("{title}", () => title).replace("{number}", number(row)).replace("{total}", total);
  }

  // Puts a row before another, or last, and keeps the focus where it was.
  function put(row, before) {
    const focused = document.activeElement;
    list.insertBefore(row, before);
    if (row.contains(focused)) focused.focus({ preventScroll: true });
  }

  function settle(row) {
    renumber();
    row.scrollIntoView({ block: "nearest" });
    say(row, form.dataset.moved);
  }

  function step(row, by) {
    const beside = by < 0 ? row.previousElementSibling : row.nextElementSibling;
    if (!beside) return say(row, form.dataset.still);
    if (leaves(row)) field(row).value = "";
    put(row, by < 0 ? beside : beside.nextElementSibling);
    settle(row);
  }

  function take(row) {
    if (!field(row).validity.valid || !field(row).value) return field(row).reportValidity();
    if (!leaves(row)) {
      const others = staying().filter((other) => other !== row);
      put(row, others[Math.max(number(row) - start(), 0)] || null);
    }
    settle(row);
  }

  list.addEventListener("change", (event) => {
    if (event.target.matches("input")) take(event.target.closest(".order-row"));
  });
  list.addEventListener("input", show);
  list.addEventListener("click", (event) => {
    const button = event.target.closest("[data-step]");
    if (button) step(button.closest(".order-row"), Number(button.dataset.step));
  });
  list.addEventListener("keydown", (event) => {
    const row = event.target.closest(".order-row");
    const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (by && event.altKey && !drag) {
      event.preventDefault();
      step(row, by);
    } else if (event.key === "Enter" && event.target.matches("input")) {
      event.preventDefault(); // it would save; here it only says that the number is typed
      take(row);
    }
  });

  // --- Dragging.  The list holds the pointer: a row that moves in the page would lose it. ---

  const middle = (row) => {
    const box = row.getBoundingClientRect();
    return box.top + box.height / 2;
  };

  function follow() {
    const { row } = drag;
    const next = row.nextElementSibling;
    let above = row.previousElementSibling;
    while (above && drag.y < middle(above)) {
      put(row, above);
      above = row.previousElementSibling;
    }
    let below = row.nextElementSibling;
    while (below && drag.y > middle(below)) {
      put(row, below.nextElementSibling);
      below = row.nextElementSibling;
    }
    if (row.nextElementSibling === next) return;
    if (leaves(row)) field(row).value = "";
    renumber();
  }

  function scroll() {
    if (!drag) return;
    const by = drag.y < edge ? -12 : drag.y > innerHeight - edge ? 12 : 0;
    if (by) {
      scrollBy(0, by);
      follow();
    }
    requestAnimationFrame(scroll);
  }

  function drop(isWanted) {
    if (!drag) return;
    const { row, next, value } = drag;
    drag = null;
    row.classList.remove("order-dragged");
    if (row.nextElementSibling === next) return;
    if (isWanted) return settle(row);
    put(row, next);
    field(row).value = value;
    renumber();
  }

  list.addEventListener("pointerdown", (event) => {
    const handle = event.target.closest(".order-handle");
    if (!handle || event.button !== 0 || drag) return;
    event.preventDefault(); // no text is selected
    handle.focus({ preventScroll: true });
    const row = handle.closest(".order-row");
    drag = { row, next: row.nextElementSibling, value: field(row).value, y: event.clientY };
    row.classList.add("order-dragged");
    list.setPointerCapture(event.pointerId);
    requestAnimationFrame(scroll);
  });
  list.addEventListener("pointermove", (event) => {
    if (!drag) return;
    drag.y = event.clientY;
    follow();
  });
  list.addEventListener("pointerup", () => drop(true));
  list.addEventListener("pointercancel", () => drop(false));
  addEventListener("keydown", (event) => { if (event.key === "Escape") drop(false); });

  form.addEventListener("submit", () => { saving = true; });
  addEventListener("beforeunload", (event) => {
    if (!saving && rows().some(isChanged)) event.preventDefault();
  });
  document.body.classList.add("order-scripted");
  show();
}

if (form) arrange(form);
