"""Files on their way into a post: by the plain form, by a program; nothing typed is lost, and search finds what has one."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from forum.accounts import actions as accounts
from forum.attachments import receiving
from forum.boards import rerendering
from forum.boards.models import Post
from forum.core.actor import Actor
from forum.core.database import db, row, writing
from forum.core.errors import Invalid
from forum.search import documents, expression
from tests.attachments.conftest import form, png
from tests.conftest import NOON
from tests.pages import form as fields
from tests.pages import soup, wrong

NEW = "/boards/canteen/new"


def typed(one: Any, page: str, to: str, **more: str) -> dict[str, str]:
    """What stands in the form, and what was typed into it."""
    held = fields(one.get(page), to)
    return {name: value for name, value in (held | {"body": "My *words*."} | more).items() if name != "file"}


@pytest.mark.parametrize("where", ["thread", "reply", "edit"])
def test_attaching_without_a_script(where: str, mina: Actor, say: Any, browser: Any, files: Any) -> None:
    said = say(mina, "Hm.")
    page, to = {
        "thread": (NEW, NEW),
        "reply": (f"/threads/{said.thread}-a-title", f"/threads/{said.thread}/posts"),
        "edit": (f"/posts/{said.post}/edit", f"/posts/{said.post}/edit"),
    }[where]
    one = browser("mina")
    sent = typed(one, page, to) | {"attach": "1"}
    answer = one.client.post(to, **form(sent, ("gate.png", png()), ("list.txt", b"x" * 1_500)))
    assert answer.status_code == 200
    there = fields(answer, to)
    assert there["body"] == "My *words*.\n\n![](/files/1/gate.webp)\n\n[list.txt (2 kB)](/files/2/list.txt)"
    assert {row.post_id for row in files()} == {None}
    final = {name: value for name, value in there.items() if name not in ("file", "attach")} | {"title": "Two files"}
    posted = one.client.post(to, **form(final))
    assert posted.status_code == 303
    shown = soup(one.get(posted.location)).select_one("article:last-of-type .says, .floor:last-of-type .says")
    assert shown is not None
    picture = shown.select_one("a > img")
    assert picture is not None
    assert (picture["width"], picture["height"], picture["alt"]) == ("60", "40", "gate.webp")
    assert len({row.post_id for row in files()} - {None}) == 1


def test_a_file_that_is_chosen_and_not_attached_goes_along(mina: Actor, browser: Any, files: Any) -> None:
    one = browser("mina")
    answer = one.client.post(NEW, **form(typed(one, NEW, NEW, title="Look"), ("gate.png", png())))
    assert answer.status_code == 303
    assert files()[0].post_id == 1


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("gate.png", b"no picture", "This picture cannot be read."),
        ("long.txt", b"x" * 10_000_001, "long.txt is larger than 10 MB"),
        ("", b"", "Choose a picture or a file first."),
    ],
)
def test_a_refusal_stands_by_the_field_and_keeps_the_words(
    name: str, content: bytes, says: str, mina: Actor, browser: Any, files: Any, disk: Any
) -> None:
    one = browser("mina")
    sent = typed(one, NEW, NEW, title="Look") | {"attach": "1"}
    answer = one.client.post(NEW, **form(sent, (name, content)))
    assert answer.status_code == 422
    assert [line for line in wrong(answer) if line.startswith(says)]
    assert {one: fields(answer, NEW)[one] for one in ("title", "body")} == {"title": "Look", "body": "My *words*."}
    assert (files(), disk()) == ([], {})


def test_a_session_that_ended_keeps_the_words(mina: Actor, browser: Any, frozen: Any, disk: Any) -> None:
    one = browser("mina")
    sent = typed(one, NEW, NEW, title="Look") | {"attach": "1"}
    frozen(NOON + 91 * 86_400)
    answer = one.client.post(NEW, **form(sent, ("long.txt", b"x" * 2_000_000)))
    assert answer.status_code == 401
    assert fields(answer, "/login")["body"] == "My *words*."
    assert disk() == {}


def test_other_forms_take_no_more_than_before(mina: Actor, browser: Any) -> None:
    one = browser("mina")
    assert one.client.post("/preview", **form({"csrf_token": one.token()}, ("a", b"x" * 1_000_001))).status_code == 413


def test_a_program_brings_a_file(app: Flask, mina: Actor, browser: Any) -> None:
    with app.app_context():
        with writing():
            token = accounts.make_token(handle="mina", name="any", at=NOON)
        db.session.remove()
    client, shown = app.test_client(use_cookies=False), {"Authorization": f"Bearer {token}"}
    made = client.post("/api/v1/files", headers=shown, **form({}, ("Gate 3.png", png())))
    assert made.status_code == 201
    assert made.json | {"size": 0} == {
        "id": 1,
        "url": "http://localhost/files/1/Gate%203.webp",
        "name": "Gate 3.webp",
        "type": "image/webp",
        "size": 0,
        "width": 60,
        "height": 40,
    }
    paper = client.post("/api/v1/files", headers=shown, **form({}, ("a.pdf", b"%PDF-1.7"))).json
    assert paper == {
        "id": 2,
        "url": "http://localhost/files/2/a.pdf",
        "name": "a.pdf",
        "type": "application/pdf",
        "size": 8,
    }
    assert client.post("/api/v1/files", **form({}, ("a.pdf", b"x"))).status_code == 401
    for sent in (form({}), form({}, ("a", b"x"), ("b", b"x")), form({}, ("a.png", b"x")), {"json": {"file": "x"}}):
        answer = client.post("/api/v1/files", headers=shown, **sent)
        assert answer.status_code == 422
        assert answer.mimetype == "application/problem+json"
        assert list(answer.json["errors"]) == ["file"]
    assert client.post("/api/v1/files", headers=shown, **form({}, ("a", b"x" * 12_000_000))).status_code == 413


def test_what_a_program_names_stands_at_the_end(app: Flask, kept: Any, mina: Actor, idris: Actor, say: Any) -> None:
    kept(png())
    kept(b"x", "[a]*b*.txt")
    with app.app_context():
        body = receiving.named(mina, "Words.\n", [2, 1, 2])
        for files in ([1, 3], [0]):
            with pytest.raises(Invalid, match="is not yours") as refused:
                receiving.named(mina, "Words.", files)
            assert refused.value.field == "files"
        with pytest.raises(Invalid):
            receiving.named(idris, "Words.", [1])
        db.session.remove()
    assert body == "Words.\n\n[\\[a\\] b.txt (1 B)](/files/2/%5Ba%5D%20b.txt)\n\n![](/files/1/gate.webp)"
    say(mina, body)
    with app.app_context():
        with pytest.raises(Invalid):
            receiving.named(mina, "Words.", [1])
        db.session.remove()


def test_pages_made_again_are_the_same(app: Flask, kept: Any, mina: Actor, browser: Any) -> None:
    told = kept(png(900, 600))
    one = browser("mina")
    assert one.post(NEW, page=NEW, title="Look", body=told["markdown"]).status_code == 303
    with app.app_context():
        before = row(select(Post.html))
        assert 'width="900" height="600"' in before.html
        db.session.rollback()
        assert sum(rerendering.rerender(every=True)) == 1
        assert row(select(Post.html)) == before
        db.session.remove()


@pytest.mark.parametrize(
    ("body", "has"),
    [
        ("![](/files/1/gate.webp)", True),
        ("[![a](/files/1/gate.webp)](/boards)", True),
        ("[a (1 kB)](/files/1/a.txt)", True),
        ('Write `href="/files/1/x"` or href="/files/1/x".', False),
        ("![](https://elsewhere.example/files/1/x.png)", False),
    ],
)
def test_search_knows_which_posts_have_a_file(app: Flask, mina: Actor, say: Any, body: str, has: bool) -> None:
    said = say(mina, body)
    with app.app_context():
        (found,) = documents.posts([said.post])
        made = documents.of_post(found)
        db.session.remove()
    assert isinstance(made, documents.Made)
    assert (expression.FILE in made.tags.split()) is has
