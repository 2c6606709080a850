"""Reads what somebody typed into the search box. Whatever it is, it becomes a query: what makes no sense is told, never refused. Pure.

words · "an exact phrase" · -without · author: · board: · after: · before: · is:magic · is:answered · has:file · in:title
"""

from __future__ import annotations

import re
from datetime import date
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
_TWO_WORDS: Final = ("last", "this")
KINDS: Final = {"is": ("magic", "answered"), "has": ("file",), "in": ("title",)}


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
    """magic, answered, file."""
    in_title: bool = False
    problems: tuple[Problem, ...] = ()

    @property
    def narrowed(self) -> bool:
        """Whether anything but words is asked."""
        return bool(self.author or self.board or self.after or self.before or self.tags)

    @property
    def empty(self) -> bool:
        """Whether nothing at all is asked."""
        return not self.narrowed and not any(not one.without for one in self.wanted)


def parse(text: str, today: date, *, author: str = "", board: str = "", after: str = "", before: str = "") -> Query:
    """The query behind a line of text; the others are fields of a form and weigh more than the line's."""
    reading = _Reading(today)
    clean = " ".join(text.replace("\x00", " ").split())
    if len(clean) > LONGEST:
        reading.problem(N_("Only the first %(most)s characters were looked for."), most=str(LONGEST))
    reading.line(clean[:LONGEST])
    for field, value in (("author", author), ("board", board), ("after", after), ("before", before)):
        if value.strip():
            reading.field(field, " ".join(value.replace("\x00", " ").split())[:LONGEST])
    return reading.query()


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

    def problem(self, message: str, **values: str) -> None:
        found = Problem(message, values)
        if found not in self.problems:
            self.problems.append(found)

    def line(self, text: str) -> None:
        found = list(_PIECE.finditer(text))
        skip = False
        for at, one in enumerate(found):
            if skip:
                skip = False
                continue
            field = (one["field"] or "").lower()
            value = one["quoted"] if one["quoted"] is not None else one["plain"] or ""
            if field in _FIELDS:
                if field in ("after", "before") and at + 1 < len(found) and value.lower() in _TWO_WORDS:
                    value, skip = f"{value} {found[at + 1][0]}", True
                if not value and at + 1 < len(found) and found[at + 1]["field"] is None:
                    value, skip = (found[at + 1]["quoted"] or found[at + 1]["plain"] or ""), True
                if one["minus"]:
                    self.problem(N_("“-%(field)s:” is not understood; only words can be left out."), field=field)
                else:
                    self.field(field, value)
            else:
                whole = f"{one['field']}:{value}" if one["field"] else value
                self.words(whole, phrase=one["quoted"] is not None, without=bool(one["minus"]))

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
        elif field == "in":
            self.in_title = True
        elif value.lower() not in self.tags:
            self.tags.append(value.lower())

    def query(self) -> Query:
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
