// What can be measured on a page as it stands: returns complaints, one line each. Run by the layout test, in the page.
({ phone }) => {
  const complaints = [];
  const seen = (one) => one.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  const name = (one) => {
    const id = one.id ? `#${one.id}` : "";
    const kind = typeof one.className === "string" && one.className ? `.${one.className.trim().replace(/\s+/g, ".")}` : "";
    return `<${one.localName}${id}${kind}> “${(one.textContent || one.value || "").trim().slice(0, 40)}”`;
  };
  const say = (what, one) => complaints.push(one ? `${what}: ${name(one)}` : what);
  const all = (selector) => [...document.querySelectorAll(selector)];

  // nothing is wider than the page
  const root = document.documentElement;
  if (root.scrollWidth > root.clientWidth) {
    say(`the page is ${root.scrollWidth} wide, the window ${root.clientWidth}`);
    for (const one of all("body *")) if (one.getBoundingClientRect().right > root.clientWidth + 0.5) say("sticks out", one);
  }

  // contrast of every text with what lies behind it; on the page itself both ends of its gradient count
  const numbers = (colour) => { const [r, g, b, a = 1] = colour.match(/[\d.]+/g).map(Number); return [r, g, b, a]; };
  const over = ([r, g, b, a], under) => [r, g, b].map((part, at) => part * a + under[at] * (1 - a));
  const light = (rgb) => {
    const [r, g, b] = rgb.map((part) => { const c = part / 255; return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4; });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ratio = (one, other) => { const [a, b] = [light(one), light(other)].sort((x, y) => y - x); return (a + 0.05) / (b + 0.05); };
  const probe = document.body.appendChild(document.createElement("i"));
  const papers = ["--paper", "--lamp"].map((token) => {
    probe.style.color = `var(${token})`;
    return numbers(getComputedStyle(probe).color).slice(0, 3);
  });
  probe.remove();
  const grounds = (one) => {
    const layers = [];
    for (let at = one; at && at !== document.body; at = at.parentElement) {
      const colour = numbers(getComputedStyle(at).backgroundColor);
      if (colour[3] > 0) layers.unshift(colour);
      if (colour[3] === 1) break;
    }
    return papers.map((paper) => layers.reduce((under, layer) => over(layer, under), paper));
  };
  const readable = (colour, one, what) => {
    for (const ground of grounds(one)) {
      const found = ratio(over(numbers(colour), ground), ground);
      if (found < 4.5) { say(`${what} at ${found.toFixed(2)} : 1`, one); return; }
    }
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const looked = new Set();
  while (walker.nextNode()) {
    const one = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || looked.has(one)) continue;
    looked.add(one);
    if (one.closest("svg, script, style, option, .vh, :disabled") || !seen(one)) continue;
    readable(getComputedStyle(one).color, one, "text");
  }
  for (const one of all("input, textarea")) {
    if (one.type === "hidden" || !seen(one)) continue;
    readable(getComputedStyle(one).color, one, "typed text");
    if (one.placeholder) readable(getComputedStyle(one, "::placeholder").color, one, "placeholder");
  }

  // fingers
  if (phone) {
    for (const one of all(".acts a, .pager a, .tabs a, .tabs button, .mast a, button, .do, summary")) {
      const { height } = one.getBoundingClientRect();
      if (seen(one) && !one.closest(".vh") && height < 24) say(`only ${height.toFixed(1)} high`, one);
    }
  }

  // names, languages, headings
  const titles = all("h1").filter(seen);
  if (titles.length !== 1) say(`${titles.length} h1`);
  if (!root.lang) say("the page has no language");
  for (const one of all("h1, h2, h3, .says, .deck, .words, .source")) {
    const text = one.textContent.replace(/\s/g, "");
    const han = (text.match(/\p{Script=Han}/gu) ?? []).length;
    const marked = one.closest("[lang]").lang.startsWith("zh") || [...one.querySelectorAll("[lang^=zh]")].length > 0;
    if (han * 2 > text.length && !marked) say("Chinese that is not marked", one);
  }
  for (const one of all("img")) if (!one.hasAttribute("alt")) say("an image without words", one);
  for (const one of all("svg")) {
    const labelled = ["img", "group"].includes(one.getAttribute("role")) && (one.hasAttribute("aria-label") || one.querySelector("title"));
    if (!labelled && !one.closest("[aria-hidden=true]")) say("a drawing without words", one.parentElement);
  }
  for (const one of all("input:not([type=hidden]), textarea, select")) {
    if (!one.labels?.length && !one.ariaLabel && !one.closest("[aria-hidden=true]")) say("a field without a label", one);
  }
  for (const one of all("a[href], button")) {
    if (!(one.textContent.trim() || one.ariaLabel)) say("nothing to press", one);
  }
  const ids = all("[id]").map((one) => one.id);
  for (const id of new Set(ids)) if (ids.filter((other) => other === id).length > 1) say(`#${id} stands twice`);
  for (const one of all("[aria-labelledby], [aria-describedby]")) {
    for (const attribute of ["aria-labelledby", "aria-describedby"]) {
      for (const id of (one.getAttribute(attribute) ?? "").split(" ").filter(Boolean)) {
        if (!document.getElementById(id)) say(`${attribute} names ${id}, which is not there`, one);
      }
    }
  }

  const landmarks = all("nav").map((one) => one.ariaLabel || document.getElementById(one.getAttribute("aria-labelledby"))?.textContent);
  for (const label of new Set(landmarks)) if (!label || landmarks.filter((other) => other === label).length > 1) say(`two navs are called ${label}`);
  let level = 0;
  for (const one of all("h1, h2, h3, h4").filter((one) => !one.closest(".floor .says, .preview, .sheet.says"))) {
    const next = Number(one.localName[1]);
    if (next > level + 1) say(`h${next} follows h${level}`, one);
    level = next;
  }
  for (const one of all("main *:not(table)")) { // a table that scrolls is reached by Tab without further ado
    const { overflowX, overflowY } = getComputedStyle(one);
    const wide = one.scrollWidth > one.clientWidth + 1 && /auto|scroll/.test(overflowX);
    const high = one.scrollHeight > one.clientHeight + 1 && /auto|scroll/.test(overflowY);
    if ((wide || high) && seen(one) && one.tabIndex < 0 && !one.querySelector("a, button, [tabindex]")) say("scrolls, but not by keyboard", one);
  }

  // where the keyboard is can be seen (the caller has pressed Tab, so focus counts as the keyboard's)
  const look = (one) => {
    const box = one.closest(".write") ?? one;
    return [one, box].map((at) => { const s = getComputedStyle(at); return [s.borderColor, s.boxShadow].join(); }).join();
  };
  for (const one of all("a[href], button, input:not([type=hidden]), textarea, select, summary, [tabindex='0']")) {
    if (!seen(one) || one.disabled || one.closest(".vh")) continue;
    document.activeElement.blur();
    const before = look(one);
    one.focus({ preventScroll: true });
    const { outlineStyle, outlineWidth } = getComputedStyle(one);
    const ring = outlineStyle !== "none" && parseFloat(outlineWidth) >= 2;
    if (document.activeElement !== one) say("cannot be focused", one);
    else if (!ring && look(one) === before) say("focus cannot be seen", one);
  }
  document.activeElement.blur();
  return complaints;
}
