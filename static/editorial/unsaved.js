// Typed text is not lost to a button beside it: the next steps wait until the form is saved.
"use strict";
const form = document.querySelector("form.desk-form");
const moves = document.querySelector(".desk-moves");
if (form) {
  let unsaved = false;
  const leaving = (event) => event.preventDefault();
  const note = () => {
    if (unsaved) return;
    unsaved = true;
    addEventListener("beforeunload", leaving);
    if (!moves) return;
    moves.querySelector(".desk-unsaved").hidden = false;
    moves.querySelectorAll("button").forEach((button) => { button.disabled = true; });
  };
  if ("typed" in form.dataset) note();  // the page shows what was typed and could not be stored
  form.addEventListener("input", note);
  form.addEventListener("submit", () => removeEventListener("beforeunload", leaving));
}
