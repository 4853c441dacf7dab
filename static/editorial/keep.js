// What is typed is kept in this browser until it is saved: neither a session that ends nor a crash
// takes it.  It is kept by person and revision, so nobody else who signs in here is shown it.
// Where the browser does not let us keep anything, the form works as ever.
"use strict";
{
  const PREFIX = "desk:";
  const DAYS = 30;
  const UNKEPT = /^(csrfmiddlewaretoken|version|(mine|theirs|take)-.*)$/;
  const NO_TEXT = new Set(["category", "picture_kept", "picture_removed"]);
  const place = document.querySelector("[data-keep]");

  const attempt = (act) => { try { return act(); } catch { return null; } };
  const read = (key) => attempt(() => JSON.parse(localStorage.getItem(key)));
  const write = (key, kept) => attempt(() => localStorage.setItem(key, JSON.stringify(kept)));
  const forget = (key) => attempt(() => localStorage.removeItem(key));

  const forgetOld = () => attempt(() => {
    const done = document.querySelector(".messagelist .success");
    for (const key of Object.keys(localStorage).filter((name) => name.startsWith(PREFIX))) {
      const kept = read(key);
      if (!(kept?.at > Date.now() - DAYS * 86_400_000) || (done && kept.sent)) forget(key);
    }
  });

  const typedIn = (form) => {
    const fields = {};
    for (const [name, value] of new FormData(form)) {
      if (typeof value === "string" && !UNKEPT.test(name)) (fields[name] ??= []).push(value);
    }
    return fields;
  };

  const same = (one, other) => {
    const plain = (fields) => JSON.stringify(
      Object.entries(fields).map(([name, values]) => [name, values.map((text) => text.trim())])
        .filter(([, values]) => values.some(Boolean)).sort());
    return plain(one) === plain(other);
  };

  const fill = (form, fields) => {
    const left = structuredClone(fields);
    for (const control of form.elements) {
      const values = left[control.name];
      if (["checkbox", "radio"].includes(control.type)) {
        control.checked = values?.includes(control.value) ?? false;
      } else if (values && control.type !== "file") control.value = values.shift() ?? "";
      else continue;
      control.dispatchEvent(new Event("input", { bubbles: true }));  // other scripts follow
    }
  };

  const labelOf = (name) =>
    document.querySelector(`.field-${CSS.escape(name)} label`)?.textContent ?? name;

  const show = (notice, kept) => {
    const time = notice.querySelector("time");
    time.dateTime = new Date(kept.at).toISOString();
    time.textContent = new Date(kept.at).toLocaleString(document.documentElement.lang);
    notice.hidden = false;
  };

  const keepForm = (form, key, notice) => {
    const shown = typedIn(form);
    const version = form.elements.version;
    const unsaved = "typed" in form.dataset;  // what the form shows was typed and is not stored
    let timer;

    const keep = () => {
      clearTimeout(timer);
      timer = null;
      const fields = typedIn(form);
      const files = [...form.elements].some((control) => control.files?.length);
      const kept = read(key);
      if (!unsaved && !files && same(fields, shown)) forget(key);
      else if (!kept || !same(fields, kept.fields)) {
        write(key, { at: Date.now(), version: form.dataset.version, fields, files });
      }
    };

    const restore = (kept) => {
      // The server then sees which version this was typed into, and has it merged with newer ones.
      const current = version.value;
      version.value = form.dataset.version = kept.version;
      fill(form, kept.fields);
      notice.querySelector(".desk-kept-file").hidden = !kept.files;
      show(notice, kept);
      notice.querySelector("button").addEventListener("click", () => {
        version.value = form.dataset.version = current;
        fill(form, shown);
        forget(key);
        notice.hidden = true;
        const inSight = (control) => control.matches("input, select, textarea") && control.offsetParent;
        [...form.elements].find(inSight).focus();
      });
    };

    const kept = unsaved ? null : read(key);
    if (unsaved) keep();
    else if (kept && (kept.files || !same(kept.fields, shown))) restore(kept);
    form.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(keep, 500);
    });
    form.addEventListener("submit", keep);
    addEventListener("pagehide", () => { if (timer) keep(); });
  };

  const showOnly = (key, notice) => {
    const kept = read(key);
    if (!kept) return;
    notice.querySelector("textarea").value = Object.entries(kept.fields)
      .filter(([name, values]) => !NO_TEXT.has(name) && values.some(Boolean))
      .map(([name, values]) => `${labelOf(name)}\n${values.join("\n")}`).join("\n\n");
    show(notice, kept);
    notice.querySelector("button").addEventListener("click", () => {
      forget(key);
      notice.hidden = true;
    });
  };

  // A note beside a button: it is back in its place until the step that it belongs to was taken.
  const keepNote = (form, key) => {
    const area = form.elements.note;
    const keep = (sent) => {
      if (area.value.trim()) write(key, { at: Date.now(), text: area.value, sent });
      else forget(key);
    };
    const kept = read(key);
    if (kept) {
      area.value = kept.text;
      area.closest("details").open = true;
      keep(false);
    }
    area.addEventListener("input", () => keep(false));
    form.addEventListener("submit", () => keep(true));
  };

  forgetOld();
  for (const form of document.querySelectorAll("[data-keep-note]")) {
    keepNote(form, PREFIX + form.dataset.keepNote);
  }
  if (place) {
    const key = PREFIX + place.dataset.keep;
    const notice = place.querySelector(".desk-kept");
    if (document.querySelector(".messagelist .saved")) forget(key);
    if (document.querySelector(".messagelist .saved-new")) forget(key.replace(/[^:]*$/, "new"));
    if (place.tagName === "FORM") keepForm(place, key, notice);
    else showOnly(key, notice);
  }
}
