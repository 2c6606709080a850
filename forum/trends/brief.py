"""The weekly brief by mail: what became Magic, what moves, what waits for an answer. The page Trends prints the same on one sheet."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from flask import render_template
from flask_babel import gettext, ngettext

from forum.boards import addresses
from forum.config import Settings
from forum.follow.mailing import Said
from forum.mail.sending import harmless
from forum.trends import figures, queries
from forum.trends.rollups import day_of
from forum.web.dates import Dates
from forum.web.templating import figure

WEEK: Final = 7
MOST: Final = 10
TOP: Final = 5


class Item(NamedTuple):
    """A thread in a line: its title, where it is, and what is to be said of it."""

    title: str
    address: str
    words: str


def brief(at: int, settings: Settings, stop: str) -> Said:
    """This week's, as of `at` in Unix seconds; `stop` is the address that ends it."""
    dates = Dates(settings.timezone)
    magic = queries.magic(at - WEEK * 86400, MOST)
    waiting = queries.waiting()
    today = day_of(at)
    rising = figures.rising(queries.rising(), {one.id for one in magic})
    values: dict[str, Any] = {
        "day": dates.day(at),
        "waiting": [_item(one, _waits(one, at, dates)) for one in waiting[:TOP]],
        "waiting_more": max(0, len(waiting) - TOP),
        "magic": [_item(one, _magic(one)) for one in magic],
        "rising": [
            _item(
                one.thread,
                gettext(
                    "%(times)s times as many readers as is usual on %(board)s",
                    times=f"{one.times:.1f}",
                    board=_board(one.thread),
                ),
            )
            for one in rising
        ],
        "boards": figures.boards(queries.boards(today - 2 * WEEK + 1, today - WEEK + 1, today)),
        "harmless": harmless,
        "base": settings.base_url,
        "stop": stop,
    }
    return Said(
        _subject(len(magic), len(waiting)),
        *(render_template(f"mail/brief.{kind}", **values) for kind in ("txt", "html")),
    )


def _item(one: Any, words: str) -> Item:
    title = harmless(one.title) if one.title else gettext("a withdrawn title")
    return Item(title, addresses.thread(one.id, one.slug), words)


def _board(one: Any) -> str:
    return harmless(one.board_name)


def _waits(one: Any, at: int, dates: Dates) -> Any:
    long = dates.lasting(at - one.magic_at)
    if one.answer == "heard":
        return gettext("heard, but has waited %(long)s; %(readers)s readers", long=long, readers=figure(one.hits))
    return gettext("has waited %(long)s; %(readers)s readers", long=long, readers=figure(one.hits))


def _magic(one: Any) -> Any:
    return gettext(
        "%(readers)s readers; on %(board)s a usual thread peaks at %(usual)s",
        readers=figure(one.hits),
        board=_board(one),
        usual=figure(one.usual),
    )


def _subject(magic: int, waiting: int) -> Any:
    if waiting:
        return ngettext(
            "The week: %(num)s Magic thread waits for an answer",
            "The week: %(num)s Magic threads wait for an answer",
            waiting,
        )
    if magic:
        return ngettext("The week: %(num)s thread became Magic", "The week: %(num)s threads became Magic", magic)
    return gettext("The week: nothing waits for an answer")
