"""The page that finds, and what helps while somebody types: in the search box, and over a thread that may have been started before."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple
from urllib.parse import urlencode

from flask import Blueprint, current_app, render_template, request
from flask_babel import gettext
from markupsafe import Markup

from forum.accounts.session import reader
from forum.boards import addresses
from forum.core import outbox
from forum.core.clock import now
from forum.core.database import Busy, writing_if_free
from forum.search import finding, grammar, queries, rows
from forum.search.finding import Broken, Found, Group
from forum.web import limits, paging
from forum.web.access import access, actor
from forum.web.dates import dates, zone

log = logging.getLogger(__name__)
pages = Blueprint("search", __name__)

PAGE: Final = 10
"""Threads on one page."""
FIELDS: Final = ("q", "board", "author", "after", "before", "thread")
SORTS: Final = ("relevance", "new")
BEGUN, NAMED, SIMILAR = 5, 3, 5
LOOKED: Final = 60
"""Of so many of the newest threads that go on as typed, those with most readers are offered."""
_MONTH: Final = re.compile(r"\d{4}(?:-(?:0[1-9]|1[0-2]))?")
_OPERATOR: Final = re.compile(r"[:：\"“”]|(?:^|\s)-")
_NUMBER: Final = re.compile(r"[1-9][0-9]{0,8}", re.ASCII)
TOLD_EVERY: Final = 30
"""Seconds between two words to the worker that the index cannot be read."""
_told = 0.0


class Asked(NamedTuple):
    """The fields of the search as they were sent: what an address of it needs."""

    q: str = ""
    board: str = ""
    author: str = ""
    after: str = ""
    before: str = ""
    thread: str = ""
    sort: str = "relevance"

    def address(self, page: int = 1, **other: str) -> str:
        """Where this search is found, with some fields changed."""
        fields = {name: value for name, value in self._replace(**other)._asdict().items() if value}
        if fields.get("sort") == "relevance":
            del fields["sort"]
        if page > 1:
            fields["page"] = str(page)
        return "/search" + (f"?{urlencode(fields)}" if fields else "")

    @property
    def narrowed(self) -> dict[str, str]:
        """The fields beside the words that are filled."""
        return {name: value for name, value in self._asdict().items() if value and name not in ("q", "sort")}

    def chips(self, boards: dict[str, str], thread: str) -> list[rows.Chip]:
        """What it is narrowed to, each to be taken away by itself; a month is one thing. `thread`: the title of the one."""
        made = []
        if self.thread:
            made.append(rows.Chip(gettext("in “%(title)s”", title=thread), self.address(thread="")))
        if self.board:
            made.append(rows.Chip(boards.get(self.board, self.board), self.address(board="")))
        if self.author:
            made.append(rows.Chip(gettext("by %(name)s", name=self.author), self.address(author="")))
        if self.after and _MONTH.fullmatch(self.after) and rows.following(self.after) == self.before:
            made.append(rows.Chip(rows.spoken(self.after), self.address(after="", before="")))
            return made
        if self.after:
            made.append(rows.Chip(gettext("from %(day)s on", day=self.after), self.address(after="")))
        if self.before:
            made.append(rows.Chip(gettext("before %(day)s", day=self.before), self.address(before="")))
        return made


def asked() -> Asked:
    """What the address asks for."""
    sent = {name: " ".join(request.args.get(name, "").replace("\x00", " ").split()) for name in FIELDS}
    sort = request.args.get("sort", "relevance")
    if not _NUMBER.fullmatch(sent["thread"]):
        sent["thread"] = ""
    return Asked(**sent, sort=sort if sort in SORTS else "relevance")


def find(wanted: Asked) -> tuple[grammar.Query, Found]:
    """The query and all that answers it. Raises Broken."""
    tz = zone(current_app.config["TIMEZONE"])
    query = grammar.parse(
        wanted.q, dates().today, author=wanted.author, board=wanted.board, after=wanted.after, before=wanted.before
    )._replace(thread=int(wanted.thread) if wanted.thread else None)
    newest = wanted.sort == "new"
    return query, finding.search(query, folder=folder(), zone=tz, at=now(), newest=newest, me=actor().id)


def folder() -> Path:
    """Where an index of its own would be."""
    return Path(current_app.instance_path)


def tell_broken() -> None:
    """The worker shall look after the index; once in a while is enough."""
    global _told
    if time.monotonic() - _told < TOLD_EVERY:
        return
    _told = time.monotonic()
    state = finding.state()
    if state is None:
        return
    try:
        with writing_if_free():
            outbox.put("search.broken", {"slot": state.slot}, at=now())
    except Busy:
        log.warning("the search index cannot be read; the worker was not told yet: the database is being written")


@pages.get("/search")
@access("employee")
@limits.limit("240/minute")
def search() -> Any:
    wanted = asked()
    damaged = False
    try:
        query, found = find(wanted)
    except Broken as error:
        log.warning("the search index cannot be read: %s", error)
        tell_broken()
        query, found, damaged = grammar.Query(), Found(), True
    listed = found.groups if not wanted.thread else [Group((hit,), 0.0) for group in found.groups for hit in group.hits]
    last = addresses.pages_of(len(listed), PAGE)
    page = paging.wanted(last)
    some = listed[(page - 1) * PAGE : page * PAGE]
    if wanted.thread and some:
        some = [Group(tuple(hit for group in some for hit in group.hits), 0.0)]
    boards = queries.boards() if found.groups or wanted.board else []
    return render_template(
        "search/search.html",
        wanted=wanted,
        query=query,
        found=found,
        damaged=damaged,
        problems=[gettext(one.message, **one.values) for one in found.problems],
        named=_named(wanted.q) if page == 1 and not wanted.thread else ([], []),
        chips=wanted.chips({one.slug: one.name for one in boards}, _title(query.thread)),
        results=rows.shown(
            some,
            rows.terms(query, found),
            actor().id,
            PAGE if wanted.thread else rows.BEST,
            reader().muted_words,
        ),
        total=sum(len(group.hits) for group in found.groups),
        most=finding.MOST,
        page=page,
        last=last,
        boards=rows.by_board(found, boards),
        pads=rows.in_pads(found),
        months=rows.by_month(found, zone(current_app.config["TIMEZONE"])),
        following=rows.following,
    )


def _title(thread: int | None) -> str:
    found = queries.threads([thread]) if thread else []
    return str(found[0].title) if found else gettext("one thread")


def _named(text: str) -> tuple[Sequence[Any], Sequence[Any]]:
    """Boards and people of that name, for who pressed Enter before they were offered."""
    if not text or _OPERATOR.search(text):
        return [], []
    return queries.named_boards(text, NAMED), queries.named_people(text, NAMED)


@pages.get("/search/suggest")
@access("employee")
@limits.limit("600/minute")
def suggest() -> Any:
    """What the box offers while somebody types: a piece of HTML, nothing where there is nothing."""
    text = " ".join(request.args.get("q", "").replace("\x00", " ").split())[: grammar.LONGEST]
    if not text:
        return ""
    return render_template(
        "search/suggest.html",
        text=text,
        threads=_begun(text),
        boards=queries.named_boards(text, NAMED),
        people=queries.named_people(text, NAMED),
        address=Asked(q=text).address(),
    )


def _begun(text: str) -> list[Any]:
    try:
        found = finding.begun(text, folder=folder(), at=now(), most=LOOKED)
    except Broken:
        tell_broken()
        return []
    threads = queries.threads([group.hits[0].thread for group in found if group.hits[0].thread is not None])
    return sorted(threads, key=lambda one: -one.hits)[:BEGUN]


@pages.get("/search/similar")
@access("employee")
@limits.limit("600/minute")
def like() -> Any:
    """Threads about the same as a title that somebody is writing: a piece of HTML."""
    return similar(request.args.get("title", ""))


def similar(title: str) -> Markup:
    """What stands over the writing form: has this been said? Nothing where there is nothing alike."""
    text = " ".join(title.replace("\x00", " ").split())[: grammar.LONGEST]
    try:
        found = finding.similar(text, folder=folder(), at=now(), most=SIMILAR)
    except Broken:
        tell_broken()
        return Markup()
    threads = queries.threads([group.hits[0].thread for group in found if group.hits[0].thread is not None])
    return Markup(render_template("search/similar.html", threads=threads)) if threads else Markup()  # noqa: S704 (our own template)
