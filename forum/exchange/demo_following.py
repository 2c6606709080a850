"""Lets the demo's people follow where they wrote, and tells them of the last posts, as the forum itself would have."""

from __future__ import annotations

from typing import Final

from sqlalchemy import bindparam, delete, literal, select

from forum.accounts.models import Person
from forum.boards.models import Answer, Board, Post, Thread
from forum.core.database import execute, rows, writing
from forum.core.outbox import Job
from forum.core.upsert import insert_for, upsert
from forum.follow import jobs, telling
from forum.follow.models import BoardFollow, PersonFollow, ThreadFollow

LATELY: Final = 90 * 86_400
"""Threads in which something was said since then are followed by who wrote there."""
LATEST: Final = 40
"""Posts of which people are told."""
RECENT: Final = 14 * 86_400
"""And of Magic and answers since then; what is older they have long seen."""
BOARDS: Final = (("mina", 3), ("vp", 4), ("lin.wanqing", 2))
"""Who follows how many of the liveliest boards."""
PEOPLE: Final = (("mina", "lin.wanqing"), ("vp", "mina"))


def follow(at: int) -> None:
    """Follows threads, boards and colleagues. A transaction of its own."""
    with writing():
        wrote = (
            select(Post.thread_id, Post.author_id, literal(True))
            .distinct()
            .join(Thread, Thread.id == Post.thread_id)
            .join(Person, Person.id == Post.author_id)
            .where(Thread.active_at > at - LATELY, Person.left_at.is_(None))
        )
        statement = insert_for(ThreadFollow).from_select(["thread_id", "person_id", "on"], wrote)
        execute(statement.on_conflict_do_nothing())
        ids = {one.handle: one.id for one in rows(select(Person.handle, Person.id))}
        lively = [one.id for one in rows(select(Board.id).order_by(Board.posts.desc(), Board.id))]
        followed = [{"board_id": board, "person_id": ids[who]} for who, many in BOARDS for board in lively[:many]]
        upsert(BoardFollow, followed, update=[])
        known = [{"followed_id": ids[other], "person_id": ids[who]} for who, other in PEOPLE]
        upsert(PersonFollow, known, update=[])


def tell(at: int) -> None:
    """Tells of the latest, each at the moment it happened. Transactions of its own; no letter is sent."""
    with writing():
        execute(
            delete(Job).where(Job.kind.in_(("boards.magic", "boards.answered")))
        )  # the worker would tell it all as of now
    happened = [(one.created_at, jobs.happening(one.id)) for one in rows(_latest)]
    happened += [(one.at, jobs.enchanting(one.thread_id)) for one in rows(_magic, since=at - RECENT)]
    happened += [(one.at, jobs.answering(one.post_id, one.state)) for one in rows(_answers, since=at - RECENT)]
    for moment, what in sorted((one for one in happened if one[1]), key=lambda one: one[0]):
        while what is not None and not telling.tell(what, at=moment):
            pass


_latest = select(Post.id, Post.created_at).order_by(Post.created_at.desc(), Post.id.desc()).limit(LATEST)
_magic = select(Thread.id.label("thread_id"), Thread.magic_at.label("at")).where(Thread.magic_at > bindparam("since"))
_answers = select(Answer.post_id, Answer.state, Answer.at).where(Answer.at > bindparam("since"))
