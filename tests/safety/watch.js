// Opens addresses in frames, as a browser does, and returns what in them could run or lead astray.
// A text that begins with "<!doctype" is a page itself.
// Files are what a browser may keep instead of showing it: nobody waits long for them.
async ({ addresses, atOnce, files }) => {
  const PATIENCE = files ? 1000 : 60000;
  const SAFE = ["http:", "https:", "mailto:", "about:"];
  const PICTURES = ["IMG", "image", "LINK"]; // these may be data
  const LEADING = ["href", "xlink:href", "src", "action", "formaction", "data", "poster", "cite", "ping", "background"];
  const DATA = ["application/json", "application/ld+json"];

  const wrongIn = (element) => {
    const wrong = [];
    for (const { name, value } of element.attributes) {
      if (name.startsWith("on")) wrong.push(name);
      if (name === "srcdoc") wrong.push(name);
      if (LEADING.includes(name)) {
        let scheme = "about:";
        try { scheme = new URL(value, element.baseURI).protocol; } catch { /* leads nowhere */ }
        const picture = PICTURES.includes(element.nodeName) && scheme === "data:";
        if (!SAFE.includes(scheme) && !picture) wrong.push(`${name} to ${scheme}`);
      }
    }
    const is = (name) => element.localName === name;
    if (is("script") && !element.hasAttribute("src") && !DATA.includes(element.getAttribute("type"))) wrong.push("script");
    if (is("base") && element.hasAttribute("href")) wrong.push("base");
    if (is("object") || is("embed") || is("foreignObject")) wrong.push(element.localName);
    if (is("meta") && element.hasAttribute("http-equiv")) wrong.push("http-equiv");
    return wrong;
  };

  const found = [];
  const look = (frame, address) => {
    let page = null;
    try { page = frame.contentDocument; } catch { /* led elsewhere */ }
    if (!page) return found.push(`${address}: left the site`);
    for (const element of page.querySelectorAll("*")) {
      const wrong = wrongIn(element);
      if (wrong.length) found.push(`${address}: ${wrong.join(", ")}: ${element.outerHTML.slice(0, 200)}`);
    }
  };

  const open = (address) => new Promise((done) => {
    const frame = document.createElement("iframe");
    let late = null;
    const finish = () => {
      clearTimeout(late);
      frame.onload = null;
      // What waits for a picture that is not there, or for the next frame, runs now.
      setTimeout(() => { look(frame, address); frame.remove(); done(); }, 20);
    };
    late = setTimeout(() => {
      if (!files) found.push(`${address}: did not load`);
      finish();
    }, PATIENCE);
    frame.onload = finish;
    if (address.startsWith("<!doctype")) frame.srcdoc = address;
    else frame.src = address;
    document.body.append(frame);
  });

  const waiting = [...addresses];
  const worker = async () => { while (waiting.length) await open(waiting.shift()); };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return found;
}
