// What the search box offers while one types, and threads that may have said it before. Without this module both boxes are plain forms.
const WAIT = 180; // milliseconds of rest before the server is asked

/** Calls `ask(text)` once typing rests; an answer that was overtaken is dropped. */
function resting(field, ask) {
  let [timer, turn] = [0, 0];
  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(async () => {
      const mine = ++turn;
      const html = await ask(field.value.trim());
      if (mine === turn && html !== null) field.dispatchEvent(new CustomEvent("answered", { detail: html }));
    }, WAIT);
  });
  field.addEventListener("overtaken", () => { clearTimeout(timer); turn++; });
}

async function piece(address) {
  const answer = await fetch(address).catch(() => null);
  return answer?.ok && !answer.redirected ? answer.text() : null;
}

/** The box as a combobox: arrows choose, Enter goes there, Escape closes. */
export function suggesting(form) {
  const field = form.elements.q;
  const list = document.createElement("div");
  list.id = `${field.id}-offers`;
  list.className = "offers";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", field.labels[0].textContent);
  form.append(list);
  for (const [name, value] of [["role", "combobox"], ["aria-expanded", "false"], ["aria-controls", list.id], ["aria-autocomplete", "list"]]) field.setAttribute(name, value);
  const options = () => [...list.querySelectorAll("[role=option]")];
  const chosen = () => list.querySelector("[aria-selected=true]");
  const choose = (option) => {
    for (const one of options()) one.setAttribute("aria-selected", String(one === option));
    if (option) { field.setAttribute("aria-activedescendant", option.id); option.scrollIntoView({ block: "nearest" }); }
    else field.removeAttribute("aria-activedescendant");
  };
  const show = (on) => { list.hidden = !on; field.setAttribute("aria-expanded", String(on)); if (!on) choose(null); };
  resting(field, (text) => (text ? piece(`${form.dataset.suggest}?q=${encodeURIComponent(text)}`) : ""));
  field.addEventListener("answered", (event) => {
    list.innerHTML = event.detail; // a piece of our own template
    for (const option of options()) option.id = `${field.id}-${option.id}`;
    show(options().length > 0 && document.activeElement === field);
  });
  field.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !list.hidden) { event.preventDefault(); show(false); return; }
    if (event.key === "Enter" && chosen() && !event.isComposing) { event.preventDefault(); chosen().click(); return; }
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    const all = options();
    if (!all.length || event.isComposing) return;
    event.preventDefault();
    if (list.hidden) show(true);
    const at = all.indexOf(chosen()) + (event.key === "ArrowDown" ? 1 : -1);
    choose(at < -1 ? all.at(-1) : all[at] ?? null);
  });
  form.addEventListener("focusout", (event) => { if (!form.contains(event.relatedTarget)) show(false); });
  form.addEventListener("submit", () => { field.dispatchEvent(new Event("overtaken")); show(false); });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select, [contenteditable]")) return;
    event.preventDefault();
    field.focus();
  });
}

/** Threads like the title that is being written, over the writing form. */
export function saidBefore(form) {
  const field = form.elements.title;
  const place = form.querySelector("[data-similar]");
  if (!field || !place) return;
  resting(field, (text) => (text.length > 3 ? piece(`${place.dataset.similar}?title=${encodeURIComponent(text)}`) : ""));
  field.addEventListener("answered", (event) => { place.innerHTML = event.detail; }); // a piece of our own template
}
