"""What the outbox wakes: something was said, management answered, a thread became Magic. Finds out whom that concerns."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import select

from forum import markup
from forum.accounts import queries as people
from forum.accounts.models import Person
from forum.boards.models import Post, Revision, Thread
from forum.core import outbox
from forum.core.clock import now
from forum.core.database import db, row, rows, writing
from forum.follow import mailing, telling
from forum.follow.telling import Happening

NO_FLOOR: Final = 1 << 30
"""Of what is no post: nobody knows it for having read so far."""
MOST_CITED: Final = 50
"""As many as can be mentioned: nobody calls a whole company by one post."""
_CITED: Final = re.compile(r"^> — \[[^\n]*\]\(/posts/(\d{1,9})\)\s*$", re.MULTILINE)
"""How a quotation says whose it is; see markup.quote."""


def said(payload: Mapping[str, Any]) -> None:
    """Somebody said something: {post}."""
    what = happening(payload["post"])
    if what is not None:
        _tell("boards.said", payload, what)


def happening(number: int) -> Happening | None:
    """What it means to people that a post was said; None when it does not stand any more."""
    post = _post(number)
    if post is None:
        return None
    return Happening(f"said:{post.id}", telling.THREAD, *_place(post), _concerned(post), True)


def answered(payload: Mapping[str, Any]) -> None:
    """A post of management's is its answer: {post, state}."""
    what = answering(payload["post"], payload["state"])
    if what is not None:
        _tell("boards.answered", payload, what)


def answering(number: int, state: str) -> Happening | None:
    """What it means to people that a post is management's answer."""
    post = _post(number)
    if post is None:
        return None
    event, concerned = f"answered:{post.id}:{state}", {post.opener: telling.ANSWER}
    return Happening(event, telling.ANSWER, *_place(post), concerned, False)._replace(floor=NO_FLOOR)


def magic(payload: Mapping[str, Any]) -> None:
    """A thread became Magic: {thread}."""
    what = enchanting(payload["thread"])
    if what is not None:
        _tell("boards.magic", payload, what)


def enchanting(thread: int) -> Happening | None:
    """What it means to people that a thread became Magic. Nobody said so: whoever began it is told, too."""
    first = row(select(Post.id).where(Post.thread_id == thread, Post.floor == 1))
    post = _post(first.id) if first else None
    if post is None:
        return None
    event, concerned = f"magic:{post.thread_id}", {post.opener: telling.MAGIC}
    return Happening(event, telling.MAGIC, *_place(post), concerned, False)._replace(floor=NO_FLOOR)


def sweep(at: int) -> None:
    """Inside the writing transaction under way: what was told long ago need not be known any more."""
    telling.forget(at)


def _tell(kind: str, payload: Mapping[str, Any], what: Happening) -> None:
    at = now()
    if not telling.tell(what, at=at, due=mailing.due(at)):
        with writing():
            outbox.put(kind, payload, at=at)


def _post(number: int) -> Any:
    """A post that stands, with its words as first written; None for one that does not."""
    found = row(
        select(
            Post.id,
            Post.thread_id,
            Thread.board_id,
            Post.floor,
            Post.author_id,
            Post.reply_to,
            Thread.author_id.label("opener"),
            Revision.body,
        )
        .join(Thread, Thread.id == Post.thread_id)
        .join(Revision, (Revision.post_id == Post.id) & (Revision.number == 1))
        .where(Post.id == number, Post.withdrawn_at.is_(None))
    )
    db.session.rollback()
    return found


def _place(post: Any) -> tuple[int, int, int, int, int]:
    return post.thread_id, post.board_id, post.id, post.floor, post.author_id


def _concerned(post: Any) -> dict[int, str]:
    """Whom a post addresses: who is mentioned, quoted, replied to. The most telling of the three counts."""
    body = post.body or ""
    names = people.names_of(markup.handles_in(body))
    mentioned = markup.render(body, names).mentions if names else frozenset[str]()
    cited = {int(one) for one in _CITED.findall(body)[:MOST_CITED]}
    found = {one.id: telling.MENTION for one in rows(select(Person.id).where(Person.handle.in_(mentioned)))}
    found |= {one.author_id: telling.QUOTE for one in rows(select(Post.author_id).where(Post.id.in_(cited)))}
    if post.reply_to is not None:
        found |= {one.author_id: telling.REPLY for one in rows(select(Post.author_id).where(Post.id == post.reply_to))}
    db.session.rollback()
    return found
