"""Whose words the demo has borrowed: sources, licences, writers, and the original of each thread. Refuses to borrow without saying so."""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache
from typing import Final, NamedTuple

from sqlalchemy import select

from forum.boards.models import Imported, Post, Thread
from forum.core.database import rows
from forum.core.errors import N_
from forum.exchange import xml_rows
from forum.exchange.demo_words import FOLDER
from forum.exchange.tally import Tally


class Source(NamedTuple):
    """A site that the demo borrows from; `licences` are (name, address)."""

    name: str
    title: str
    site: str
    years: str
    licences: tuple[tuple[str, str], ...]


class Borrowed(NamedTuple):
    """A thread here, and where it was said first."""

    id: int
    slug: str
    title: str
    original: str


DUMP: Final = "https://archive.org/details/stackexchange"
_BY_SA_3: Final = ("CC BY-SA 3.0", "https://creativecommons.org/licenses/by-sa/3.0/")
_BY_SA_4: Final = ("CC BY-SA 4.0", "https://creativecommons.org/licenses/by-sa/4.0/")
SOURCES: Final = (
    Source(
        "history",
        "History Meta Stack Exchange",
        "https://history.meta.stackexchange.com",
        "2011–2023",
        (_BY_SA_3, _BY_SA_4),
    ),
    Source(
        "beer",
        "Beer, Wine & Spirits Stack Exchange",
        "https://alcohol.stackexchange.com",
        "2014–2017",
        (_BY_SA_3,),
    ),
    Source("coffee", "Coffee Stack Exchange", "https://coffee.stackexchange.com", "2015", (_BY_SA_3,)),
)
CHANGES: Final = (
    N_(
        "Questions became threads, answers and comments posts; the words are as they were, set as Markdown instead of HTML."
    ),
    N_("Names of writers were replaced by those of invented colleagues, also where somebody was addressed with @."),
    N_("Dates were moved into the last months, in their order; figures of readers were scaled down."),
    N_("Some comments on the history site were put together as one long conversation."),
)


@lru_cache(maxsize=1)
def contributors() -> dict[str, list[str]]:
    """The display names of the writers of each site whose dump names them."""
    made: dict[str, list[str]] = {}
    for source in SOURCES:
        path = xml_rows.find(FOLDER / "stackexchange" / source.name, "Users")
        if path is not None:
            names = {row["DisplayName"] for row in xml_rows.rows(path, Tally()) if row.get("DisplayName")}
            made[source.name] = sorted(names, key=str.casefold)
    return made


def borrowed() -> dict[str, list[Borrowed]]:
    """The borrowed threads of this forum by site; none in a forum that is not the demo."""
    found = rows(
        select(Imported.source, Imported.key, Thread.id, Thread.slug, Thread.title)
        .join(Post, Post.id == Imported.post_id)
        .join(Thread, Thread.id == Post.thread_id)
        .where(Imported.source.in_([f"demo:{one.name}" for one in SOURCES]), Post.floor == 1, Thread.title.is_not(None))
        .order_by(Thread.id)
    )
    sites = {f"demo:{one.name}": one for one in SOURCES}
    made: dict[str, list[Borrowed]] = defaultdict(list)
    for one in found:
        site = sites[one.source]
        number = one.key.removeprefix("post ")
        if number.isdecimal():
            made[site.name].append(Borrowed(one.id, one.slug, one.title, f"{site.site}/questions/{number}"))
    return made
