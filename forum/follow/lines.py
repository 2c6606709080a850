"""Puts what somebody was told into sentences. Asks nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from flask_babel import gettext, ngettext

from forum.boards import addresses
from forum.boards.rows import by_muted, with_muted
from forum.desk import shielding
from forum.follow import telling


class Line(NamedTuple):
    """One line: a sentence, where it happened, and where it leads. `new`: neither looked at nor read."""

    kind: str
    sentence: str
    title: str | None
    slug: str
    lang: str | None
    address: str
    board: str
    board_name: str
    handle: str
    name: str
    excerpt: str | None
    excerpt_lang: str | None
    at: int
    turn: int
    new: bool
    fold: str
    """Why it is folded: what of it was muted since, or the muted word that stands in it; "" when it is not."""


def lines(found: Sequence[Any], muted_words: str = "") -> list[Line]:
    """What somebody was told, in its order."""
    return [
        Line(
            one.kind,
            sentence(one.kind, one.many, one.name, one.board_name, one.floor),
            one.title,
            one.slug,
            one.lang,
            address(one),
            one.board,
            one.board_name,
            one.handle,
            one.name,
            one.excerpt if one.many == 1 else None,
            one.excerpt_lang,
            one.at,
            one.turn,
            one.turn > one.seen and (one.read is None or one.read < one.floor),
            _fold(one, muted_words),
        )
        for one in found
    ]


def _fold(one: Any, muted_words: str) -> Any:
    if one.by_muted:
        return by_muted(one.name)
    if one.thread_muted:
        return gettext("Folded, because you muted the thread")
    if one.board_muted:
        return by_muted(one.board_name)
    return with_muted(shielding.found(muted_words, f"{one.title or ''}\n{one.excerpt or ''}"))


def address(one: Any) -> str:
    """Where a line leads: to the first post that is new; many new threads are seen on their board, many posts on a colleague's page."""
    if one.many > 1 and one.kind == telling.BOARD:
        return f"/boards/{one.board}?sort=new"
    if one.many > 1 and one.kind == telling.PERSON:
        return f"/people/{one.handle}"
    if one.kind in (telling.MAGIC, telling.BOARD):
        return addresses.thread(one.thread, one.slug)
    return f"/posts/{one.first}"


def sentence(kind: str, many: int, name: str, board: str, floor: int = 2) -> str:
    """What happened; the thread's title stands under it."""
    return str(_sentence(kind, many, name, board, floor))


def _sentence(kind: str, many: int, name: str, board: str, floor: int) -> Any:
    if kind == telling.REPLY:
        return ngettext("%(name)s replied to you", "%(num)s replies to you, the latest by %(name)s", many, name=name)
    if kind == telling.QUOTE:
        return ngettext("%(name)s quoted you", "You were quoted %(num)s times, lately by %(name)s", many, name=name)
    if kind == telling.MENTION:
        return ngettext(
            "%(name)s mentioned you", "You were mentioned %(num)s times, lately by %(name)s", many, name=name
        )
    if kind == telling.ANSWER:
        return gettext("Management answered")
    if kind == telling.MAGIC:
        return gettext("A thread became Magic")
    if kind == telling.BOARD:
        return ngettext("A new thread on %(board)s", "%(num)s new threads on %(board)s", many, board=board)
    if kind == telling.PERSON and many == 1 and floor == 1:
        return gettext("%(name)s began a thread", name=name)
    if kind == telling.PERSON:
        return ngettext("%(name)s said something", "%(num)s new posts by %(name)s", many, name=name)
    return ngettext("%(name)s replied", "%(num)s new replies, the latest by %(name)s", many, name=name)
