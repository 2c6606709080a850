// Quote and Reply without leaving the page: words go into the writing form at the bottom.
import { writing } from "./compose.js";
import { block } from "./markdown.js";

export function answering() {
  const form = document.querySelector("#reply [data-compose]");
  if (!form) return;
  document.addEventListener("click", async (event) => {
    const link = event.target.closest("[data-quote], [data-reply]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    const number = link.dataset.quote ?? link.dataset.reply;
    const floor = link.closest(".floor");
    writing(form);
    if (link.dataset.quote) {
      const answer = await fetch(`/posts/${number}/quote`).catch(() => null);
      if (!answer?.ok) { location.assign(link.href); return; }
      const { markdown } = await answer.json();
      form.elements.body.setSelectionRange(form.elements.body.value.length, form.elements.body.value.length);
      block(form.elements.body, markdown);
    }
    answerTo(form, number, floor);
    form.elements.body.focus();
    form.scrollIntoView({ block: "nearest" });
  });
}

/** The form says which floor it answers. */
function answerTo(form, number, floor) {
  let field = form.elements.reply_to;
  if (!field) {
    field = Object.assign(document.createElement("input"), { type: "hidden", name: "reply_to" });
    form.append(field);
  }
  field.value = number;
  let line = form.querySelector(".to");
  if (!line) {
    line = Object.assign(document.createElement("p"), { className: "to small" });
    form.prepend(line);
  }
  const name = floor.querySelector(".by b").textContent;
  line.textContent = `${form.dataset.to.replace("{name}", name).replace("{floor}", floor.id.slice(1))} · `;
  const drop = Object.assign(document.createElement("button"), { type: "button", className: "link", textContent: form.dataset.drop });
  drop.addEventListener("click", () => { field.remove(); line.remove(); });
  line.append(drop);
}
