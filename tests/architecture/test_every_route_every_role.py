"""The promise, walked: every route with every method by every role, and not one stored word of somebody else is changed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from forum.accounts.models import Person
from forum.boards.models import Board, Post, Revision, Thread
from forum.core.database import db
from forum.web.access import declared

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
ROLES = ("nobody", "employee", "hr", "management", "operator")
TABLE = {
    "anyone": """
        GET /forgot · POST /forgot · GET /healthz · GET /login · POST /login · GET /privacy · GET /reset/<token> · POST /reset/<token>
        GET /pads · GET /pads/<door> · POST /pads/<door>/notes · GET /pads/<door>/sheets · GET /pads/<door>/sheets/<number:number>
        GET /pads/<door>/print · GET /pads/how · GET /pads/slip · POST /pads/slip · GET /pads/topics/<number:number>
        POST /pads/notes/<note>/plus · GET /security · GET /signup · POST /signup · GET /signup/<token> · POST /signup/<token> · GET /static/<tag>/<path:name>
        GET /feeds/all.atom · GET /feeds/magic.atom · GET /feeds/boards/<slug>.atom · GET /feeds/threads/<number:thread_id>.atom
        GET /ledger · GET /ledger/checkpoint · GET /ledger/key · GET /ledger/print · GET /ledger/tile/<path:name>
        GET /mail/stop/<token> · POST /mail/stop/<token>
    """,
    "employee": """
        GET / · GET /boards · GET /boards/<slug> · GET /boards/<slug>/new · POST /boards/<slug>/new · POST /boards/<slug>/read
        GET /boards/new · POST /boards/new · GET /credits · POST /drafts · POST /drafts/drop · GET /logout · POST /logout
        GET /people/<handle> · POST /people/<handle>/mute · GET /posts/<number:post_id> · GET /posts/<number:post_id>/edit
        POST /posts/<number:post_id>/edit · GET /posts/<number:post_id>/history · GET /posts/<number:post_id>/quote
        GET /posts/<number:post_id>/proof · GET /posts/<number:post_id>/receipt
        GET /posts/<number:post_id>/withdraw · POST /posts/<number:post_id>/withdraw · POST /preview · POST /read · GET /settings
        POST /settings/address · GET /settings/address/<token> · POST /settings/address/<token> · POST /settings/name
        POST /settings/notice · POST /settings/password · POST /settings/place · GET /threads/<number:thread_id>
        GET /threads/<number:thread_id>-<slug> · GET /threads/<number:thread_id>/posts · POST /threads/<number:thread_id>/mute · POST /threads/<number:thread_id>/posts
        GET /magic · GET /magic/rule · GET /trending · GET /threads/<number:thread_id>/magic
        GET /trends · GET /trends.csv · GET /trends/day/<date> · GET /trends/waiting
        GET /notifications · GET /notifications/count · POST /notifications/writing · POST /threads/<number:thread_id>/follow
        POST /boards/<slug>/follow · POST /people/<handle>/follow · GET /api/v1/notifications · POST /api/v1/notifications/read
        GET /settings/mail · POST /settings/mail · GET /settings/following
        GET /threads/<number:thread_id>/poll · POST /threads/<number:thread_id>/poll · GET /threads/<number:thread_id>/poll/new
        POST /threads/<number:thread_id>/poll/new · POST /threads/<number:thread_id>/poll/drop · POST /threads/<number:thread_id>/poll/end
        POST /posts/<number:post_id>/reactions
        GET /settings/muted · POST /settings/muted/words · POST /boards/<slug>/mute
        GET /bookmarks · GET /posts/<number:post_id>/bookmark · POST /posts/<number:post_id>/bookmark · GET /drafts
        GET /settings/feeds · POST /settings/feeds
        POST /files · GET /files/<number:file_id>/<called> · POST /api/v1/files
        GET /search · GET /search/suggest · GET /search/similar · GET /api/v1/search
        GET /api/v1/threads/<number:thread_id> · GET /api/v1/threads/<number:thread_id>/posts
        GET /api/v1/posts/<number:post_id> · GET /api/v1/posts/<number:post_id>/revisions
    """,
    "hr": """
        GET /hr/pads · GET /hr/pads/doors · POST /hr/pads/doors · GET /hr/pads/doors/<slug> · POST /hr/pads/doors/<slug>
        POST /hr/pads/doors/<slug>/flip · POST /hr/pads/doors/<slug>/retire · POST /hr/pads/doors/<slug>/undo
        POST /hr/pads/doors/<slug>/wish · GET /hr/pads/holidays · POST /hr/pads/holidays · GET /hr/pads/print · POST /hr/pads/queue
        POST /hr/pads/sheets/<number:number>/paper · GET /hr/pads/topics/new · POST /hr/pads/topics/new
        GET /hr/pads/topics/<number:number> · POST /hr/pads/topics/<number:number> · POST /hr/pads/topics/<number:number>/retire
        POST /hr/pads/walk
    """,
    "hr or management": """
        GET /hr/pads/answers · GET /hr/pads/figures · GET /hr/pads/notes/<note> · POST /hr/pads/notes/<note>
        GET /hr/pads/sheets/<number:number> · GET /hr/pads/sheets/<number:number>.csv
    """,
    "management": "GET /posts/<number:post_id>/answer · POST /posts/<number:post_id>/answer",
    "operator": "GET /boards/arrange · POST /boards/<slug>/arrange",
}
"""Who may reach what: a new route stands here, or this test fails."""


def routes(app: Flask) -> Iterator[tuple[str, str, str]]:
    """(who, method, rule) of every route."""
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield declared(app.view_functions[rule.endpoint]) or "undeclared", method, rule.rule


def test_every_route_says_who_may_reach_it_and_the_table_is_this(
    app: Flask, capsys: pytest.CaptureFixture[str]
) -> None:
    found: dict[str, set[str]] = {}
    for who, method, rule in routes(app):
        found.setdefault(who, set()).add(f"{method} {rule}")
    with capsys.disabled():
        for who, reached in sorted(found.items()):
            print(f"\n{who}: " + " · ".join(sorted(reached)), end="")
    wanted = {
        who: {entry.strip() for line in text.splitlines() for entry in line.split("·") if entry.strip()}
        for who, text in TABLE.items()
    }
    assert found == wanted


def words_of(app: Flask, person: int) -> str:
    """A fingerprint of all that is stored of a person's words: sources, pages, titles, times, places."""
    digest = hashlib.sha256()
    with app.app_context():
        for statement in (
            select(
                Post.id,
                Post.thread_id,
                Post.floor,
                Post.author_id,
                Post.html,
                Post.excerpt,
                Post.edited_at,
                Post.withdrawn_at,
                Post.revisions,
            )
            .where(Post.author_id == person)
            .order_by(Post.id),
            select(Revision.post_id, Revision.number, Revision.title, Revision.body)
            .join(Post, Post.id == Revision.post_id)
            .where(Post.author_id == person)
            .order_by(Revision.post_id, Revision.number),
            select(Thread.id, Thread.title, Thread.slug, Thread.board_id, Thread.author_id)
            .where(Thread.author_id == person)
            .order_by(Thread.id),
        ):
            digest.update(repr(db.session.execute(statement).all()).encode())
        db.session.remove()
    return digest.hexdigest()


def addresses(app: Flask, *, post: int, thread: int) -> list[str]:
    """Every rule filled with the other person's post and thread, and with what an attacker would try."""
    filled = []
    for rule in app.url_map.iter_rules():
        address = rule.rule
        for place, value in (
            ("<number:post_id>", str(post)),
            ("<number:thread_id>", str(thread)),
            ("<handle>", "chen"),
            ("<token>", "x.y.z"),
            ("<tag>/<path:name>", "x/css/base.css"),
        ):
            address = address.replace(place, value)
        for slug in ("canteen", "..%2fcanteen"):
            filled.append(address.replace("<slug>", slug))
    return sorted(set(filled))


FORMS: tuple[dict[str, Any], ...] = (
    {},
    {"body": "Taken over.", "title": "Taken over", "based_on": "1", "reply_to": "1", "spot": "post:1", "back": "/"},
    {
        "body": "",
        "title": "",
        "delete": "1",
        "hide": "1",
        "lock": "1",
        "author": "2",
        "author_id": "2",
        "floor": "1",
        "_method": "DELETE",
    },
    {
        "name": "x",
        "slug": "canteen",
        "description": "",
        "group": "Company",
        "position": "1",
        "on": "1",
        "keep": "0",
        "withdrawn_at": "1",
        "state": "overturned",
    },
)


@pytest.mark.parametrize("role", ROLES)
def test_no_route_changes_what_another_person_wrote(
    role: str, app: Flask, person: Any, board: Any, say: Any, browser: Callable[..., Any]
) -> None:
    chen = person("chen")
    person("other", *([role] if role in ("hr", "management", "operator") else []))
    board()
    opening = say(chen, "I stood at Gate 3 for eleven years.", title="My last shift")
    say(chen, "And the bolt sticks.", thread=opening.thread)
    one = browser("other" if role != "nobody" else None)
    before = words_of(app, chen.id)
    app.config["WTF_CSRF_ENABLED"] = (
        False  # an attacker with a valid token, so that nothing but the rules stands in the way
    )
    statuses: dict[int, int] = {}
    for address in addresses(app, post=opening.post, thread=opening.thread):
        if address == "/logout":
            continue
        for method in METHODS:
            for form in FORMS if method not in ("GET", "HEAD") else FORMS[:1]:
                answer = one.client.open(
                    address, method=method, data=form, headers={"X-HTTP-Method-Override": "DELETE"}
                )
                statuses[answer.status_code] = statuses.get(answer.status_code, 0) + 1
                assert answer.status_code < 500, f"{method} {address} {form}: {answer.status_code}"
    assert words_of(app, chen.id) == before
    assert statuses.get(405, 0) > 0
    with app.app_context():
        assert db.session.scalar(select(Board.threads).where(Board.slug == "canteen")) >= 1
        assert db.session.scalar(select(Person.left_at).where(Person.handle == "chen")) is None
        db.session.remove()


def test_the_author_alone_withdraws(app: Flask, person: Any, board: Any, say: Any, browser: Callable[..., Any]) -> None:
    chen = person("chen")
    for handle, roles in (("emp", ()), ("hrp", ("hr",)), ("boss", ("management",)), ("op", ("operator",))):
        person(handle, *roles)
    board()
    said = say(chen, "Only mine.")
    before = words_of(app, chen.id)
    for handle in ("emp", "hrp", "boss", "op"):
        assert browser(handle).post(f"/posts/{said.post}/withdraw").status_code == 403
        assert browser(handle).post(f"/posts/{said.post}/edit", body="Mine now", based_on="1").status_code == 403
    assert words_of(app, chen.id) == before
    assert browser("chen").post(f"/posts/{said.post}/withdraw").status_code == 303
    assert words_of(app, chen.id) != before
