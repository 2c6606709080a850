// A pad's enhancements: how much room is left, a warning before words name their writer, a plus without reloading, copying the slip.
// Nothing is stored, and no word leaves the browser before "Pin it up" is pressed.

const jot = document.querySelector("#jot");
if (jot) watch(jot);

function watch(form) {
  const words = form.elements.body, hint = form.querySelector("#note-hint"), said = hint.textContent;
  const most = Number(form.dataset.most);
  const look = () => {
    const left = most - [...words.value.replaceAll("\r\n", "\n")].length;
    const traces = tracesIn(words.value, form.dataset);
    hint.classList.toggle("warns", left < 0 || traces.length > 0);
    if (left < 0) hint.textContent = form.dataset.over.replace("{over}", -left);
    else if (traces.length) hint.textContent = `${traces.join(" ")} ${form.dataset.browser}`;
    else if (left < 100) hint.textContent = form.dataset.left.replace("{left}", left);
    else hint.textContent = said;
  };
  words.addEventListener("input", look);
  look();
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
  });
  addEventListener("pageshow", () => { delete form.dataset.sent; });
}

/** What in these words may tell who wrote them; each as a sentence. */
function tracesIn(text, said) {
  const found = [];
  if (/[^\s@]+@[^\s@]+\.\p{L}{2,}/u.test(text)) found.push(said.mail);
  if (/\b(?:I(?:['’]m| am)|as|am) the only\b|\bonly (?:woman|man|one|person)\b|\bals einzige[rs]?\b|唯一|只有我|就我一个/iu.test(text)) found.push(said.only);
  if (/\b(?:my name is|signed|yours|regards|cheers|mein Name ist)\b|(?:^|\n)\s*[-–—~]\s*\p{Lu}[\p{L}.]*(?:\s\p{Lu}[\p{L}.]*)?\s*$|我叫|我是\p{Script=Han}{2,3}$/iu.test(text)) found.push(said.name);
  if (/\d[\d\s-]{4,}\d/.test(text)) found.push(said.number);
  const here = said.words.split(/[,，;；·]/).map((one) => one.trim()).filter((one) => [...one].length > 3 || /\p{Script=Han}{2}/u.test(one));
  const named = here.find((one) => text.toLowerCase().includes(one.toLowerCase()));
  if (named) found.push(said.here.replace("{words}", named));
  return found;
}

document.addEventListener("submit", async (event) => {
  const form = event.target.closest(".agree");
  if (!form) return;
  event.preventDefault();
  const button = form.querySelector("button");
  if (button.ariaPressed === "true") return;
  button.ariaPressed = "true";
  const sent = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)), redirect: "manual" }).catch(() => null);
  if (sent?.type !== "opaqueredirect") { button.removeAttribute("aria-pressed"); form.submit(); return; }
  button.textContent = `+ ${Number(button.textContent.replace(/\D/g, "")) + 1}`;
});

for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
    button.textContent = button.dataset.done;
  });
}
