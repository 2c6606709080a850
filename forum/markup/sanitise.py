"""Lets allow-listed HTML through two independent sanitisers, bleach then nh3; refuses to know how it was made."""

import html as stdhtml
import re
import threading
from collections.abc import Callable, Mapping
from typing import Final, cast
from urllib.parse import urlsplit

import nh3
from bleach.sanitizer import Cleaner

from forum.markup.code import TOKEN_CLASSES

SCHEMES: Final = frozenset({"http", "https", "mailto", "ftp", "tel"})
REL: Final = "nofollow noopener"

_NONE: Final[frozenset[str]] = frozenset()
_CLASS: Final = frozenset({"class"})

# The one table of what HTML of a post may hold: tag -> its attributes. Both sanitisers read it.
ALLOWED: Final[Mapping[str, frozenset[str]]] = {
    **dict.fromkeys(("blockquote", "br", "cite", "code", "em", "h3", "h4", "h5", "hr", "label", "p", "s"), _NONE),
    **dict.fromkeys(("strong", "summary", "table", "tbody", "thead", "tr"), _NONE),
    **dict.fromkeys(("details", "li", "span", "td", "th", "ul"), _CLASS),
    "a": frozenset({"class", "href", "rel", "title"}),
    "img": frozenset({"alt", "height", "loading", "src", "title", "width"}),
    "input": frozenset({"checked", "disabled", "type"}),
    "ol": frozenset({"class", "start"}),
    "pre": frozenset({"class", "tabindex"}),
}

# Attributes that may only hold these very values; whatever is not here, nor judged by _JUDGED, is free text.
_VALUES: Final[Mapping[tuple[str, str], frozenset[str]]] = {
    ("a", "class"): frozenset({"mention"}),
    ("a", "rel"): frozenset({REL}),
    ("details", "class"): frozenset({"spoiler"}),
    ("img", "loading"): frozenset({"lazy"}),
    ("input", "checked"): frozenset({"", "checked"}),
    ("input", "disabled"): frozenset({"", "disabled"}),
    ("input", "type"): frozenset({"checkbox"}),
    ("li", "class"): frozenset({"task"}),
    ("ol", "class"): frozenset({"tasks"}),
    ("pre", "class"): frozenset({"code"}),
    ("pre", "tabindex"): frozenset({"0"}),
    ("span", "class"): TOKEN_CLASSES,
    ("td", "class"): frozenset({"center", "right"}),
    ("th", "class"): frozenset({"center", "right"}),
    ("ul", "class"): frozenset({"tasks"}),
}

_CONTROLS: Final = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF), "\ufffd")
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
# No white space, control or backslash anywhere: those are the disguises of a scheme or of a host.
_HREF: Final = re.compile(
    r"(?:(?:https?|ftp)://[^/?#]|mailto:[^/]|tel:[+\d(]|/(?!/)|\#)[^\x00-\x20\x7f-\xa0\u2028\u2029\\]*|/", re.IGNORECASE
)
_SRC: Final = re.compile(r"/files/[1-9]\d{0,8}/(?!.*(?i:\.\.|%2[ef]|%5c))[\w.~!$&'()*+,;=:@%-]+", re.ASCII)
_SIDE: Final = re.compile(r"[1-9]\d{0,4}", re.ASCII)
_START: Final = re.compile(r"\d{1,9}", re.ASCII)
_PRE_NEWLINES: Final = re.compile(r"(<pre(?: [a-z]+=\"[a-z0-9]*\")*>)\n+")
_PASSES: Final = 6


def safe_href(value: str) -> bool:
    """Whether a link may go there: http, https, ftp, mailto, tel, a path of this forum or an anchor."""
    return _HREF.fullmatch(value) is not None


def safe_src(value: str) -> bool:
    """Whether a picture is one of this forum's own files (the browser is told to show no other)."""
    return _SRC.fullmatch(value) is not None


_JUDGED: Final[Mapping[tuple[str, str], Callable[[str], object]]] = {
    ("a", "href"): safe_href,
    ("img", "height"): _SIDE.fullmatch,
    ("img", "src"): safe_src,
    ("img", "width"): _SIDE.fullmatch,
    ("ol", "start"): _START.fullmatch,
}


def permits(tag: str, name: str, value: str) -> bool:
    """Whether `<tag name="value">` may stand in a post; `value` has its entities resolved."""
    if name not in ALLOWED.get(tag, _NONE):
        return False
    if (values := _VALUES.get((tag, name))) is not None:
        return value in values
    judge = _JUDGED.get((tag, name))
    return judge is None or bool(judge(value))


def _permits_raw(tag: str, name: str, value: str) -> bool:
    return permits(tag, name, stdhtml.unescape(value))  # bleach hands over entities as they were typed


def _permitted(tag: str, name: str, value: str) -> str | None:
    return value if permits(tag, name, value) else None


_NH3: Final = nh3.Cleaner(
    tags=set(ALLOWED),
    clean_content_tags=set(),
    attributes={tag: set(names) for tag, names in ALLOWED.items() if names},
    attribute_filter=_permitted,
    link_rel=None,
    set_tag_attribute_values={"input": {"type": "checkbox", "disabled": ""}},  # no other box, no other state
    url_schemes=set(SCHEMES),
)


class _Local(threading.local):
    """One bleach cleaner a thread: its parser keeps state."""

    def __init__(self) -> None:
        self.cleaner = Cleaner(tags=frozenset(ALLOWED), attributes=_permits_raw, protocols=SCHEMES)


_LOCAL: Final = _Local()


def legible(text: str) -> str:
    """The text with controls that HTML cannot hold as U+FFFD; ValueError for a lone surrogate, which is not text."""
    if _SURROGATE.search(text):
        raise ValueError("a lone surrogate is not text")
    return text.translate(_CONTROLS)


def escape(text: str) -> str:
    """Text as both sanitisers write it, so that what we made passes them unchanged."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\xa0", "&nbsp;")


def escape_attribute(value: str) -> str:
    """A value for between double quotes, as both sanitisers write it."""
    return escape(value).replace('"', "&quot;")


def followable(href: str) -> bool:
    """Whether a link to there would survive both sanitisers, asked before a link is made of somebody's words."""
    if not safe_href(href):
        return False
    if href.startswith(("/", "#")):
        return True
    try:
        urlsplit(href.encode("ascii", "ignore").decode("ascii"))
    except ValueError:
        return False
    return _NH3.clean(f'<a href="{escape_attribute(href)}">x</a>').startswith("<a href=")


def _both(html: str) -> str:
    passed = _NH3.clean(cast("str", _LOCAL.cleaner.clean(html)))
    # A parser eats the first newline in <pre>; what it would eat next time is eaten now.
    return _PRE_NEWLINES.sub(r"\1", passed.replace("\r", "\n").translate(_CONTROLS))


def sanitise(html: str) -> str:
    """HTML of allow-listed tags, attributes and addresses only; `sanitise(sanitise(x)) == sanitise(x)`.

    A tag that is not allowed appears as typed text. What our own renderer made comes out unchanged and so takes one
    pass; HTML that two parsers keep reading differently is shown as typed.
    """
    html = legible(html)
    for _ in range(_PASSES):
        before, html = html, _both(html)
        if html == before:
            return html
    return escape(stdhtml.unescape(html))
