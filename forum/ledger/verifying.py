"""Recomputes the whole log and compares it with what was signed, with a checkpoint that somebody kept, and with all that people see.

Trusts nothing but the pinned checkpoint and the key: not the counters, not the stored hashes, not the slices' own columns.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Final, NamedTuple

from sqlalchemy import func, select

from forum.core.database import db, row, rows
from forum.ledger import leaves, merkle
from forum.ledger.checkpoints import Checkpoint, Key, checked
from forum.ledger.leaves import Leaf
from forum.ledger.models import Entry, Node, Opening, Signed
from forum.ledger.queries import entries, head, opened
from forum.ledger.queries import keys as signing_keys
from forum.ledger.showing import Flaw, Pending, Shown, Sources
from forum.ledger.tiles import HEIGHT

BATCH: Final = 1000
WORDS: Final = frozenset(("post.create", "post.edit", "thread.title", "answer.set", "magic.reach", "pad.batch"))
"""Leaves of these kinds bind something that is shown, or shown to be taken back."""
SHARED: Final = frozenset(("thread.title",))
"""One leaf for every version that keeps the title."""
ENDS: Final = frozenset(("post.withdraw", "legal.erase"))
LATER: Final = frozenset(("board.create", "board.rename", "pad.open", "pad.close", "note.edit", "note.withdraw"))
"""Of these only the latest of an object is shown; earlier ones are history."""
LINES: Final = frozenset(
    ("role.grant", "role.revoke", "account.access", "legal.erase", "key.rotate", "person.erase", "board.rename")
)
"""Every one of these is a line that anybody can read."""


class Report(NamedTuple):
    """What was looked at, and what is wrong: nothing, on an honest log."""

    size: int
    root: bytes
    shown: int
    flaws: Sequence[str]


class Log:
    """A log read from its first leaf to its last: the root at any size asked for, and what its leaves say."""

    def __init__(self, sizes: Iterable[int]) -> None:
        self.flaws: list[str] = []
        self.roots: dict[int, bytes] = {}
        self.nodes: dict[tuple[int, int], bytes] = {}
        self.tree = merkle.Frontier()
        self.hashes: list[bytes] = []
        self.kinds: list[str] = []
        self.objects: list[str] = []
        self._sizes = set(sizes)
        self._note()

    def _note(self) -> None:
        if self.tree.size in self._sizes:
            self.roots[self.tree.size] = self.tree.root()

    def add(self, raw: bytes) -> None:
        """The next leaf."""
        number = self.tree.size
        self.hashes.append(merkle.leaf_hash(raw))
        for made in self.tree.add(self.hashes[-1]):
            if made.height % HEIGHT == 0:
                self.nodes[made.height // HEIGHT, made.number] = made.hash
        self._note()
        try:
            leaf = leaves.read(raw)
        except ValueError:
            self.flaws.append(f"leaf {number} is no leaf of this ledger")
            self.kinds.append("")
            self.objects.append("")
            return
        self.kinds.append(leaf.kind)
        self.objects.append(leaf.object)

    def agrees(self, name: str, point: Checkpoint) -> None:
        """Notes a flaw unless the checkpoint is of this log, at an earlier size or this one."""
        if point.size > self.tree.size:
            self.flaws.append(
                f"{name}: the log was rolled back; {point.size} leaves were signed, {self.tree.size} are there"
            )
        elif self.roots[point.size] != point.root:
            self.flaws.append(f"{name}: the log's first {point.size} leaves are not those that were signed")


def verify(
    sources: Sources,
    *,
    keys: Sequence[Key],
    pinned: Checkpoint | None,
    rendered: bool,
    on: Callable[[int, int], None] = lambda count, total: None,
) -> Report:
    """Looks at everything, in one reading transaction; `keys`: trusted ones; `pinned`: a checkpoint that was kept.

    `on` hears of progress: so many more, of so many in all, as far as is known.
    """
    db.session.rollback()
    db.session.connection(execution_options=_one_moment())
    found = rows(select(Signed.day, Signed.size, Signed.note).order_by(Signed.size))
    points = [(_day(one.day), checked(one.note, keys)) for one in found]
    log = Log({point.size for _, point in points if point} | ({pinned.size} if pinned else set()))
    stored = head()
    size = stored.size if stored else 0
    for raw in _leaves(log, size):
        log.add(raw)
        if log.tree.size % BATCH == 0:
            on(BATCH, 2 * size)
    if stored and stored.edge != log.tree.packed():
        log.flaws.append("the head does not fit the leaves: the log was changed in place")
    _compare_nodes(log)
    for one, (name, point) in zip(found, points, strict=True):
        if point is not None and point.size != one.size:
            log.flaws.append(f"{name} is shown with {one.size} leaves and was signed with {point.size}")
        if point is None:
            log.flaws.append(f"{name} is not signed by the ledger's key")
        else:
            log.agrees(name, point)
    if pinned is not None:
        log.agrees("the pinned checkpoint", pinned)
    seen = _Seen(log)
    for source in (*sources.shown, *((sources.rendered,) if rendered else ())):
        things = iter(source())
        while some := list(islice(things, BATCH)):
            seen.look(some)
            on(len(some), 2 * size)
    seen.rest()
    _lines(log, sources.roles())
    db.session.rollback()
    return Report(log.tree.size, log.tree.root(), seen.count, log.flaws)


def _one_moment() -> dict[str, str]:
    """All of it as it was at one moment, although people go on writing."""
    return {"isolation_level": "REPEATABLE READ"} if db.engine.dialect.name == "postgresql" else {}


def _day(day: str) -> str:
    return f"the checkpoint of {day}" if day else "the latest checkpoint"


def _leaves(log: Log, size: int) -> Iterator[bytes]:
    last = row(select(func.count().label("many"), func.max(Entry.number).label("last")).select_from(Entry))
    count, end = (last.many, -1 if last.last is None else last.last) if last else (0, -1)
    if count != size or end != size - 1:
        log.flaws.append(f"the log counts {size} leaves and holds {count}, the last one being number {end}")
    for begin in range(0, end + 1, BATCH):
        yield from entries(begin, begin + BATCH)


def _compare_nodes(log: Log) -> None:
    stored = {(one.level, one.number): one.hash for one in rows(select(Node.level, Node.number, Node.hash))}
    wrong = sorted(key for key in stored.keys() | log.nodes.keys() if stored.get(key) != log.nodes.get(key))
    log.flaws.extend(f"the stored hash {level}/{number} does not fit the leaves" for level, number in wrong)


class _Seen:
    """Which leaves are shown, as everything that people see goes by."""

    def __init__(self, log: Log) -> None:
        self.log = log
        self.count = 0
        self._claimed = bytearray(log.tree.size)
        self._latest: dict[tuple[str, str], int] = {}

    def look(self, some: Sequence[Shown | Flaw | Pending]) -> None:
        """Compares things with the leaves that bind them."""
        things = [one for one in some if isinstance(one, Shown)]
        self.log.flaws.extend(one.text for one in some if isinstance(one, Flaw))
        for one in some:
            if isinstance(one, Pending):
                self._latest[_group(one.kind, one.object)] = one.leaf
        wanted = {number for one in things for number in (one.leaf, one.gone) if number is not None}
        found = opened(wanted)
        for one in things:
            self.count += 1
            here = found.get(one.leaf) if one.leaf is not None else None
            if here is None:
                self.log.flaws.append(f"{one.name} is shown, but the ledger knows nothing of it")
                continue
            if self._claimed[here.number] and one.kinds[0] not in SHARED:
                self.log.flaws.append(f"{one.name} is shown, but leaf {here.number} binds something else")
            self._claim(here.number)
            leaf = _read(here.leaf)
            group = _group(one.kinds[0], one.object)
            self._latest[group] = max(self._latest.get(group, -1), here.number)
            if leaf is None or not _fits(one, leaf):
                self.log.flaws.append(f"{one.name} is not what leaf {here.number} is about: {here.leaf}")
            elif one.since not in (None, leaf.moment):
                self.log.flaws.append(f"{one.name} is dated otherwise than leaf {here.number}")
            elif one.content is not None:
                self._compare(one, leaf, here)
            else:
                end = found.get(one.gone) if one.gone is not None else None
                self._ended(one, here, _read(end.leaf) if end else None)

    def _compare(self, one: Shown, leaf: Leaf, here: object) -> None:
        salt: bytes | None = here.salt  # type: ignore[attr-defined]
        if one.gone is not None:
            self.log.flaws.append(f"{one.name} is shown, although it was taken back")
        elif one.content == b"" and leaf.commitment is None:
            return
        elif salt is None or leaf.commitment != leaves.commitment(salt, one.content or b""):
            self.log.flaws.append(f"{one.name} was altered: its words do not fit leaf {one.leaf}")

    def _ended(self, one: Shown, here: object, end: Leaf | None) -> None:
        salt: bytes | None = here.salt  # type: ignore[attr-defined]
        if end is not None and one.gone is not None:
            self._claim(one.gone)
        if end is None or end.object != (one.gone_object or one.object) or end.kind not in ENDS:
            self.log.flaws.append(f"{one.name} is hidden: its words are gone, and no leaf says who took them back")
        elif one.gone_kind not in (None, end.kind):
            self.log.flaws.append(f"{one.name} is said to be taken away in another way than leaf {one.gone} tells")
        elif one.gone_by not in (None, end.by):
            self.log.flaws.append(f"{one.name} was withdrawn by somebody else than its author (leaf {one.gone})")
        elif one.gone_since not in (None, end.moment):
            self.log.flaws.append(f"the withdrawal of {one.name} is dated otherwise than leaf {one.gone}")
        elif salt is not None:
            self.log.flaws.append(f"{one.name} was taken back, but the salt of leaf {one.leaf} is still there")

    def _claim(self, number: int) -> None:
        self._claimed[number] = 1

    def rest(self) -> None:
        """What the log knows and nobody sees."""
        for number, claimed in enumerate(self._claimed):
            kind, object = self.log.kinds[number], self.log.objects[number]
            if claimed or not kind:
                continue
            if kind in WORDS:
                self.log.flaws.append(f"missing: {kind} {object} (leaf {number}) is shown nowhere")
            elif kind in ENDS:
                self.log.flaws.append(f"{kind} of {object} (leaf {number}), but nothing was taken back there")
            elif kind in LATER and self._latest.get(_group(kind, object), -1) < number:
                self.log.flaws.append(f"missing: {kind} {object} (leaf {number}) is shown nowhere")


def _group(kind: str, object: str) -> tuple[str, str]:
    """Acts that follow each other on one object."""
    return kind if kind == "pad.batch" else kind.partition(".")[0], object


def _read(text: str) -> Leaf | None:
    try:
        return leaves.read(text.encode())
    except ValueError:
        return None


def _fits(one: Shown, leaf: Leaf) -> bool:
    return (
        leaf.kind in one.kinds
        and leaf.object == one.object
        and one.by in (None, leaf.by)
        and one.revision in (None, leaf.revision)
        and one.where in (None, leaf.where)
    )


def _lines(log: Log, roles: set[tuple[str, str]]) -> None:
    """The public lines are all there and say what their leaves bind; granted roles are those that people have."""
    granted: set[tuple[str, str]] = set()
    wanted = [number for number, kind in enumerate(log.kinds) if kind in LINES]
    for begin in range(0, len(wanted), BATCH):
        some = wanted[begin : begin + BATCH]
        found = opened(some)
        for number in some:
            one, leaf = found[number], _read(found[number].leaf)
            if leaf is None:
                continue
            fits = one.words is not None and leaf.commitment == leaves.commitment(one.salt, one.words.encode())
            if not fits or one.kind != leaf.kind:
                log.flaws.append(f"the public line of {leaf.kind} {leaf.object} (leaf {number}) is missing or altered")
            elif leaf.kind == "role.grant":
                granted.add((leaf.object, one.words))
            elif leaf.kind == "role.revoke":
                granted.discard((leaf.object, one.words))
    named = {found.words for found in opened(n for n, kind in enumerate(log.kinds) if kind == "key.rotate").values()}
    log.flaws.extend(f"the key {key} signs, and no leaf names it" for key in signing_keys() if str(key) not in named)
    listed = rows(select(Opening.leaf, Opening.kind).where(Opening.kind.is_not(None)))
    log.flaws.extend(
        f"the public list shows a line {one.kind} that leaf {one.leaf} does not tell of"
        for one in listed
        if one.leaf >= len(log.kinds) or log.kinds[one.leaf] != one.kind
    )
    lost = rows(select(Opening.leaf).where(Opening.leaf >= log.tree.size))
    log.flaws.extend(f"a salt for leaf {one.leaf}, which is not there" for one in lost)
    log.flaws.extend(f"{who} has the role {role}, and no leaf granted it" for who, role in sorted(roles - granted))
    log.flaws.extend(
        f"{who} was granted {role} and has it no more, and no leaf says so" for who, role in sorted(granted - roles)
    )
