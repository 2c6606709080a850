// What the toolbar and the shortcuts do to the text of a textarea. Knows no page.

/** Replaces the selection and keeps the browser's undo. */
export function replace(area, text, from = area.selectionStart, to = area.selectionEnd) {
  area.focus();
  area.setSelectionRange(from, to);
  if (!document.execCommand("insertText", false, text)) {
    area.setRangeText(text, from, to, "end");
    area.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

/** Puts marks around the selection, or takes them away again. */
export function wrap(area, before, after = before, example = "") {
  const { selectionStart: from, selectionEnd: to, value } = area;
  const inner = value.slice(from, to) || example;
  const around = value.slice(from - before.length, from) === before && value.slice(to, to + after.length) === after;
  if (around) {
    replace(area, inner, from - before.length, to + after.length);
    area.setSelectionRange(from - before.length, from - before.length + inner.length);
  } else {
    replace(area, before + inner + after, from, to);
    area.setSelectionRange(from + before.length, from + before.length + inner.length);
  }
}

/** Begins every selected line with a prefix, or takes it away when all have it. */
export function prefix(area, mark) {
  const { value } = area;
  const from = value.lastIndexOf("\n", area.selectionStart - 1) + 1;
  const end = value.indexOf("\n", area.selectionEnd);
  const to = end < 0 ? value.length : end;
  const lines = value.slice(from, to).split("\n");
  const all = lines.every((line) => line.startsWith(mark));
  const text = lines.map((line) => (all ? line.slice(mark.length) : mark + line)).join("\n");
  replace(area, text, from, to);
  area.setSelectionRange(from, from + text.length);
}

/** A block of its own, with a free line before it. */
export function block(area, text, selectFrom, selectLength) {
  const before = area.value.slice(0, area.selectionStart);
  const gap = !before || before.endsWith("\n\n") ? "" : before.endsWith("\n") ? "\n" : "\n\n";
  const at = area.selectionStart + gap.length;
  replace(area, gap + text);
  if (selectFrom !== undefined) area.setSelectionRange(at + selectFrom, at + selectFrom + selectLength);
}

const picked = (area) => area.value.slice(area.selectionStart, area.selectionEnd);

export const tools = {
  bold: (area) => wrap(area, "**", "**", "bold"),
  italic: (area) => wrap(area, "*", "*", "italic"),
  quote: (area) => prefix(area, "> "),
  code: (area) => (picked(area).includes("\n") ? block(area, "```\n" + picked(area) + "\n```\n") : wrap(area, "`", "`", "code")),
  list: (area) => prefix(area, "- "),
  tasks: (area) => prefix(area, "- [ ] "),
  link: (area) => {
    const words = picked(area);
    if (/^https?:\/\/\S+$/.test(words)) wrap(area, "<", ">");
    else { wrap(area, "[", "](https://)", "words"); }
  },
  table: (area) => block(area, "| what | how many |\n|---|---:|\n|  |  |\n", 2, 4),
  spoiler: (area) => block(area, "::: spoiler\n" + (picked(area) || "words") + "\n:::\n", 12, (picked(area) || "words").length),
};
