// A reaction without leaving the page: the same form goes to the same address, and the row under the post is drawn anew.
export function reacting() {
  for (const form of document.querySelectorAll("#react, #unreact")) form.addEventListener("submit", (event) => send(event, form));
  document.addEventListener("click", (event) => close(event.target.closest(".react > details")));
  document.addEventListener("keydown", (event) => {
    const open = event.key === "Escape" && event.target.closest(".react > details[open]");
    if (open) { open.open = false; open.querySelector("summary").focus(); }
  });
}

/** Folds every open choice but one. */
function close(but) {
  for (const one of document.querySelectorAll(".react > details[open]")) if (one !== but) one.open = false;
}

async function send(event, form) {
  const button = event.submitter;
  const row = button?.closest("[data-react]");
  if (!row || form.dataset.plain) return;
  event.preventDefault();
  event.stopPropagation(); // a form that stays on its page can be sent again
  if (row.ariaBusy === "true") return;
  row.ariaBusy = "true";
  const body = new URLSearchParams(new FormData(form));
  body.set(button.name, button.value);
  const answer = await fetch(button.formAction, { method: "POST", body, headers: { "X-Part": "row" }, redirect: "manual" }).catch(() => null);
  if (!answer?.ok) { // signed out meanwhile, or refused: the whole page can say so
    form.dataset.plain = "yes";
    form.requestSubmit(button);
    return;
  }
  const made = document.createElement("template");
  made.innerHTML = await answer.text();
  const fresh = made.content.querySelector("[data-react]");
  row.replaceWith(fresh);
  (fresh.querySelector(`:scope > button[value="${button.value}"]`) ?? fresh.querySelector("summary")).focus({ preventScroll: true });
}
