"""How acts on boards, threads and posts are written in the ledger: the one home of their objects, places and contents. Pure."""

from __future__ import annotations

from typing import NamedTuple

from forum.ledger.leaves import COMMAND, Act, fresh_salt, person, title_salt


class Spot(NamedTuple):
    """A post: by whom, its number, its thread, floor and board."""

    author: int
    post: int
    thread: int
    floor: int
    board: int


def post_object(post: int) -> str:
    """A post."""
    return f"p:{post}"


def thread_object(thread: int) -> str:
    """A thread; also where a post stands, with its floor."""
    return f"t:{thread}"


def place(thread: int, floor: int) -> str:
    """Where a post stands for ever."""
    return f"t:{thread}/{floor}"


def board_object(board: int) -> str:
    """A board; also where a thread stands."""
    return f"b:{board}"


def said(spot: Spot, revision: int, body: str, title: str | None, since: int | None = None) -> list[Act]:
    """A version of a post, and the title it brings; `since`: when it was said, if that is not now (Unix seconds)."""
    by, salt = person(spot.author), fresh_salt()
    kind = "post.create" if revision == 1 else "post.edit"
    where = place(spot.thread, spot.floor)
    made = [Act(kind, by, post_object(spot.post), revision, body.encode(), where, since=since, salt=salt)]
    if title is not None:
        titled = title.encode()
        where = board_object(spot.board)
        made.append(Act("thread.title", by, thread_object(spot.thread), revision, titled, where, salt=title_salt(salt)))
    return made


def withdrawn(author: int, post: int, since: int | None = None) -> Act:
    """The author takes the words back, or took them back at an earlier moment."""
    return Act("post.withdraw", person(author), post_object(post), since=since)


def erased(post: int, reason: str) -> Act:
    """The law takes the words; the reason is public."""
    return Act("legal.erase", COMMAND, post_object(post), content=reason.encode(), public=True)


def board(number: int, *, slug: str, name: str, description: str, by: int | None, renamed: bool = False) -> Act:
    """A board is opened, or an operator gives it other words: that is a public line."""
    words = board_words(slug, name, description)
    who = COMMAND if by is None else person(by)
    return Act("board.rename" if renamed else "board.create", who, board_object(number), content=words, public=renamed)


def board_words(slug: str, name: str, description: str) -> bytes:
    """What is bound of a board: three lines."""
    return f"{slug}\n{name}\n{description}".encode()


def answered(by: int, post: int, thread: int, state: str) -> Act:
    """Management says that a post of its own is the thread's answer."""
    return Act("answer.set", person(by), post_object(post), content=state.encode(), where=thread_object(thread))
