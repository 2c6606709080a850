"""Fills an empty forum with a company that talks: its own words, and borrowed ones with credit. Refuses a forum that has posts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import tzinfo
from typing import Final, NamedTuple

from sqlalchemy import select

from forum import markup
from forum.accounts import actions as accounts
from forum.accounts import passwords
from forum.accounts.models import Person, PersonName
from forum.boards import arranging
from forum.boards.models import Board, Post
from forum.core.database import db, row, rows, writing
from forum.core.errors import Refused
from forum.exchange import demo_desk, demo_past, demo_words, intake, shelving
from forum.exchange.arriving import Arriving
from forum.exchange.demo_crowd import POOL, Crowd
from forum.exchange.demo_words import Colleague
from forum.exchange.intake import Piece
from forum.exchange.laying_out import LaidOut, Press
from forum.exchange.shelving import Bundle
from forum.exchange.tally import Tally

PASSWORD: Final = "say what you want"  # noqa: S105  (everybody may know it: it opens the demo only)
SIGN_INS: Final = ("mina", "hr.desk", "lin.wanqing", "vp", "op")
READER: Final = "mina"
STORY: Final = "I stood at Gate 3 for eleven years. Friday is my last shift."
PILE: Final = 250
"""Posts laid out together; enough of them to start a process for each core at once."""
Telling = Callable[[int], None]


class Laid(NamedTuple):
    """A conversation of the demo with its words laid out; authors are handles, boards addresses."""

    board: str
    piece: Piece
    words: list[LaidOut]


def has_posts() -> bool:
    """Whether anybody has said anything here."""
    found = row(select(Post.id).limit(1))
    db.session.rollback()
    return found is not None


def is_here() -> bool:
    """Whether this forum is the demo: the people one signs in as share its one password hash."""
    found = rows(select(Person.password_hash).where(Person.handle.in_(SIGN_INS)))
    db.session.rollback()
    return len(found) == len(SIGN_INS) and len({one.password_hash for one in found}) == 1


def refuse_unless_empty() -> None:
    """Raises Refused when anybody has said anything here."""
    if has_posts():
        raise Refused("This forum has posts; the demo only fills an empty one. FORUM_INSTANCE names another folder.")


def written(people: Sequence[Colleague], now: int, zone: tzinfo) -> list[tuple[str, Arriving]]:
    """Every conversation with its board's address, oldest first."""
    slugs = [one.slug for one in demo_words.boards(now)]
    numbers = {slug: at for at, slug in enumerate(slugs)}
    made = [(slugs[one.board], one) for one in demo_words.threads(numbers, now, zone)]
    for borrowed in demo_past.conversations(people, now, zone):
        made += [(borrowed.board, one) for one in borrowed.threads]
    return made


def laid_out(threads: Sequence[tuple[str, Arriving]], people: Sequence[Colleague], on: Telling) -> list[Laid]:
    """Lays all words out; `on` hears how many posts are done."""
    known = {one.handle: one.names[-1][0] for one in people}
    pieces = [(slug, Piece(thread, list(thread.posts), True)) for slug, thread in threads]
    with Press(PILE) as press:
        begun = []
        pile: list[tuple[str, Piece]] = []
        for at, one in enumerate(pieces, 1):
            pile.append(one)
            if sum(len(piece.posts) for _, piece in pile) >= PILE or at == len(pieces):
                sheets = [sheet for _, piece in pile for sheet in intake.sheets_of(piece)]
                handles = frozenset[str]().union(*(markup.handles_in(sheet.versions[-1]) for sheet in sheets))
                mentioned = {handle: known[handle] for handle in handles & known.keys()}
                begun.append((pile, press.begin(sheets, mentioned)))
                pile = []
        made = []
        for pile, wait in begun:
            words = iter(wait())
            for slug, piece in pile:
                made.append(Laid(slug, piece, [next(words) for _ in piece.posts]))
                on(len(piece.posts))
    return made


def fill(conversations: Sequence[Laid], people: Sequence[Colleague], *, now: int, posts: int, on: Telling) -> Tally:
    """Writes the demo, in one transaction unless it is filled up to `posts`; what fills it comes first, so that it is older."""
    tally = Tally()
    password_hash = passwords.hashed(PASSWORD)
    own = sum(len(one.words) for one in conversations)
    filled_up = posts > own
    with writing():
        ids, boards = _settle(people, password_hash, now)
        if not filled_up:
            _say(conversations, ids, boards, tally, now)
    if filled_up:
        crowd = Crowd(
            list(boards.values()),
            [ids[one.handle] for one in people if one.left_at is None and not one.roles],
            [one.piece.thread.title for one in conversations if one.piece.thread.source],
            _pool(conversations),
            now,
        )
        for batch in crowd.batches(posts - own):
            with writing():
                shelving.shelve(batch, tally)
            on(sum(len(one.leaves) for one in batch))
        with writing():
            _say(conversations, ids, boards, tally, now)
    on(own)
    return tally


def _pool(conversations: Sequence[Laid]) -> list[LaidOut]:
    """Borrowed texts of every length; of the company's own, none is repeated."""
    found = [words for one in conversations if one.piece.thread.source for words in one.words if words.parts]
    step = max(len(found) // POOL, 1)
    return found[::step]


def _settle(people: Iterable[Colleague], password_hash: str, now: int) -> tuple[dict[str, int], dict[str, int]]:
    """Adds people and boards that are not there yet, inside the writing transaction under way; returns their numbers."""
    ids = {one.handle: one.id for one in rows(select(Person.handle, Person.id))}
    for one in people:
        if one.handle in ids:
            continue
        first, *later = one.names
        person = accounts.join(
            handle=one.handle,
            name=first[0],
            email=None,
            password_hash=password_hash,
            at=one.joined_at,
            roles=one.roles,
            operator_at=now,
        )
        ids[one.handle], person.left_at = person.id, one.left_at
        for name, since in later:
            person.name = name
            db.session.add(PersonName(person_id=person.id, name=name, since=since))
    boards = {one.slug: one.id for one in rows(select(Board.slug, Board.id))}
    for group in demo_words.groups():
        arranging.group_named(group, make=True)
    for board in demo_words.boards(now):
        if board.slug not in boards:
            boards[board.slug] = arranging.open_board(
                ids.get(board.by),
                slug=board.slug,
                name=board.name,
                description=board.description,
                group=board.group,
                at=board.opened_at,
                make_group=True,
            ).id
    db.session.flush()
    return ids, boards


def _say(conversations: Sequence[Laid], ids: dict[str, int], boards: dict[str, int], tally: Tally, now: int) -> None:
    """All conversations and the reader's desk, inside the writing transaction under way."""
    bundles: list[Bundle] = []
    for one in conversations:
        thread = one.piece.thread._replace(board=boards[one.board], hits=0)  # its readers come later, one by one
        bundles += intake.bundled([(one.piece._replace(thread=thread), None)], one.words, ids, tally)
    shelving.shelve(bundles, tally)
    demo_desk.lay_out(ids[READER], STORY, now)
