// The bell counts on while the page is open, and a thread says that it has gone on. Nothing moves by itself; without this module a
// reload tells the same.
const SOON = 1_500;
const EVERY = 45_000; // milliseconds between two looks, while somebody can see the page

export function ringing() {
  const bell = document.querySelector("[data-bell]");
  if (!bell) return;
  const thread = document.querySelector("[data-goes-on]");
  const address = bell.dataset.bell + (thread ? `?thread=${thread.dataset.thread}` : "");
  const count = bell.querySelector("b");
  const [label] = bell.getAttribute("aria-label").split(":");
  let seen = 0;
  const look = async () => {
    if (document.hidden || Date.now() - seen < EVERY / 2) return;
    seen = Date.now();
    const answer = await fetch(address, { cache: "no-cache" }).catch(() => null);
    if (!answer?.ok || answer.redirected) return;
    const found = await answer.json();
    const text = found.new > 99 ? "99+" : String(found.new);
    count.hidden = !found.new;
    count.textContent = text;
    bell.setAttribute("aria-label", found.new ? `${label}: ${bell.dataset.says.replace("#", text)}` : label);
    if (thread && found.floors > Number(thread.dataset.goesOn)) {
      thread.querySelector("b").textContent = String(found.floors - Number(thread.dataset.goesOn));
      thread.hidden = false;
    }
  };
  thread?.querySelector("a").addEventListener("click", (event) => {
    const to = new URL(event.currentTarget.href);
    if (to.pathname + to.search !== location.pathname + location.search) return;
    event.preventDefault(); // the same address but for the floor: the page has to be asked for again, once what is typed is kept
    const keeping = [];
    document.dispatchEvent(new CustomEvent("forum:leaving", { detail: keeping }));
    Promise.allSettled(keeping).then(() => {
      location.hash = to.hash;
      location.reload();
    });
  });
  if (thread && !count.hidden) setTimeout(look, SOON); // what was just read here rings no more
  setInterval(look, EVERY);
  document.addEventListener("visibilitychange", look);
}
