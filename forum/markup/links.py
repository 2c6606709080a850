"""Finds bare addresses in what people write, Chinese text included; refuses to guess that readme.md is a website."""

import re
from typing import Final

from markdown_it.rules_inline import StateInline

MAX_LINKS: Final = 500  # tried in one post, as each is judged; those after stay words

_SCHEME: Final = re.compile(r"(?<![a-z0-9.+-])(?:https?|ftp|mailto)\Z", re.IGNORECASE | re.ASCII)
_LONGEST_SCHEME: Final = 7  # "mailto" and the character before it
# An address ends before white space, quotes, general punctuation (U+2000..) and whatever is Chinese, Japanese, Korean:
# those scripts put no space after an address. Square brackets only in pairs, as [http://a/b](http://a/b) is a link.
_CHAR: Final = (
    r"[^\s<>\[\]\"`\x00-\x20\x7f-\xa0\u00ab\u00bb\u1100-\u11ff\u2000-\u206f\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff"
    r"\ufe10-\ufe4f\uff00-\uffef\U00020000-\U0003ffff]"
)
_WEB: Final = re.compile(rf"://(?![/?#])(?:{_CHAR}|\[[^\s<>\[\]]{{0,200}}\]){{1,2000}}")
_MAIL: Final = re.compile(rf":[\w.!#$%&'*+/=?^{{|}}~-]{{1,64}}@{_CHAR}{{1,500}}", re.ASCII)
_TRAILING: Final = ".,;:!?'*_~|\\"


def _trimmed(address: str) -> str:
    """The address without the sentence's own punctuation after it."""
    while True:
        shorter = address.rstrip(_TRAILING)
        if shorter.endswith(")") and shorter.count(")") > shorter.count("("):
            shorter = shorter[:-1]
        if shorter == address:
            return address
        address = shorter


def bare_address(state: StateInline, silent: bool) -> bool:
    """Inline rule at the colon: `http://…`, `https://…`, `ftp://…` and `mailto:…` become links to themselves.

    Written anew because markdown-it's own rule, over linkify-it, ends no address before Chinese words and takes seconds
    for some 40,000 characters; this one looks back at most seven characters and reads forward once.
    """
    pos = state.pos
    if state.src[pos] != ":" or state.linkLevel or state.env["bare_links"] >= MAX_LINKS:
        return False
    before = _SCHEME.search(state.src, max(0, pos - _LONGEST_SCHEME), pos)
    if before is None or not (silent or state.pending.endswith(before.group())):
        return False
    rest = (_MAIL if before.group().lower() == "mailto" else _WEB).match(state.src, pos, state.posMax)
    if rest is None:
        return False
    state.env["bare_links"] += 1
    tail = _trimmed(rest.group())
    address = before.group() + tail
    href = state.md.normalizeLink(address)
    if not state.md.validateLink(href):
        return False
    if not silent:
        state.pending = state.pending[: -len(before.group())]
        state.push("link_open", "a", 1).attrs = {"href": href}
        state.push("text", "", 0).content = address
        state.push("link_close", "a", -1)
    state.pos += len(tail)
    return True
