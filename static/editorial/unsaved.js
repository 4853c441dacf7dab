// Typed text is not lost to a button beside it: the next steps wait until the form is saved.
"use strict";
const form = document.querySelector("form.desk-form");
const moves = document.querySelector(".desk-moves");
if (form) {
  let unsaved = false;
  const leaving = (event) => event.preventDefault();
  form.addEventListener("input", () => {
    if (unsaved) return;
    unsaved = true;
    addEventListener("beforeunload", leaving);
    if (!moves) return;
    moves.querySelector(".desk-unsaved").hidden = false;
    moves.querySelectorAll("button").forEach((button) => { button.disabled = true; });
  });
  form.addEventListener("submit", () => removeEventListener("beforeunload", leaving));
}
