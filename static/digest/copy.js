// A button that copies a line.  The old command also works where the page came without HTTPS.
"use strict";
document.querySelectorAll("[data-copy]").forEach((button) => {
  button.hidden = false;
  button.addEventListener("click", () => {
    getSelection().selectAllChildren(document.getElementById(button.dataset.copy));
    if (document.execCommand("copy")) button.nextElementSibling.textContent = button.dataset.done;
  });
});
