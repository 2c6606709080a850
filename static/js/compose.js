// The writing form: toolbar, shortcuts, live preview, kept drafts, what is left of the length.
import { tools } from "./markdown.js";

const KEYS = { b: "bold", i: "italic", e: "code", k: "link" };
const WAIT = 1200;

/** Makes one form comfortable. */
export function compose(form) {
  const area = form.elements.body;
  const title = form.elements.title;
  toolbar(form, area);
  preview(form, area);
  drafts(form, area, title);
  left(form, area);
}

/** The words are in sight again when the preview covers them. */
export function writing(form) {
  if (form.elements.body.hidden) form.querySelector("[data-show=write]").click();
}

function toolbar(form, area) {
  const bar = form.querySelector(".tools");
  bar.hidden = false;
  bar.addEventListener("click", (event) => {
    const name = event.target.closest("[data-tool]")?.dataset.tool;
    if (!name) return;
    writing(form);
    tools[name](area);
  });
  area.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
    if (event.key === "Enter") { event.preventDefault(); form.requestSubmit(form.querySelector(".end button")); }
    const name = KEYS[event.key.toLowerCase()];
    if (name && !event.shiftKey) { event.preventDefault(); tools[name](area); }
  });
}

function preview(form, area) {
  const pane = form.querySelector(".preview");
  const [write, show] = ["write", "preview"].map((name) => form.querySelector(`[data-show=${name}]`));
  write.hidden = false;
  show.type = "button";
  const turn = (on) => {
    write.setAttribute("aria-pressed", String(!on));
    show.setAttribute("aria-pressed", String(on));
    area.hidden = on;
    pane.hidden = !on;
  };
  turn(false);
  write.addEventListener("click", () => { turn(false); area.focus(); });
  show.addEventListener("click", async () => {
    turn(true);
    const answer = await send(form, "/preview", { body: area.value }).catch(() => null);
    if (answer?.ok) pane.innerHTML = await answer.text(); // cleaned by the server exactly as the post will be
    else if (answer?.status === 422) pane.textContent = await answer.text();
    else turn(false);
  });
}

function drafts(form, area, title) {
  const told = form.querySelector("[data-kept]");
  const words = () => JSON.stringify([title?.value ?? "", area.value]);
  let [kept, timer, gone] = [words(), 0, false];
  let under = new AbortController(); // a save under way is given up when the words are said
  const keep = async () => {
    clearTimeout(timer);
    const now = words();
    if (gone || now === kept) return;
    const fields = { spot: form.elements.spot.value, title: title?.value ?? "", body: area.value };
    const answer = await send(form, "/drafts", fields, { keepalive: area.value.length < 20000, signal: under.signal }).catch(() => null);
    if (answer?.ok) {
      kept = now;
      const clock = new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
      told.textContent = `${told.dataset.kept} ${clock}.`;
    }
  };
  form.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(keep, WAIT); });
  form.addEventListener("submit", () => { gone = true; clearTimeout(timer); under.abort(); });
  addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") keep(); });
  addEventListener("pagehide", keep);
  document.addEventListener("forum:leaving", (event) => event.detail.push(keep()));
  // Back at a page that was sent: what is written now is something else, and is said and kept as such.
  addEventListener("pageshow", (event) => {
    if (!event.persisted || !gone) return;
    gone = false;
    under = new AbortController();
    if (form.elements.nonce) form.elements.nonce.value = number();
  });
}

function number() {
  return Array.from(crypto.getRandomValues(new Uint8Array(18)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function left(form, area) {
  const most = Number(form.dataset.most);
  const told = form.querySelector("[data-left]");
  const count = () => {
    const rest = most - [...area.value].length;
    const words = rest < 0 ? told.dataset.over : told.dataset.left;
    told.textContent = rest < most * 0.1 ? words.replace("{}", Math.abs(rest).toLocaleString()) : "";
    told.classList.toggle("over", rest < 0);
  };
  area.addEventListener("input", count);
  count();
}

function send(form, address, fields, options = {}) {
  const body = new URLSearchParams({ csrf_token: form.elements.csrf_token.value, ...fields });
  return fetch(address, { method: "POST", body, ...options });
}
