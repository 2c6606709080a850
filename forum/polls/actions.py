"""Every write to polls: ask, drop, end, vote, take back. Inside the writing transaction under way. What was voted on keeps its words."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import case, delete, insert, select, update

from forum.boards.actions import LOCK
from forum.boards.models import Thread
from forum.core import outbox
from forum.core.actor import Actor
from forum.core.database import db, execute, rows
from forum.core.errors import N_, Conflict, Invalid, Missing, Refused
from forum.core.upsert import upsert
from forum.polls import rules
from forum.polls.models import Poll, PollChoice, PollVote
from forum.polls.permissions import can_ask


def ask(
    actor: Actor, *, thread: int, question: str | None, choices: Sequence[str], several: bool, ends_at: int, at: int
) -> None:
    """The thread has this poll from now on; one that nobody voted in yet gives way to it. Words are checked by `rules` before."""
    found = _own_thread(actor, thread)
    if found.title is None:
        raise Conflict(N_("You have withdrawn the words of this thread; it cannot ask anything any more."))
    before = db.session.get(Poll, thread, with_for_update=True)
    if before is not None:
        _unvoted(before)
        _forget(thread, at)
    db.session.add(Poll(thread_id=thread, question=question, several=several, ends_at=ends_at, voters=0))
    db.session.flush()
    values = [
        {"thread_id": thread, "number": number, "words": words, "votes": 0} for number, words in enumerate(choices, 1)
    ]
    db.session.connection().execute(insert(PollChoice), values)


def drop(actor: Actor, *, thread: int, at: int) -> None:
    """There is no poll any more; only while nobody voted."""
    _own_thread(actor, thread)
    _unvoted(_poll(thread))
    _forget(thread, at)


def end(actor: Actor, *, thread: int, at: int) -> None:
    """The poll ends now instead of later."""
    _own_thread(actor, thread)
    found = _poll(thread)
    _open(found, at)
    found.ends_at = at
    db.session.flush()


def vote(actor: Actor, *, thread: int, chosen: Sequence[int], at: int, seen: str = "") -> None:
    """This is what the person chooses, instead of anything before; `seen` is the stamp of the choices that they read."""
    found = _poll(thread)
    _open(found, at)
    if not chosen:
        raise Invalid("choice", N_("Choose something first."))
    choices = select(PollChoice.number, PollChoice.words).where(PollChoice.thread_id == thread)
    there = {one.number: one.words for one in rows(choices.order_by(PollChoice.number))}
    changed = seen not in ("", rules.stamp(list(there.values()), several=found.several))
    if changed or not there.keys() >= set(chosen):
        raise Invalid("choice", N_("That is no choice of this poll; it was changed meanwhile."))
    if len(set(chosen)) > 1 and not found.several:
        raise Invalid("choice", N_("One choice only, please."))
    _count(found, actor.id, rules.mask(list(chosen)))


def take_back(actor: Actor, *, thread: int, at: int) -> None:
    """The person's vote counts no more."""
    found = _poll(thread)
    _open(found, at)
    _count(found, actor.id, 0)


def withdraw(*, thread: int, at: int) -> None:
    """The words of the thread's opening are gone: the poll's go, too, and who chose what. That there was one stays."""
    found = db.session.get(Poll, thread, with_for_update=True)
    if found is not None:
        _empty(thread, at)
        found.question, found.voters = None, 0
        db.session.flush()


def _own_thread(actor: Actor, thread: int) -> Thread:
    found = db.session.get(Thread, thread, with_for_update=LOCK)
    if found is None:
        raise Missing(N_("There is no such thread."))
    if not can_ask(actor, found):
        raise Refused(N_("Only whoever began a thread can ask its readers."))
    return found


def _poll(thread: int) -> Poll:
    """The poll, locked: votes queue up, so that its counts are exact."""
    found = db.session.get(Poll, thread, with_for_update=True)
    if found is None:
        raise Missing(N_("This thread has no poll."))
    return found


def _open(poll: Poll, at: int) -> None:
    if db.session.get_one(Thread, poll.thread_id).title is None:
        raise Conflict(N_("This poll was withdrawn by its author."))
    if at >= poll.ends_at:
        raise Conflict(N_("This poll has ended; its result stays as it is."))


def _unvoted(poll: Poll) -> None:
    if poll.voters:
        raise Conflict(
            N_("Somebody has voted; from then on the words of a poll stay as they are. You can end it early.")
        )


def _count(poll: Poll, person: int, after: int) -> None:
    """Keeps the vote, and what it changes in the counts."""
    kept = db.session.get(PollVote, (poll.thread_id, person))
    before = kept.choices if kept else 0
    more, less = rules.numbers(after & ~before), rules.numbers(before & ~after)
    if after:
        upsert(PollVote, {"thread_id": poll.thread_id, "person_id": person, "choices": after}, update=["choices"])
    else:
        execute(delete(PollVote).where(PollVote.thread_id == poll.thread_id, PollVote.person_id == person))
    moved = case((PollChoice.number.in_(more), PollChoice.votes + 1), else_=PollChoice.votes - 1)
    changed = PollChoice.thread_id == poll.thread_id, PollChoice.number.in_(more | less)
    execute(update(PollChoice).where(*changed).values(votes=moved))
    poll.voters += bool(after) - bool(before)
    db.session.flush()


def _forget(thread: int, at: int) -> None:
    _empty(thread, at)
    db.session.expunge(db.session.get_one(Poll, thread))
    execute(delete(Poll).where(Poll.thread_id == thread))


def _empty(thread: int, at: int) -> None:
    """Choices and votes go, from the database's log as well."""
    for table in (PollVote, PollChoice):
        execute(delete(table).where(table.thread_id == thread))
    outbox.put("database.flush", {}, at=at)
