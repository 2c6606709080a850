// Enhancements, each in a module of its own; every page works without them.
import { compose } from "./compose.js";
import { bringing } from "./files.js";
import { answering } from "./answering.js";
import { ringing } from "./bell.js";
import { reacting } from "./reactions.js";
import { saidBefore, suggesting } from "./search.js";

for (const form of document.querySelectorAll("[data-compose]")) { compose(form); bringing(form); saidBefore(form); }
for (const form of document.querySelectorAll("[data-suggest]")) suggesting(form);
answering();
ringing();
reacting();

// A form is sent once: a second press while it is under way does nothing.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent) { event.preventDefault(); return; }
  form.dataset.sent = "yes";
});
// Back from another page the form is usable again.
addEventListener("pageshow", () => { for (const form of document.querySelectorAll("[data-sent]")) delete form.dataset.sent; });
