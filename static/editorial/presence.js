// While the form is open and in sight, tell the others so, and hear of them and of newer versions.
"use strict";
{
  const EVERY = 20_000;
  const place = document.querySelector(".desk-presence");
  const form = document.querySelector("form.desk-form");
  let told, saving = false;

  const news = (extra = {}) => {
    const body = new FormData();
    body.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    body.set("version", form.elements.version.value);
    for (const [name, value] of Object.entries(extra)) body.set(name, value);
    return body;
  };

  const tell = async () => {
    if (document.hidden) return;
    try {
      const answer = await fetch(place.dataset.url, { method: "POST", body: news(), redirect: "error" });
      const text = answer.ok ? await answer.text() : told;
      if (text !== told) place.innerHTML = told = text;  // the same again would be read out again
    } catch {
      // Offline or signed out: the text is kept (see keep.js), and the next time may do better.
    }
  };

  if (place) {
    addEventListener("pageshow", tell);
    document.addEventListener("visibilitychange", tell);
    setInterval(tell, EVERY);
    // Who saves comes back at once; their goodbye must not arrive after that.
    form.addEventListener("submit", () => { saving = true; });
    addEventListener("pageshow", () => { saving = false; });
    addEventListener("pagehide", () => {
      if (!saving) navigator.sendBeacon(place.dataset.url, news({ left: "1" }));
    });
  }
}
