"""Lets real conversations of others happen in the demo: the words stay, names and dates become the company's. Credits stand on /credits."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import tzinfo
from typing import Final, NamedTuple

from forum.exchange import stackexchange
from forum.exchange.arriving import Arriving, ArrivingPost, Version
from forum.exchange.demo_moments import DAY, moment, spread
from forum.exchange.demo_words import FOLDER, Colleague
from forum.exchange.dump import COMMENT, Dump, Said
from forum.exchange.tally import Tally

DAYS: Final = 150
"""How far back the borrowed conversations reach."""
LONGEST: Final = 45
"""Floors of a borrowed thread: the company's own stories are the long ones."""
RUNNING: Final = 2_140
"""Comments in the running conversation."""
RUNNING_TITLE: Final = "The running conversation (it began with a date and has not ended)"
_NAMED: Final = re.compile(r"@([^\W_][\w.'-]{2,})")


class Site(NamedTuple):
    """A dump, the board it goes to, how many threads are taken, and how long ago the last word was said (hours)."""

    name: str
    threads: int
    quiet: float


SITES: Final = (Site("history", 200, 2.6), Site("beer", 250, 4.2), Site("coffee", 225, 3.4))


class Borrowed(NamedTuple):
    """The threads of one board."""

    board: str
    threads: list[Arriving]


def conversations(people: Sequence[Colleague], now: int, zone: tzinfo) -> Iterator[Borrowed]:
    """The borrowed threads, board by board; authors are handles, `board` of a thread is still 0."""
    crew = [
        one.handle
        for one in people
        if one.left_at is None and not one.roles and one.joined_at < now - (DAYS + 10) * DAY
    ]
    for site in SITES:
        dump = Dump(Tally())
        dump.read(FOLDER / "stackexchange" / site.name)
        yield Borrowed(site.name, list(_Mapping(dump, site, crew, now, zone).threads()))
        dump.close()


class _Mapping:
    """One site on its way into the company."""

    def __init__(self, dump: Dump, site: Site, crew: Sequence[str], now: int, zone: tzinfo) -> None:
        self.dump = dump
        self.site = site
        self.now = now
        self.zone = zone
        found = [[question, *dump.others(question.id)] for question in dump.questions()]
        found = [one for one in found if len(one) <= LONGEST and all(said.body.strip() for said in one)]
        self.chosen = found[-site.threads :]
        self.rest = found[: -site.threads]
        self.cast = _cast((said for one in found for said in one), crew)
        self.names = {_squashed(stackexchange.describe(dump, key).name): handle for key, handle in self.cast.items()}

    def threads(self) -> Iterator[Arriving]:
        """The chosen threads, moved into the last months in the order in which all was said; with history, the long one."""
        since, until = self.now - DAYS * DAY, self.now - int(self.site.quiet * 3600)
        said = sorted((one for thread in self.chosen for one in thread), key=_when)
        times = dict(zip(map(stackexchange.key_of, said), spread(len(said), since, until, self.zone), strict=True))
        for thread in self.chosen:
            question = thread[0]
            posts = [self._post(one, times[stackexchange.key_of(one)]) for one in thread]
            source = f"demo:{self.site.name}"
            yield Arriving(stackexchange.key_of(question), question.title, posts, 0, source, _readers(question.hits))
        if self.site.name == "history":
            yield self._running()

    def _post(self, said: Said, at: int) -> ArrivingPost:
        key, author = stackexchange.key_of(said), self.cast[said.author]
        if said.kind == COMMENT:
            return ArrivingPost(key, author, (Version(at, self._named(said.body)),), reply_to=f"post {said.parent}")
        return ArrivingPost(key, author, (Version(at, said.body),), html=True)

    def _named(self, text: str) -> str:
        """The text with the colleague's handle where a writer of the site was addressed."""

        def handle(found: re.Match[str]) -> str:
            wanted = _squashed(found[1])
            name = next((one for one in self.names if one.startswith(wanted)), None) if len(wanted) > 2 else None
            return f"@{self.names[name]}" if name else found[0]

        return _NAMED.sub(handle, text)

    def _running(self) -> Arriving:
        """One thread beyond 2,000 floors: comments from the conversations that were not chosen, in their order."""
        comments = sorted((one for thread in self.rest for one in thread if one.kind == COMMENT), key=_when)[:RUNNING]
        begun = moment("-149 17:05", self.now, self.zone)
        times = spread(len(comments), begun + 1800, self.now - 3000, self.zone)
        opening = ArrivingPost("running", "hannelore", (Version(begun, RUNNING_OPENING),))
        said = [self._post(one, at)._replace(reply_to=None) for one, at in zip(comments, times, strict=True)]
        return Arriving("running", RUNNING_TITLE, [opening, *said], 0, f"demo:{self.site.name}", 1_904)


def _when(said: Said) -> tuple[int, int, int]:
    return said.at, said.kind, said.id


def _squashed(name: str) -> str:
    return "".join(char for char in name.lower() if char.isalnum())


def _readers(views: int) -> int:
    """A website's views on the scale of one company."""
    return int(6 * views**0.35)


def _cast(said: Iterator[Said], crew: Sequence[str]) -> dict[str, str]:
    """Who plays whom: the busiest writers are different people, and everybody gets about as much to say."""
    busy = Counter(one.author for one in said)
    load = dict.fromkeys(crew, 0)
    cast: dict[str, str] = {}
    for author, count in sorted(busy.items(), key=lambda item: (-item[1], item[0])):
        handle = min(load, key=lambda one: (load[one], one))
        load[handle] += count
        cast[author] = handle
    return cast


RUNNING_OPENING: Final = """\
Ingrid asked me at the urn whether the plaque in the lobby says 1931 or 1913. I said I would look it up. Gerhard said there was no \
need, and told us the wrong one.

So that this does not take up the whole board, it gets one thread. Sources, please. “Everybody knows” is not a source, \
and neither is Gerhard.

The rules of the Society apply: say where you have it from, correct others as you would like to be corrected, and \
do not begin a new thread for it. This one has room.
"""
