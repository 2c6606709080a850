// A pad's enhancements: how much room is left, a warning before words name their writer, a plus without reloading, copying the slip.
// Nothing is stored, and no word leaves the browser before "Pin it up" is pressed.

import { tracesIn } from "./traces.js";

for (const form of document.querySelectorAll("[data-watch]")) watch(form);

function watch(form) {
  const words = form.elements.body, hint = form.querySelector(".hint"), said = hint.textContent;
  const most = Number(form.dataset.most);
  const look = () => {
    const left = most - [...words.value].length;
    const traces = tracesIn(words.value).map((one) => form.dataset[one]);
    const room = left < 0 ? form.dataset.over.replace("{over}", -left) : left < 100 ? form.dataset.left.replace("{left}", left) : "";
    hint.classList.toggle("warns", left < 0 || traces.length > 0);
    hint.textContent = traces.length ? [room, ...traces, form.dataset.browser].join(" ") : room || said;
  };
  words.addEventListener("input", look);
  look();
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
  });
  addEventListener("pageshow", () => { delete form.dataset.sent; });
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
  const before = Number(button.textContent.replace(/\D/g, ""));
  button.textContent = `+ ${before + 1}`;
  button.ariaLabel = button.ariaLabel.replace(String(before), before + 1);
});

for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
    button.textContent = button.dataset.done;
  });
}
