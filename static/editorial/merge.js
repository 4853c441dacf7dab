// Whoever writes into a field has chosen to edit it: their radio button follows.
"use strict";
document.querySelectorAll(".merge-own").forEach((own) => {
  own.addEventListener("input", () => { own.querySelector("[type=radio]").checked = true; });
});
