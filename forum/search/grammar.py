"""Reads what somebody typed into the search box. Whatever it is, it becomes a query: what makes no sense is told, never refused. Pure.

words · "an exact phrase" · -without · author: · board: · after: · before: · is:magic · is:answered · has:file · in:title
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from itertools import takewhile
from typing import Final, NamedTuple

from forum.core.errors import N_
from forum.search import analyser, moments

LONGEST: Final = 400
"""Characters that are read."""
MOST: Final = 24
"""Words and phrases that are looked for; what comes after them is not."""
_QUOTES: Final = '"“”„«»「」『』＂'
_PIECE: Final = re.compile(
    rf"""(?=\S)(?P<minus>[-−－](?=\S))?(?:(?P<field>[A-Za-z]{{2,6}})[:：])?"""
    rf"""(?:[{_QUOTES}](?P<quoted>[^{_QUOTES}]*)[{_QUOTES}]?|(?P<plain>[^\s{_QUOTES}]+))?"""
)
_FIELDS: Final = ("author", "board", "after", "before", "is", "has", "in")
KINDS: Final = {"is": ("magic", "answered"), "has": ("file",), "in": ("title", "pads")}


class Wanted(NamedTuple):
    """Something to be found or, `without`, not to be found: as typed, and analysed. `phrase`: in this very order."""

    text: str
    kept: str
    phrase: bool
    without: bool


class Problem(NamedTuple):
    """What of a query could not be understood: a message for people with its values."""

    message: str
    values: dict[str, str]


class Query(NamedTuple):
    """A query as understood. Days are the first that counts (`after`) and the first that does not (`before`)."""

    wanted: tuple[Wanted, ...] = ()
    author: str = ""
    board: str = ""
    after: date | None = None
    before: date | None = None
    tags: tuple[str, ...] = ()
    """magic, answered, file, pads."""
    in_title: bool = False
    problems: tuple[Problem, ...] = ()
    thread: int | None = None
    """The one thread to look in."""

    @property
    def narrowed(self) -> bool:
        """Whether anything but words is asked."""
        return bool(self.author or self.board or self.after or self.before or self.tags or self.thread)

    @property
    def empty(self) -> bool:
        """Whether nothing at all is asked."""
        return not self.narrowed and not any(not one.without for one in self.wanted)


def parse(text: str, today: date, *, author: str = "", board: str = "", after: str = "", before: str = "") -> Query:
    """The query behind a line of text; the others are fields of a form and weigh more than the line's."""
    reading = _Reading(today)
    clean = _clean(text)
    if len(clean) > LONGEST:
        reading.problem(N_("Only the first %(most)s characters were looked for."), most=str(LONGEST))
    reading.line(clean[:LONGEST])
    for field, value in (("author", author), ("board", board), ("after", after), ("before", before)):
        if filled := _clean(value):
            reading.field(field, filled[:LONGEST])
    return reading.query()


def _clean(text: str) -> str:
    return " ".join(text.replace("\x00", " ").split())


def _said(one: re.Match[str]) -> str:
    return one["quoted"] if one["quoted"] is not None else one["plain"] or ""


class _Reading:
    """A query under way."""

    def __init__(self, today: date) -> None:
        self.today = today
        self.wanted: list[Wanted] = []
        self.named: dict[str, str] = {}
        self.days: dict[str, date] = {}
        self.tags: list[str] = []
        self.in_title = False
        self.problems: list[Problem] = []
        self.line_typed = False

    def problem(self, message: str, **values: str) -> None:
        found = Problem(message, values)
        if found not in self.problems:
            self.problems.append(found)

    def line(self, text: str) -> None:
        self.line_typed = bool(text)
        found = list(_PIECE.finditer(text))
        at = 0
        while at < len(found):
            one, at = found[at], at + 1
            field = (one["field"] or "").lower()
            value = _said(one)
            if field in _FIELDS:
                following = list(takewhile(lambda other: not other["field"] and not other["minus"], found[at : at + 3]))
                if not value and following:
                    value, at = _said(following.pop(0)), at + 1
                if field in ("after", "before"):
                    value, more = self._longest_date(value, list(map(_said, following)))
                    at += more
                if one["minus"]:
                    self.problem(N_("“-%(field)s:” is not understood; only words can be left out."), field=field)
                else:
                    self.field(field, value)
            else:
                whole = f"{one['field']}:{value}" if one["field"] else value
                self.words(whole, phrase=one["quoted"] is not None, without=bool(one["minus"]))

    def _longest_date(self, value: str, following: Sequence[str]) -> tuple[str, int]:
        """(a date of as many words as make one together, how many were taken): `last week`, `3 days ago`."""
        for more in range(len(following), 0, -1):
            longer = " ".join([value, *following[:more]])
            if moments.first_day(longer, self.today) is not None:
                return longer, more
        return value, 0

    def words(self, text: str, *, phrase: bool, without: bool) -> None:
        kept = analyser.analysed(text)
        if not kept:
            return
        wanted = Wanted(text, kept, phrase, without)
        if wanted in self.wanted:
            return
        if len(self.wanted) == MOST:
            self.problem(N_("Only the first %(most)s words were looked for."), most=str(MOST))
            return
        self.wanted.append(wanted)

    def field(self, field: str, value: str) -> None:
        value = value.strip()
        if not value:
            self.problem(N_("“%(field)s:” was left open; write something right after the colon."), field=field)
        elif field in ("author", "board"):
            self.named[field] = value.removeprefix("@")
        elif field in ("after", "before"):
            day = moments.first_day(value, self.today)
            if day is None:
                self.problem(
                    N_("“%(value)s” is no date we know. Try 2026-11-03, 2026-11, yesterday or last week."), value=value
                )
            else:
                self.days[field] = day
        elif value.lower() not in KINDS[field]:
            self.problem(
                N_("“%(field)s:%(value)s” is not known; there is %(known)s."),
                field=field,
                value=value,
                known=", ".join(f"{field}:{one}" for one in KINDS[field]),
            )
        elif value.lower() == "title":
            self.in_title = True
        elif value.lower() not in self.tags:
            self.tags.append(value.lower())

    def query(self) -> Query:
        if self.line_typed and not self.problems and not self.named and not self.days and not self.tags:
            if not self.wanted:
                self.problem(N_("There is no word in this that could be looked for."))
            elif all(one.without for one in self.wanted):
                self.problem(N_("This only says what to leave out. Say also what to find."))
        days = self.days
        if "after" in days and "before" in days and days["after"] >= days["before"]:
            self.problem(N_("No day is after the one and before the other: are the two dates the wrong way round?"))
        return Query(
            tuple(self.wanted),
            self.named.get("author", ""),
            self.named.get("board", ""),
            self.days.get("after"),
            self.days.get("before"),
            tuple(self.tags),
            self.in_title,
            tuple(self.problems),
        )
