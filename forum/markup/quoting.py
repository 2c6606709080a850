"""Cuts text for lists and quotes a post in Markdown; refuses to quote quotations again."""

import re
from typing import Final

from forum.markup.language import is_eastern

MAX_QUOTED: Final = 1_500  # characters of the quoted post's own words
_ELLIPSIS: Final = "…"
_SPECIAL: Final = re.compile(r"([\\`*_\[\]<>&!~@:])")
_FENCE: Final = re.compile(r" {0,3}(`{3,}|~{3,})")


def _cut(text: str, limit: int) -> str:
    """At most `limit` characters, ending with a whole word where the script has words."""
    head = text[:limit]
    if not text[limit : limit + 1].isspace() and not (is_eastern(text[limit]) or is_eastern(head[-1])):
        space = max(head.rfind(" "), head.rfind("\n"))
        eastern = next((at for at in range(len(head) - 1, space, -1) if is_eastern(head[at])), -1)
        at = max(space, eastern + 1)
        head = head[:at] if at > limit // 2 else head
    return head.rstrip()


def excerpt(text: str, limit: int = 280) -> str:
    """The beginning of a text, at most `limit` characters with the ellipsis, cut at a word or any Chinese character."""
    if limit < 1:
        raise ValueError("an excerpt has at least one character")
    text = " ".join(text.split())
    return text if len(text) <= limit else f"{_cut(text, limit - 1)}{_ELLIPSIS}" if limit > 1 else _ELLIPSIS


def quote(text_source: str, by: str, href: str, floor_label: str) -> str:
    """Markdown that quotes a post and says whose it is: its own lines after "> ", a citation, a blank line."""
    own = "\n".join(line for line in text_source.splitlines() if not line.lstrip().startswith(">"))
    own = re.sub(r"\n\s*\n(?:\s*\n)+", "\n\n", own).strip("\n")
    if len(own) > MAX_QUOTED:
        own = _shortened(own)
    lines = [f"> {line}".rstrip() for line in own.split("\n")] if own.strip() else []
    target = href.replace("<", "%3C").replace(">", "%3E").replace(" ", "%20").replace("(", "%28").replace(")", "%29")
    who = _SPECIAL.sub(r"\\\1", " ".join(f"{by}, {floor_label}".split()))
    return "\n".join([*lines, ">", f"> — [{who}]({target})", "", ""])


def _shortened(own: str) -> str:
    """Own words to the limit, ending with a whole line if that is not far off, with code fences closed."""
    head = _cut(own, MAX_QUOTED)
    newline = head.rfind("\n")
    if newline > MAX_QUOTED * 3 // 4:
        head = head[:newline]
    fence = ""
    for line in head.split("\n"):
        if (found := _FENCE.match(line)) is not None:
            mark = found.group(1)
            fence = mark if not fence else "" if mark.startswith(fence) else fence
    return f"{head.rstrip()}\n{fence}\n{_ELLIPSIS}" if fence else f"{head.rstrip()} {_ELLIPSIS}"
