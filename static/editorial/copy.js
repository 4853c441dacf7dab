// Buttons that copy a field.  The old command also works where the page came without HTTPS.
"use strict";
document.querySelectorAll("[data-copy]").forEach((button) => {
  button.hidden = false;
  button.addEventListener("click", () => {
    document.getElementById(button.dataset.copy).select();
    if (document.execCommand("copy")) button.nextElementSibling.textContent = button.dataset.done;
  });
});
