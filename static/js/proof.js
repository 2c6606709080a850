// Checks a post's proof here, in the reader's browser: hashes the words, walks to the root, asks the public ledger, checks the signature.
const given = JSON.parse(document.getElementById("proof").textContent);
const button = document.getElementById("check");
const utf8 = new TextEncoder();

const bytes = (text) => Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
const joined = (...parts) => Uint8Array.from(parts.flatMap((part) => [...part]));
const same = (one, other) => one.length === other.length && one.every((byte, at) => byte === other[at]);
const hash = async (...parts) => new Uint8Array(await crypto.subtle.digest("SHA-256", joined(...parts)));
const node = (left, right) => hash([1], left, right);

// SHA-256("forum/commit/v1\n" ‖ salt ‖ length in eight bytes ‖ words) must be what the entry holds.
async function fits(words, salt, leaf) {
  const said = utf8.encode(words);
  const length = new DataView(new ArrayBuffer(8));
  length.setBigUint64(0, BigInt(said.length));
  const bound = await hash(utf8.encode("forum/commit/v1\n"), bytes(salt), new Uint8Array(length.buffer), said);
  return same(bound, bytes(JSON.parse(leaf).c));
}

async function words() {
  if (given.words === null) return null;
  const section = document.querySelector("#words").closest("section");
  const { title } = given;
  if (title && !(await fits(title.words, title.salt, title.leaf) && section.querySelector(".version-title").textContent === title.words)) return false;
  return section.querySelector("pre").textContent === given.words && fits(given.words, given.salt, given.leaf);
}

// The bundle that everybody reads, without a cookie: entries of up to 64 KiB, each after its length in two bytes.
async function holds(one) {
  const bundle = Math.floor(one.number / 256);
  const width = Math.min(256, given.size - bundle * 256);
  if (width < 1) return false;
  const digits = String(bundle).padStart(Math.ceil(String(bundle).length / 3) * 3, "0").match(/.{3}/g);
  const name = digits.map((part, at) => (at < digits.length - 1 ? "x" + part : part)).join("/");
  const answer = await fetch(`/ledger/tile/entries/${name}${width < 256 ? ".p/" + width : ""}`, { credentials: "omit" });
  if (!answer.ok) return false;
  const raw = new Uint8Array(await answer.arrayBuffer());
  let at = 0;
  for (let number = bundle * 256; at < raw.length; number += 1) {
    const end = at + 2 + raw[at] * 256 + raw[at + 1];
    if (number === one.number) return same(raw.slice(at + 2, end), utf8.encode(one.leaf));
    at = end;
  }
  return false;
}

async function entry() {
  return await holds(given) && (!given.title || await holds(given.title));
}

// Words that are gone need an entry that says who took them: the author of this post, or the law.
async function gone() {
  if (given.words !== null) return null;
  if (!given.gone || !(await holds(given.gone))) return false;
  const [made, taken] = [JSON.parse(given.leaf), JSON.parse(given.gone.leaf)];
  return taken.o === made.o && (taken.t === "legal.erase" || (taken.t === "post.withdraw" && taken.b === made.b));
}

// RFC 9162, 2.1.3.2: from the entry's hash by those beside its way to the root.
async function path() {
  let place = BigInt(given.number), last = BigInt(given.size) - 1n;
  let found = await hash([0], utf8.encode(given.leaf));
  for (const beside of given.path.map(bytes)) {
    if (last === 0n) return false;
    if (place & 1n || place === last) {
      found = await node(beside, found);
      while (!(place & 1n) && place) [place, last] = [place >> 1n, last >> 1n];
    } else {
      found = await node(found, beside);
    }
    [place, last] = [place >> 1n, last >> 1n];
  }
  return last === 0n && same(found, bytes(given.root));
}

// The signed note: three lines, an empty one, and a signature by the key that the forum shows to everybody (beside others, after a new key).
async function signed() {
  const end = given.note.lastIndexOf("\n\n");
  const [text, lines] = [given.note.slice(0, end + 1), given.note.slice(end + 2).trimEnd().split("\n")];
  const [, size, root] = text.split("\n");
  if (size !== String(given.size) || root !== given.root) return false;
  const shown = (await (await fetch("/ledger/key", { credentials: "omit" })).text()).trim();
  const [name, number] = shown.split("+");
  const key = bytes(shown.slice(name.length + number.length + 2));
  const hex = (some) => [...some].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const made = lines.filter((line) => line.startsWith(`— ${name} `)).map((line) => bytes(line.split(" ").at(-1)));
  const signature = made.find((one) => hex(one.slice(0, 4)) === number);
  if (!signature) return false;
  let trusted;
  try {
    trusted = await crypto.subtle.importKey("raw", key.slice(1), "Ed25519", false, ["verify"]);
  } catch {
    return null;  // an older browser; said beside the step
  }
  return crypto.subtle.verify("Ed25519", trusted, signature.slice(4), utf8.encode(text));
}

async function check() {
  const verdict = document.getElementById("verdict");
  document.getElementById("checked").hidden = false;
  if (!globalThis.crypto?.subtle) {
    verdict.textContent = verdict.dataset.unable;
    return;
  }
  let good = true;
  for (const [name, step] of Object.entries({ words, gone, entry, path, signed })) {
    const line = document.querySelector(`[data-step="${name}"]`);
    const found = await step().catch(() => false);
    line.dataset.found = found === null ? "none" : found ? "yes" : "no";
    if (found === null && line.dataset.none === undefined) line.hidden = true;
    if (found === null && line.dataset.none) line.textContent = line.dataset.none;
    if (found === false) {
      good = false;
      line.textContent = line.dataset.bad;
    }
  }
  verdict.textContent = good ? verdict.dataset.good : verdict.dataset.bad;
  verdict.dataset.found = good ? "yes" : "no";
  verdict.focus({ preventScroll: true });
  document.getElementById("checked").scrollIntoView({ block: "nearest" });
}

button.hidden = false;
button.addEventListener("click", check);
