// Planning by hand: drag a line of the queue by its grip, with mouse or finger, or move it with the arrow keys; drag a question onto a
// door to have it there next. Without this module the arrows at the end of each line do the same, one step at a time.

const told = document.querySelector("[data-told]");
const token = document.querySelector("[data-token] [name=csrf_token]")?.value;
for (const one of document.querySelectorAll("[data-when-script]")) one.hidden = false;
for (const list of document.querySelectorAll("[data-sort]")) sortable(list);

function sortable(list) {
  const lines = () => [...list.querySelectorAll(":scope > [data-id]")];
  for (const line of lines()) {
    const grip = line.querySelector(".grip");
    grip.hidden = false;
    grip.addEventListener("keydown", (event) => {
      const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
      if (!by) return;
      event.preventDefault();
      const next = by < 0 ? line.previousElementSibling : line.nextElementSibling;
      if (!next) return;
      by < 0 ? next.before(line) : next.after(line);
      grip.focus();
      settle(list, line);
    });
    grip.addEventListener("pointerdown", (event) => drag(event, line));
  }

  async function settle(list, line) {
    const order = lines();
    order.forEach((one, place) => {
      const [up, down] = one.querySelectorAll(".steps button");
      up.disabled = place === 0;
      down.disabled = place === order.length - 1;
    });
    const sent = await send(list.dataset.sort, { order: order.map((one) => one.dataset.id).join(",") });
    told.textContent = sent
      ? list.dataset.moved.replace("{name}", line.querySelector("h2, h3").textContent).replace("{place}", order.indexOf(line) + 1).replace("{all}", order.length)
      : list.dataset.failed;
    if (!sent) alert(list.dataset.failed);
    clearTimeout(list.timer);
    if (sent && document.querySelector(".calendar")) list.timer = setTimeout(redraw, 400);
  }

  function drag(event, line) {
    if (event.button) return;
    event.preventDefault();
    const before = lines().indexOf(line);
    line.classList.add("held");
    let door = null;
    const move = (at) => {
      const edge = at.clientY < 48 ? -20 : at.clientY > innerHeight - 48 ? 20 : 0;
      if (edge) scrollBy(0, edge);
      const under = document.elementFromPoint(at.clientX, at.clientY);
      door?.classList.remove("over");
      door = under?.closest("tr[data-door]") ?? null;
      door?.classList.add("over");
      const other = under?.closest("[data-sort] > [data-id]");
      if (!other || other === line || other.parentNode !== list) return;
      const box = other.getBoundingClientRect();
      at.clientY < box.top + box.height / 2 ? other.before(line) : other.after(line);
    };
    const drop = async () => {
      ended.abort();
      line.classList.remove("held");
      if (door) {
        door.classList.remove("over");
        if (await send(`/hr/pads/doors/${door.dataset.door}/wish`, { topic: line.dataset.id })) location.reload();
        else alert(list.dataset.failed);
      } else if (lines().indexOf(line) !== before) settle(list, line);
    };
    // heard by the document: a line that is moved loses hold of the pointer
    const ended = new AbortController();
    document.addEventListener("pointermove", move, { signal: ended.signal });
    document.addEventListener("pointerup", drop, { signal: ended.signal });
    const back = () => {
      ended.abort();
      line.classList.remove("held");
      door?.classList.remove("over");
      const others = lines().filter((one) => one !== line);
      before < others.length ? others[before].before(line) : list.append(line);
    };
    document.addEventListener("pointercancel", back, { signal: ended.signal });
    document.addEventListener("keydown", (event) => { if (event.key === "Escape") back(); }, { signal: ended.signal });
  }
}

/** Sends a form's fields; whether it was taken. */
async function send(to, fields) {
  const answer = await fetch(to, { method: "POST", body: new URLSearchParams({ ...fields, csrf_token: token }), redirect: "manual" }).catch(() => null);
  return answer?.type === "opaqueredirect";
}

/** The calendar follows the queue. */
async function redraw() {
  const answer = await fetch(location.pathname).catch(() => null);
  if (!answer?.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector(".calendar");
  if (fresh) document.querySelector(".calendar").replaceWith(fresh);
}
