"""Reads the plain words out of a parsed post, for excerpts and search; refuses to keep its layout."""

from collections.abc import Iterable, Iterator

from markdown_it.token import Token

from forum.markup.page import definition_text, fence_info, spoiler_title
from forum.markup.shape import alt

_INLINE_TAGS = ("strong", "em", "s", "a")


def _inline(children: Iterable[Token], *, prose: bool) -> Iterator[str]:
    linked = False
    for token in children:
        if token.type in ("link_open", "link_close"):
            linked = token.type == "link_open"
        elif token.type == "text":
            if not (prose and linked and "://" in token.content):
                yield token.content
        elif token.type == "image":
            yield f" {alt(token)} "
        elif token.type in ("code_inline", "mention"):
            yield " " if prose else token.content
        elif token.type.endswith("break"):
            yield "\n"


def _block(token: Token, *, prose: bool) -> str:
    if token.type == "inline":
        return "".join(_inline(token.children or [], prose=prose))
    if token.type == "container_spoiler_open":
        return spoiler_title(token)
    if prose:
        return ""
    if token.type == "fence":
        return f"{fence_info(token)[1]}\n{token.content}"
    if token.type == "definition":
        return "" if token.hidden else definition_text(token)
    return token.content if token.type == "code_block" else ""


def folded(text: str) -> str:
    """Text with every run of white space as one space."""
    return " ".join(text.split())


def words(tokens: Iterable[Token], *, prose: bool = False) -> str:
    """All words in reading order, white space folded; `prose` leaves out code, bare addresses and handles."""
    return folded(" ".join(_block(token, prose=prose) for token in tokens))
