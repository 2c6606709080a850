"""Renders what people write to HTML, text and mentions, once, when it is written; refuses to lose a word of it."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from markdown_it import MarkdownIt

from forum.markup import blocks, code
from forum.markup.language import language
from forum.markup.links import bare_address
from forum.markup.mentions import mention
from forum.markup.page import Page, as_typed
from forum.markup.sanitise import followable, legible, sanitise
from forum.markup.shape import shape
from forum.markup.words import folded, words

RENDERER: Final = 2
"""Version of the renderer, stored beside the HTML it made."""

MAX_NESTING: Final = 20
MAX_CHARS: Final = 60_000  # beyond, a text is shown as typed
MAX_BRACKETS: Final = 4_000  # "[" in a text; each may cost the parser a look at all that follows
MAX_LINES: Final = 5_000
MAX_COST: Final = 20_000  # in entities; a tag costs the sanitisers as much as two: 20,000 are about 300 ms
_NOBODY: Final[Mapping[str, str]] = MappingProxyType({})
_NO_PICTURES: Final[Mapping[int, tuple[int, int]]] = MappingProxyType({})


class Rendered(NamedTuple):
    """A post as it is kept: `html` is safe, `lang` is "zh", "ja", "ko" or None, `text` is for excerpts and search.

    `mentions` are the handles linked outside quotations: who was quoted being mentioned was told then.
    """

    html: str
    lang: str | None
    text: str
    mentions: frozenset[str]


class _Parser(MarkdownIt):
    def validateLink(self, url: str) -> bool:
        return followable(url)


def _parser() -> MarkdownIt:
    options = {"html": False, "breaks": True, "xhtmlOut": False, "typographer": False, "linkify": False}
    ours = {"maxNesting": MAX_NESTING, "tasklists": True, "inline_definitions": True, "store_labels": True}
    parser = _Parser("commonmark", {**options, **ours}, renderer_cls=Page)
    parser.enable(["table", "strikethrough"])
    parser.disable(["html_block", "html_inline"])
    blocks.use(parser)
    parser.inline.ruler.before("newline", "bare_address", bare_address)
    parser.inline.ruler.before("newline", "mention", mention)
    parser.core.ruler.push("shape", shape)
    return parser


_PARSER: Final = _parser()


def _typed(source: str) -> Rendered:
    return Rendered(sanitise(as_typed(source)), language(source), folded(source), frozenset())


def render(
    source: str, people: Mapping[str, str] = _NOBODY, pictures: Mapping[int, tuple[int, int]] = _NO_PICTURES
) -> Rendered:
    """Make a post of Markdown.

    people: handles that exist, lower-case, with the names they go by. pictures: width and height of pictures of
    this forum, by number, so that a page does not jump when they arrive. Raises ValueError for a lone surrogate. What is
    nested too deep, or so dense that laying it out would take long, is shown as typed, never cut.
    """
    source = legible(source).replace("\r\n", "\n").replace("\r", "\n")
    if len(source) > MAX_CHARS or source.count("\n") > MAX_LINES or source.count("[") > MAX_BRACKETS:
        return _typed(source)
    env: dict[str, Any] = {"people": people, "mentioned": set(), "mention_links": 0, "bare_links": 0}
    env |= {"pictures": pictures, "cells_left": blocks.MAX_CELLS, "marker": code.Marker()}
    try:
        tokens = _PARSER.parse(source, env)
    except blocks.TooDenseError:
        return _typed(source)
    if blocks.too_deep(tokens, MAX_NESTING):
        return _typed(source)
    html = _PARSER.renderer.render(tokens, _PARSER.options, env)
    if 2 * html.count("<") + html.count("&") > MAX_COST + source.count("&") + source.count("<"):
        return _typed(source)
    prose = words(tokens, prose=True)
    return Rendered(sanitise(html), language(prose), words(tokens), frozenset(env["mentioned"]))
