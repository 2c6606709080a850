"""Tells people what happened, some hundred at a time, each portion in a transaction with the place it reached. Refuses to tell twice.

A thing that happened has stages: those it concerns by themselves, then those who follow the thread, its author, its board.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    case,
    delete,
    exists,
    func,
    literal,
    literal_column,
    or_,
    select,
    update,
)

from forum.accounts.models import Person
from forum.core.database import db, execute, rows, writing
from forum.core.upsert import insert_for, upsert
from forum.desk.models import MutedBoard, MutedPerson, MutedThread, Place
from forum.follow import letters
from forum.follow.models import Bell, BoardFollow, FollowChoice, Notice, PersonFollow, Telling, ThreadFollow, Turn

REPLY, QUOTE, MENTION, ANSWER, MAGIC, THREAD, BOARD, PERSON = (
    *("reply", "quote", "mention", "answer", "magic", "thread", "board", "person"),
)
KINDS: Final = (REPLY, QUOTE, MENTION, ANSWER, MAGIC, THREAD, PERSON, BOARD)
"""What somebody can be told of; of the first that fits, they are."""
CHUNK: Final = 500
"""People that are told in one transaction."""
PORTIONS: Final = 20
"""Transactions of one job; what is left waits for its next turn, so that nothing waits long behind it."""
KEPT: Final = 86_400
DIRECT, OF_THREAD, OF_PERSON, OF_BOARD, DONE = range(5)


class Happening(NamedTuple):
    """Something that happened in a thread: `event` names it, `kind` is what the thread's followers are told.

    `direct`: people it concerns by themselves, with what they are told. `spoken`: somebody said something, so that followers of the
    author are told, and those of the board of a thread's first post.
    """

    event: str
    kind: str
    thread: int
    board: int
    post: int
    floor: int
    by: int
    direct: Mapping[int, str]
    spoken: bool


def tell(what: Happening, *, at: int, due: Mapping[str, int] | None = None) -> bool:
    """Goes on telling; True when everybody was told. May be killed at any moment and begun again.

    `due`: for each rhythm, when letters about it go out; without it, no mail is sent.
    """
    for _ in range(PORTIONS):
        with writing():
            if _portion(what, at, due):
                return True
    return False


def forget(at: int) -> int:
    """Sweeps away what was told long ago; returns how many."""
    over = or_(Telling.stage == DONE, Telling.begun_at < at - 30 * KEPT)  # its post was withdrawn in the middle of it
    return execute(delete(Telling).where(Telling.begun_at < at - KEPT, over))


def _portion(what: Happening, at: int, due: Mapping[str, int] | None) -> bool:
    upsert(Telling, {"event": what.event, "stage": DIRECT, "after": 0, "begun_at": at}, update=[])
    telling = db.session.get_one(Telling, what.event, with_for_update=True)
    if telling.stage == DONE:
        return True
    if telling.stage == DIRECT:
        if what.spoken:
            _follows_what_it_wrote(what)
        for kind in sorted(set(what.direct.values()), key=KINDS.index):
            concerned = [person for person, told in what.direct.items() if told == kind]
            _write(what, kind, what.thread, select(Person.id).where(Person.id.in_(concerned)), at, due)
        telling.stage = OF_THREAD
        return False
    stage = _STAGES[telling.stage]
    some: Sequence[Any] = ()
    if _meant(telling.stage, what):
        some = rows(stage.followers(what).where(stage.person > telling.after).order_by(stage.person).limit(CHUNK))
    if not some:
        telling.stage, telling.after = telling.stage + 1, 0
        return telling.stage == DONE
    wanted = stage.followers(what).where(
        stage.person > telling.after, stage.person <= some[-1].person_id, *stage.unless(what)
    )
    _write(what, stage.kind or what.kind, stage.subject(what), wanted, at, due, known=list(what.direct))
    telling.after = some[-1].person_id
    return False


def _meant(stage: int, what: Happening) -> bool:
    """Whether anybody is told at that stage: a thread's first post is new to its board, and no reply to those who follow it."""
    if not what.spoken:
        return stage == OF_THREAD
    return stage == OF_PERSON or (stage == OF_BOARD) == (what.floor == 1)


class _Stage(NamedTuple):
    """A kind of followers: whom they are told as, which rows they are, and who of them knows already."""

    kind: str
    person: Any
    subject: Any
    followers: Any
    unless: Any


def _of_thread(what: Happening) -> Select[Any]:
    return select(ThreadFollow.person_id).where(ThreadFollow.thread_id == what.thread, ThreadFollow.on)


def _of_person(what: Happening) -> Select[Any]:
    return select(PersonFollow.person_id).where(PersonFollow.followed_id == what.by)


def _of_board(what: Happening) -> Select[Any]:
    return select(BoardFollow.person_id).where(BoardFollow.board_id == what.board)


def _follow_thread(person: Any, what: Happening) -> ColumnElement[bool]:
    """Whether they follow the thread, or do not want to: then neither its author nor its board brings it back."""
    return ~exists().where(ThreadFollow.thread_id == what.thread, ThreadFollow.person_id == person)


def _follow_author(person: Any, what: Happening) -> ColumnElement[bool]:
    return ~exists().where(PersonFollow.followed_id == what.by, PersonFollow.person_id == person)


_STAGES: Final = {
    OF_THREAD: _Stage("", ThreadFollow.person_id, lambda what: what.thread, _of_thread, lambda _what: ()),
    OF_PERSON: _Stage(
        PERSON,
        PersonFollow.person_id,
        lambda what: what.by,
        _of_person,
        lambda what: (_follow_thread(PersonFollow.person_id, what),),
    ),
    OF_BOARD: _Stage(
        BOARD,
        BoardFollow.person_id,
        lambda what: what.board,
        _of_board,
        lambda what: (_follow_thread(BoardFollow.person_id, what), _follow_author(BoardFollow.person_id, what)),
    ),
}


def _follows_what_it_wrote(what: Happening) -> None:
    """Whoever writes in a thread follows it, unless they chose otherwise, of this thread or of all."""
    chosen = db.session.get(FollowChoice, what.by)
    if chosen is None or chosen.on_writing:
        upsert(ThreadFollow, {"thread_id": what.thread, "person_id": what.by, "on": True}, update=[])


def _write(
    what: Happening,
    kind: str,
    subject: int,
    concerned: Select[Any],
    at: int,
    due: Mapping[str, int] | None,
    *,
    known: Collection[int] = (),
) -> None:
    """A line for each of them: a new one, or one more of its kind; and a letter, if they want one. Not for who spoke, who left,
    who muted one, the thread or its board, or is told already (`known`).
    """
    told = concerned.subquery()
    person = next(iter(told.c))
    meant = (
        (person != what.by) | literal(kind == MAGIC),  # one's own thread becomes Magic, too
        person.not_in(known),
        exists().where(Person.id == person, Person.left_at.is_(None)),
        ~exists().where(MutedPerson.person_id == person, MutedPerson.muted_id == what.by),
        ~exists().where(MutedThread.person_id == person, MutedThread.thread_id == what.thread),
        ~exists().where(MutedBoard.person_id == person, MutedBoard.board_id == what.board),
    )
    values = select(
        person.label("person_id"),
        *(literal(one) for one in (kind, subject, what.thread, what.post, what.post, what.floor, what.by, 1, at)),
        literal(_turn()),
    ).where(*meant)
    if due is not None:
        letters.wait(select(person).where(*meant), kind, due)
    names = ["person_id", "kind", "subject", "thread_id", "post_id", "first_post_id", "floor", "by_id", "many", "at"]
    statement = insert_for(Notice).from_select([*names, "turn"], values)
    new, old = statement.excluded, Notice.__table__.c
    later = new.post_id >= old.post_id
    looked = _looked()
    execute(
        statement.on_conflict_do_update(
            index_elements=["person_id", "kind", "subject"],
            set_={
                "many": case((looked, 1), else_=old.many + 1),
                "first_post_id": case(
                    (looked | (new.post_id < old.first_post_id), new.post_id), else_=old.first_post_id
                ),
                "thread_id": case((later, new.thread_id), else_=old.thread_id),
                "by_id": case((later, new.by_id), else_=old.by_id),
                "floor": case((later, new.floor), else_=old.floor),
                "post_id": case((later, new.post_id), else_=old.post_id),
                "at": new.at,
                "turn": new.turn,
            },
        )
    )


def _looked() -> ColumnElement[bool]:
    """Whether the person has looked at the line that is there since, or read the post itself.

    Its columns are named by hand: in an upsert, nothing would keep a subquery from reading all lines instead of this one.
    """
    person, thread, turn, floor = (
        literal_column(f"notices.{name}", Integer) for name in ("person_id", "thread_id", "turn", "floor")
    )
    seen = select(Bell.seen).where(Bell.person_id == person).scalar_subquery()
    read = select(Place.floor).where(Place.person_id == person, Place.thread_id == thread).scalar_subquery()
    return or_(turn <= func.coalesce(seen, 0), floor <= func.coalesce(read, 0))


def _turn() -> int:
    """The next number; nobody else gets one before this transaction has ended."""
    upsert(Turn, {"id": 1, "turn": 0}, update=[])
    statement = update(Turn).where(Turn.id == 1).values(turn=Turn.turn + 1).returning(Turn.turn)
    return int(db.session.execute(statement).scalar_one())
