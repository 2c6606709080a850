"""Imports a Stack Exchange dump: questions become threads, answers and comments posts. Refuses a folder without Posts.xml."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path

from sqlalchemy import and_, or_, select

from forum.boards.models import Imported, Post
from forum.core.database import row
from forum.exchange import intake
from forum.exchange.arriving import Arriving, ArrivingPost, Version
from forum.exchange.dump import COMMENT, NOBODY, QUESTION, Change, Dump, Said
from forum.exchange.newcomers import Newcomer, Newcomers
from forum.exchange.tally import Tally

COMPARED = 100
"""Questions by which a site is recognised."""
KEY_MAX = 200
_TITLES, _BODIES = (1, 4, 7), (2, 5, 8)


def run(
    dump: Dump, *, board: int, board_slug: str, tally: Tally, on: Callable[[int], None] = lambda count: None
) -> None:
    """Imports a dump that was read. A later dump of the same site adds what is new on the same board."""
    site = _site(list(islice(dump.questions(), COMPARED)), board_slug)
    people = Newcomers(f"stackexchange:{site}", lambda key: describe(dump, key), tally)
    threads = conversations(dump, board=board, source=f"stackexchange:{board_slug}:{site}")
    intake.take(threads, authors=people, tally=tally, on=on)


def _site(questions: Sequence[Said], board_slug: str) -> str:
    """A name for the site, as dumps name none: that of an earlier import with one of these questions, else made of the first."""
    if not questions:
        return "empty"
    found = row(
        select(Imported.source)
        .join(Post, Post.id == Imported.post_id)
        .where(
            Imported.source.startswith(f"stackexchange:{board_slug}:", autoescape=True),
            or_(*(and_(Imported.key == key_of(one), Post.created_at == one.at // 1000) for one in questions)),
        )
        .limit(1)
    )
    if found:
        return str(found.source).rpartition(":")[2]
    first = min(questions, key=lambda one: one.id)
    return hashlib.sha256(f"{first.id} {first.at} {first.title}".encode(errors="replace")).hexdigest()[:12]


def key_of(said: Said) -> str:
    """The name of a post in its dump."""
    return f"{'comment' if said.kind == COMMENT else 'post'} {said.id}"


def conversations(dump: Dump, *, board: int, source: str) -> Iterator[Arriving]:
    """The dump's threads, oldest first, each with its posts by time; they are read while they are taken."""
    for question in dump.questions():
        yield Arriving(key_of(question), question.title, _posts(dump, question), board, source, question.hits)


def _posts(dump: Dump, question: Said) -> Iterator[ArrivingPost]:
    yield _post(dump, question)
    for said in dump.others(question.id):
        yield _post(dump, said)


def _post(dump: Dump, said: Said) -> ArrivingPost:
    at = said.at // 1000
    author = said.author[:KEY_MAX]
    if said.kind == COMMENT:  # comments are Markdown already
        return ArrivingPost(key_of(said), author, (Version(at, said.body),), reply_to=f"post {said.parent}")
    if versions := history(dump.changes(said.id), at):
        return ArrivingPost(key_of(said), author, versions)
    title = said.title if said.kind == QUESTION else None
    edited = said.edited // 1000 if said.edited and said.edited // 1000 > at else None
    return ArrivingPost(key_of(said), author, (Version(at, said.body, title),), html=True, edited_at=edited)


def history(changes: Iterable[Change], at: int) -> tuple[Version, ...]:
    """The versions of a post from the lines of its history, which are Markdown; none when no words are among them."""
    made: list[Version] = []
    before = ""
    for line in changes:
        if line.type not in _TITLES and line.type not in _BODIES:
            continue
        last = made[-1] if made else Version(at, "", None)
        new = last._replace(title=line.words) if line.type in _TITLES else last._replace(body=line.words)
        if made and line.change == before:
            made[-1] = new
        elif not made or new != last:
            made.append(new._replace(at=max(line.at // 1000, at) if made else at))
        before = line.change
    return tuple(made) if any(one.body.strip() for one in made) else ()


def describe(dump: Dump, key: str) -> Newcomer:
    """What the dump knows of a writer."""
    kind, _, named = key.partition(" ")
    if kind == "user":
        found = dump.person(int(named))
        if found:
            return Newcomer(found[0] or f"Member {named}", found[1] // 1000 if found[1] else None)
        return Newcomer("Community" if named == "-1" else f"Member {named}")
    return Newcomer("Former member" if key == NOBODY else named)


def size(folder: Path) -> int:
    """Bytes of the dump's files, for the progress bar."""
    return sum(path.stat().st_size for path in folder.iterdir() if path.name.partition(".")[0] in FILES)


FILES = ("Posts", "Users", "Comments", "PostHistory")
