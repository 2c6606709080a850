"""Nobody changes another's words: every route, every method, every role, with honest and with nasty forms, and not one letter moves."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.routing import Rule

from forum.accounts.models import Person, PersonName
from forum.boards.models import Post, Revision, Thread
from forum.core.database import db, rows
from forum.desk.models import Draft
from forum.pads.models import Note, NoteAnswer
from tests.architecture.conftest import NOTE, ROLES, Forum, paths, routes
from tests.conftest import NOON, PASSWORD, Browser

HEADERS = {
    "X-HTTP-Method-Override": "DELETE",
    "X-User": "mina",
    "X-Forwarded-User": "mina",
    "Origin": "http://localhost",
}


def words_of(app: Flask, forum: Forum) -> dict[str, str]:
    """A hash of everything that is stored of one person: words, titles, versions, drafts, names, the account itself."""
    mine = Post.author_id == forum.mina.id
    stored = {
        "posts": select(Post.__table__).where(mine).order_by(Post.id),
        "revisions": select(Revision.__table__).join(Post).where(mine).order_by(Revision.post_id, Revision.number),
        "titles": select(Thread.id, Thread.title, Thread.slug, Thread.lang, Thread.author_id, Thread.board_id)
        .where(Thread.author_id == forum.mina.id)
        .order_by(Thread.id),
        "drafts": select(Draft.__table__).where(Draft.person_id == forum.mina.id).order_by(Draft.spot),
        "person": select(Person.__table__).where(Person.id == forum.mina.id),
        "names": select(PersonName.__table__).where(PersonName.person_id == forum.mina.id),
        "notes": select(Note.id, Note.sheet_id, Note.body, Note.week, Note.paper).order_by(Note.id),
        "the answer to a note": select(NoteAnswer.__table__).where(NoteAnswer.id == 1),
    }
    with app.app_context():
        found = {what: repr(rows(statement)) for what, statement in stored.items()}
        db.session.remove()
    return {what: hashlib.sha256(one.encode()).hexdigest() for what, one in found.items()}


def forms(forum: Forum, other: int) -> list[dict[str, str]]:
    """What an honest page could send, and what no page would."""
    plausible = {
        "title": "Seized",
        "body": "Seized words.",
        "based_on": "2",
        "spot": f"thread:{forum.opening.thread}",
        "back": f"/threads/{forum.opening.thread}",
        "reply_to": str(forum.opening.post),
        "nonce": f"a-nonce-{other:012}",
        "on": "1",
        "keep": "0",
        "name": "Mina O",
        "slug": f"seized-{other}",
        "description": "x",
        "group": "Company",
        "position": "1",
        "login": "mina",
        "password": "not her password",
        "old": PASSWORD,
        "new": PASSWORD,
        "email": "mina@example.com",
        "handle": "mina",
        "sheet": "2",
        "slip": "00000-00000-00000-00000-00000-1",
        "question": "Seized?",
        "mood": "light",
        "rhythm": "hand",
        "text": "Seized.",
        "act": "take back",
    }
    nasty = {
        "body": "",
        "title": "",
        "based_on": "1",
        "spot": f"post:{forum.opening.post}",
        "nonce": "",
        "author": "mina",
        "author_id": str(forum.mina.id),
        "person": "mina",
        "person_id": str(forum.mina.id),
        "post": str(forum.reply.post),
        "post_id": str(forum.reply.post),
        "id": str(forum.reply.post),
        "_method": "DELETE",
        "action": "delete",
        "delete": "1",
        "hidden": "1",
        "withdraw": "1",
        "force": "1",
        "roles": "operator",
        "operator": "1",
        "as": "mina",
        "user": "mina",
        "_user_id": "1",
        "html": "Seized",
        "note": NOTE,
        "note_id": NOTE,
        "sheet_id": "1",
        "remove": NOTE,
    }

    return [plausible, plausible | nasty]


def addresses(rule: Rule, forum: Forum, other: int) -> list[str]:
    """The route with ids of the person's things, and with one of the asker's own beside them in the query."""
    values = {
        "thread_id": forum.opening.thread,
        "slug": "3-left" if rule.rule.startswith("/hr/pads") else "canteen",
        "handle": "mina",
        "token": "x",
        "tag": "x",
        "name": "js/main.js",
        "date": "2026-11-21",
        "door": "3-left",
        "number": 1,
        "file_id": 1,
        "called": "gate.webp",
        "note": NOTE,
    }
    built = [paths(rule, **values, post_id=post) for post in (forum.opening.post, forum.reply.post)]
    query = f"?quote={forum.opening.post}&author=mina&version=1&page=1&post_id={other}&_method=DELETE&as=mina"
    return [*sorted(set(built)), built[0] + query]


def tries(rule: Rule, forum: Forum, other: int) -> Iterator[tuple[str, str, dict[str, str]]]:
    """Method, path and form of every request for one address; POST in all combinations."""
    reached = addresses(rule, forum, other)
    plausible, nasty = forms(forum, other)
    yield from (("GET", path, {}) for path in reached)
    yield from ((method, reached[0], nasty) for method in ("HEAD", "OPTIONS", "PUT", "PATCH", "DELETE"))
    yield from (("POST", path, form) for path in reached for form in (plausible, nasty))


@pytest.fixture
def app(make_app: Callable[..., Flask]) -> Flask:
    """No limit on speed and no form token stands in the way: only the rules do."""
    made: Flask = make_app(testing=True)
    made.config["WTF_CSRF_ENABLED"] = False
    return made


@pytest.fixture
def walk(app: Flask, forum: Forum, browser, frozen) -> Callable[[str, int], int]:
    """Sends everything everywhere as one person; returns how many requests were made."""
    clock = [NOON]

    def in_at(handle: str) -> Browser:
        clock[0] += 4000  # so that tries to sign in are forgotten
        frozen(clock[0])
        return browser(None if handle == "signed out" else handle)

    def everywhere(handle: str, other: int) -> int:
        one, sent = in_at(handle), 0
        for rule in {rule.rule: rule for rule in routes(app)}.values():
            for method, path, form in tries(rule, forum, other):
                answer = one.client.open(path, method=method, data=form, headers=HEADERS)
                assert answer.status_code < 500, (method, path)
                clock[0] += 4  # so that nothing is refused for being too fast
                frozen(clock[0])
                sent += 1
            if handle != "signed out" and one.get("/settings").status_code != 200:
                one = in_at(handle)
        return sent

    return everywhere


def test_nobody_changes_anybody_elses_words(app: Flask, forum: Forum, person, say, walk, capsys) -> None:
    before = words_of(app, forum)
    assert len(set(before.values())) == 8
    sent = {"signed out": walk("signed out", 0)}
    for handle in (*ROLES[1:], "everything"):
        granted = ROLES[2:] if handle == "everything" else () if handle == "employee" else (handle,)
        other = say(person(handle, *granted), "My own words.", thread=forum.opening.thread, at=NOON - 60)
        sent[handle] = walk(handle, other.post)
        assert words_of(app, forum) == before, handle
    walk("mina", forum.reply.post)  # the same walk in the author's own hands does reach the words
    after = words_of(app, forum)
    assert {what for what in before if after[what] != before[what]} >= {"posts", "revisions", "titles"}
    with capsys.disabled():
        print(f"\nrequests that changed nobody's words: {sent}")
