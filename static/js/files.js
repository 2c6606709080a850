// Pictures and files for the writing form: chosen, dropped or pasted, with a line that says how far they are and a field for what is on a
// picture. Without this module the form has a plain field and a button that does the same.
import { block } from "./markdown.js";
import { writing } from "./compose.js";

const PICTURE = /!\[((?:\\.|[^\]\\])*)\]\((\/files\/\d+\/[^()\s]+)\)/g;

export function bringing(form) {
  const place = form.querySelector("[data-files]");
  if (!place) return;
  const area = form.elements.body;
  const field = form.elements.file;
  const says = place.dataset;
  const told = place.querySelector(".underway");
  const tell = (words, name, more = {}) => {
    told.textContent = Object.entries({ name, most: says.megabytes, ...more }).reduce((text, [key, value]) => text.replace(`{${key}}`, value), words);
  };
  place.classList.add("quick"); // a chosen file is on its way at once, so that none stays chosen
  place.querySelector("[name=attach]").hidden = true;
  place.querySelector("[data-drop]").hidden = false;

  let last = Promise.resolve();
  const bring = (files) => {
    if (files.length > Number(says.many)) { tell(says.toomany, "", { most: says.many }); return; }
    for (const file of files) last = last.then(() => one(file));
  };
  const one = async (file) => {
    const name = file.name || "picture.png";
    if (file.size > Number(says.megabytes) * 1e6) { tell(says.large, name); return; }
    const answer = await send(form, says.files, file, name, (percent) => {
      if (percent < 100) tell(says.underway, name, { percent }); else tell(says.preparing, name);
    });
    if (answer.markdown) {
      writing(form);
      block(area, `${answer.markdown}\n\n`);
      tell(says.there, answer.name);
      look();
      if (document.activeElement !== area) place.querySelector(`[data-of="${answer.url}"] input`)?.focus(); // who writes on is left alone
    } else tell(answer.status === 413 ? says.large : answer.error || says.failed, name);
  };

  // One field for each picture that nobody described when it came, for as long as the words name it.
  const seen = place.querySelector(".seen");
  const look = () => {
    const named = new Map([...area.value.matchAll(PICTURE)].map((found) => [found[2], found[1]]));
    for (const item of [...seen.children]) if (!named.has(item.dataset.of)) item.remove();
    for (const [address, alt] of named) {
      const item = [...seen.children].find((other) => other.dataset.of === address);
      const words = alt.replace(/\\(.)/g, "$1");
      if (item) { const input = item.querySelector("input"); if (input !== document.activeElement) input.value = words; } else if (!words) seen.append(asking(area, address, says.ask));
    }
  };
  area.addEventListener("input", look);
  look();

  field.addEventListener("change", () => { bring([...field.files]); field.value = ""; });
  area.addEventListener("paste", (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (!files.length || event.clipboardData.types.includes("text/plain")) return; // a cell of a table is words, and a picture of them
    event.preventDefault();
    bring(files);
  });
  const carries = (event) => event.dataTransfer?.types.includes("Files");
  for (const kind of ["dragenter", "dragover"]) form.addEventListener(kind, (event) => { if (carries(event)) { event.preventDefault(); form.classList.add("over-it"); } });
  form.addEventListener("dragleave", (event) => { if (!form.contains(event.relatedTarget)) form.classList.remove("over-it"); });
  form.addEventListener("drop", (event) => {
    if (!carries(event)) return;
    event.preventDefault();
    form.classList.remove("over-it");
    bring([...event.dataTransfer.files]);
  });
}

function asking(area, address, ask) {
  const item = document.createElement("li");
  item.dataset.of = address;
  const picture = document.createElement("img");
  picture.src = address.replace(/[^/]+$/, "small");
  picture.alt = "";
  const label = document.createElement("label");
  const input = document.createElement("input");
  input.autocomplete = "off";
  input.maxLength = 500;
  label.append(ask, input);
  item.append(picture, label);
  input.addEventListener("input", (event) => {
    event.stopPropagation();
    const words = input.value.replace(/[\\[\]]/g, "\\$&");
    const found = [...area.value.matchAll(PICTURE)].find((one) => one[2] === address);
    if (!found) return;
    area.setRangeText(words, found.index + 2, found.index + 2 + found[1].length, "preserve");
    area.dispatchEvent(new Event("input", { bubbles: true }));
  });
  input.addEventListener("keydown", (event) => { if (event.key === "Enter") { event.preventDefault(); area.focus(); } });
  return item;
}

/** {id, url, markdown …}, {error}, or {status} where the answer was no words for people. Never rejects. */
function send(form, address, file, name, on) {
  const body = new FormData();
  body.append("csrf_token", form.elements.csrf_token.value);
  body.append("file", file, name);
  return new Promise((done) => {
    const asked = new XMLHttpRequest(); // fetch does not tell how far it is
    asked.open("POST", address);
    asked.setRequestHeader("Accept", "application/json");
    asked.responseType = "json";
    asked.upload.addEventListener("progress", (event) => { if (event.lengthComputable) on(Math.round((100 * event.loaded) / event.total)); });
    asked.addEventListener("loadend", () => done({ status: asked.status, ...(asked.response ?? {}) }));
    asked.send(body);
  });
}
