// Comments are sent and settled without leaving the page, so that nothing typed elsewhere on it is
// lost.  Without this script each form leads to a page of its own and back.
"use strict";
{
  const section = document.querySelector(".desk-comments");
  const said = section?.querySelector(".desk-comments-said");
  const text = () => document.getElementById("comment-text");

  // What the server sent takes the place of what was here, each part by its id or class.
  const renew = (page, selector) => {
    for (const old of document.querySelectorAll(selector)) {
      const found = old.id ? page.getElementById(old.id) : page.querySelector(selector);
      if (found) old.replaceWith(document.adoptNode(found));
    }
  };

  const show = (page, form) => {
    const came = page.querySelector(".desk-comments");
    const told = page.querySelector(".messagelist, .errornote");
    said.textContent = came || told ? told?.textContent.trim() ?? "" : said.dataset.failed;
    if (!came) return;
    const parts = [".desk-thread", ".desk-remarks", ".desk-still-open", "#history"];
    for (const part of parts) renew(page, part);
    if (form.id === "comment") renew(page, ".desk-comment-form");
  };

  const send = async (form) => {
    const buttons = section.querySelectorAll("button");
    for (const button of buttons) button.disabled = true;
    try {
      const answer = await fetch(form.action, { method: "POST", body: new FormData(form) });
      show(new DOMParser().parseFromString(await answer.text(), "text/html"), form);
    } catch {
      said.textContent = said.dataset.failed;
    }
    for (const button of buttons) button.disabled = false;
    (section.querySelector("[aria-invalid=true]") ?? said).focus();
  };

  section?.addEventListener("submit", (event) => {
    event.preventDefault();
    send(event.target);
  });

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-comment]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    document.getElementById("comment-field").value = link.dataset.comment;
    text().focus();
  });

  addEventListener("beforeunload", (event) => {
    if (text()?.value.trim()) event.preventDefault();
  });
}
