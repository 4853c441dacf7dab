// Marks what is new since the reader's last visit. When that was stays in this browser.
"use strict";

(() => {
  const KEY = "digest.visit";
  const PAUSE = 30 * 60; // seconds; who comes back sooner is still on the same visit
  const note = document.querySelector("template#since");
  const now = Date.now() / 1000;

  let visit;
  try {
    visit = JSON.parse(localStorage.getItem(KEY)) ?? { before: now, seen: now };
    if (now - visit.seen > PAUSE) visit.before = visit.seen;
    visit.seen = now;
    localStorage.setItem(KEY, JSON.stringify(visit));
  } catch {
    return; // a browser that keeps nothing
  }

  const fresh = [...document.querySelectorAll("[data-published]")].filter(
    (entry) => Number(entry.dataset.published) > visit.before,
  );
  if (!fresh.length || !note) return;

  for (const entry of fresh) {
    entry.classList.add("fresh");
    const word = document.createElement("span");
    word.className = "visually-hidden";
    word.lang = document.documentElement.lang;
    word.textContent = ` ${note.dataset.word}`;
    entry.querySelector(".headline").append(word);
  }

  const box = note.content.firstElementChild.cloneNode(true);
  const day = new Date(visit.before * 1000).toLocaleDateString(document.documentElement.lang, {
    dateStyle: "long",
  });
  const text = fresh.length === 1 ? note.dataset.one : note.dataset.more;
  const [link, close] = [box.querySelector("a"), box.querySelector("button")];
  link.textContent = text.replace("{number}", fresh.length).replace("{day}", day);
  let next = 0;
  link.addEventListener("click", (event) => {
    event.preventDefault();
    const entry = fresh[next++ % fresh.length];
    entry.scrollIntoView({ block: "center" });
    entry.querySelector(".headline a").focus({ preventScroll: true });
  });
  close.addEventListener("click", () => box.remove());
  document.body.append(box);
})();
