"""What was taken back is gone: no byte of the words or of their salts is in any file of SQLite's, in any column of PostgreSQL's."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import text

from forum import wiring
from forum.boards.actions import Said
from forum.core import outbox
from forum.core.actor import Actor
from forum.core.clock import now
from forum.core.database import db, writing
from forum.pads import actions as pads
from forum.pads import planning, publishing, slips
from forum.pads.waiting import Waiting
from tests.conftest import NOON
from tests.ledger.book import verified
from tests.pages import words

UTC = ZoneInfo("UTC")
BODY, AGAIN, TITLE, RETITLED, DRAFT = "Zqalphabody", "Zqbetabody", "Zqgammatitle", "Zqdeltatitle", "Zqepsilondraft"
UNIQUE = (BODY, AGAIN, TITLE, RETITLED, DRAFT)
KEPT = "Zqkeptbyothers"


@pytest.fixture
def mina(person: Any, board: Any, frozen: Any) -> Actor:
    board()
    made: Actor = person("mina")
    return made


@pytest.fixture
def soup(mina: Actor, say: Any, browser: Any) -> Said:
    """A thread whose opening has two versions and titles, and a draft of a third."""
    first: Said = say(mina, f"The {BODY} soup. 汤", title=f"About {TITLE}")
    one, path = browser("mina"), f"/posts/{first.post}/edit"
    form = {"title": f"On {RETITLED}", "body": f"The **{AGAIN}** soup.", "based_on": "1"}
    assert one.post(path, page=path, **form).status_code == 303
    one.post("/drafts", spot=f"post:{first.post}", title="", body=f"More {DRAFT} of {BODY}.")
    return first


def salts(app: Flask, like: str) -> list[bytes]:
    """What opens the leaves whose text is like this."""
    with app.app_context():
        found = db.session.execute(
            text("SELECT o.salt FROM ledger l JOIN ledger_openings o ON o.leaf = l.number WHERE l.leaf LIKE :like"),
            {"like": like},
        ).scalars()
        made = [bytes(one) for one in found]
        db.session.remove()
    return made


@pytest.fixture
def present(app: Flask, backend: str) -> Callable[..., set[bytes]]:
    """After the worker's turn: which of these bytes are anywhere in the database."""

    def look(*wanted: bytes) -> set[bytes]:
        with app.app_context():
            outbox.work(wiring.HANDLERS, at=now() + 3600, batched=wiring.TOGETHER)
            db.session.remove()
            assert db.session.execute(text("SELECT count(*) FROM outbox")).scalar_one() == 0
            db.session.remove()
            content = _files(Path(app.instance_path)) if backend == "sqlite" else _columns()
            db.session.remove()
        return {one for one in wanted if one in content}

    return look


def _files(instance: Path) -> bytes:
    """The database with its log, and whatever else the instance keeps."""
    found = [one for one in instance.rglob("*") if one.is_file()]
    assert any(one.name == "forum.sqlite3" for one in found)
    return b"".join(one.read_bytes() for one in found)


def _columns() -> bytes:
    """Every column of every table that can hold words or bytes, as the server itself lists them, and its samples."""
    columns = db.session.execute(
        text(
            "SELECT table_name, column_name, data_type FROM information_schema.columns WHERE table_schema = 'public'"
            " AND data_type IN ('text', 'character varying', 'character', 'bytea', 'json', 'jsonb')"
        )
    ).all()
    assert len(columns) > 40
    found: list[bytes] = []
    for table, column, kind in columns:
        shown = f'"{column}"' if kind == "bytea" else f'"{column}"::text'
        values = db.session.execute(text(f'SELECT {shown} FROM "{table}" WHERE "{column}" IS NOT NULL')).scalars()
        found += [bytes(one) if kind == "bytea" else one.encode() for one in values]
    samples = (
        "SELECT concat(most_common_vals, histogram_bounds, most_common_elems) FROM pg_stats WHERE schemaname = 'public'"
    )
    found += [one.encode() for one in db.session.execute(text(samples)).scalars()]
    db.session.execute(text("ANALYZE"))  # samples are taken anew every now and then, and then stay
    db.session.commit()
    return b"\0".join(found)


def wanted(*some: str) -> list[bytes]:
    return [one.encode() for one in some]


def ended(app: Flask, browser: Any, post: int, how: str) -> None:
    """The words are taken back by their author, or by the law."""
    if how == "withdrawn":
        assert browser("mina").post(f"/posts/{post}/withdraw").status_code == 303
    else:
        args = ["legal", "erase", str(post), "--reason", "Order 7"]
        assert app.test_cli_runner().invoke(args=args, input=f"{post}\n").exit_code == 0


@pytest.mark.parametrize("how", ["withdrawn", "erased"])
def test_nothing_of_a_post_is_left(app: Flask, soup: Said, browser: Any, present: Any, how: str) -> None:
    opened = salts(app, f'%"o":"p:{soup.post}"%') + salts(app, f'%"o":"t:{soup.thread}"%')
    assert len(opened) == 4
    everything = [*wanted(*UNIQUE), *opened]
    assert present(*everything) == set(everything), "the search finds what is there"
    ended(app, browser, soup.post, how)
    assert present(*everything) == set()
    verified(app, rendered=True)


@pytest.mark.parametrize("how", ["withdrawn", "erased"])
def test_the_posts_beside_it_stay_and_so_do_quotations(
    app: Flask, soup: Said, person: Any, say: Any, browser: Any, present: Any, how: str
) -> None:
    idris = person("idris")
    reply = say(idris, f"> The {BODY} soup. 汤\n\n{KEPT}", thread=soup.thread)
    browser("idris").post("/drafts", spot=f"thread:{soup.thread}", title="", body=f"> {AGAIN}\n\nI go on.")
    (his,) = salts(app, f'%"o":"p:{reply.post}"%')
    ended(app, browser, soup.post, how)
    everything = [*wanted(*UNIQUE, KEPT), his]
    assert present(*everything) == {*wanted(BODY, AGAIN, KEPT), his}
    page = words(browser("mina").get(f"/posts/{reply.post}", follow_redirects=True), "#p2")
    assert BODY in page
    verified(app, rendered=True)


@pytest.mark.parametrize("how", ["withdrawn", "erased"])
def test_a_reply_goes_alone(
    app: Flask, soup: Said, mina: Actor, say: Any, browser: Any, present: Any, how: str
) -> None:
    reply = say(mina, "Zqzetareply 答.", thread=soup.thread)
    (salt,) = salts(app, f'%"o":"p:{reply.post}"%')
    ended(app, browser, reply.post, how)
    assert present(b"Zqzetareply", salt, *wanted(BODY, TITLE)) == set(wanted(BODY, TITLE))
    verified(app, rendered=True)


def test_the_authors_own_drafts_elsewhere_are_others_words(app: Flask, soup: Said, browser: Any, present: Any) -> None:
    """A draft of another post that quotes the withdrawn one is new words of theirs, not a version of it."""
    browser("mina").post("/drafts", spot=f"thread:{soup.thread}", title="", body=f"> {DRAFT}\n\n{KEPT}")
    ended(app, browser, soup.post, "withdrawn")
    assert present(*wanted(*UNIQUE, KEPT)) == set(wanted(DRAFT, KEPT))


def test_a_post_refused_by_its_form_leaves_nothing_to_take_back(
    app: Flask, soup: Said, browser: Any, present: Any
) -> None:
    """What failed validation is given back on the page and kept nowhere."""
    one, path = browser("mina"), f"/posts/{soup.post}/edit"
    answer = one.post(path, page=path, title="x" * 300, body="Zqetarefused", based_on="2")
    assert answer.status_code in (400, 422)
    assert present(b"Zqetarefused") == set()


NOTE, OTHER, BESIDE = "Zqthetanote", "Zqiotanote", "Zqkappanote"


@pytest.fixture
def note(app: Flask, frozen: Any) -> int:
    """A slip whose note hangs beside another; the hour has come and gone."""
    waiting, mine = Waiting(Path(app.instance_path)), slips.new()
    with app.app_context():
        with writing():
            topic = {"question": "What?", "intro": "", "mood": "light", "not_before": "", "not_after": ""}
            planning.add_topic(topic, at=NOON - 60, zone=UTC)
            planning.add_door(slug="left", name="L", place="", rhythm="hand", every=7, at=NOON - 60, zone=UTC)
        pads.pin(waiting, door="left", sheet=1, slip=mine, body=f"{NOTE} 便条", at=NOON, zone=UTC)
        pads.pin(waiting, door="left", sheet=1, slip=slips.new(), body=BESIDE, at=NOON, zone=UTC)
        assert publishing.publish(waiting, NOON + 3600, every=3600, zone=UTC) == 2
        db.session.remove()
    frozen(NOON + 3700)
    return mine


def seal(app: Flask) -> bytes:
    with app.app_context():
        found = db.session.execute(
            text("SELECT s.note_salt FROM note_seals s JOIN notes n ON n.id = s.note_id WHERE n.body LIKE :body"),
            {"body": f"{NOTE}%"},
        ).scalar_one()
        db.session.remove()
    return bytes(found)


def test_a_note_taken_back(app: Flask, note: int, present: Any) -> None:
    salt = seal(app)
    assert present(NOTE.encode(), salt) == {NOTE.encode(), salt}
    with app.app_context():
        pads.take_back(Waiting(Path(app.instance_path)), slip=note, at=NOON + 3700)
        db.session.remove()
    assert present(NOTE.encode(), salt, BESIDE.encode()) == {BESIDE.encode()}
    _next_hour(app)
    assert present(NOTE.encode(), salt) == set()
    verified(app)


def test_a_note_corrected_and_then_taken_back(app: Flask, note: int, present: Any) -> None:
    """The old words go with the correction, the new ones and the salt of their leaf with the taking back."""
    salt = seal(app)
    with app.app_context():
        pads.correct(Waiting(Path(app.instance_path)), slip=note, body=OTHER, at=NOON + 3700)
        db.session.remove()
    assert present(*wanted(NOTE, OTHER), salt) == {OTHER.encode()}
    _next_hour(app)
    (second,) = salts(app, '%"t":"note.edit"%')
    assert present(OTHER.encode(), second) == {OTHER.encode(), second}
    with app.app_context():
        pads.take_back(Waiting(Path(app.instance_path)), slip=note, at=NOON + 7300)
        db.session.remove()
    assert present(*wanted(NOTE, OTHER), salt, second) == set()
    verified(app)


def _next_hour(app: Flask) -> None:
    with app.app_context():
        publishing.publish(Waiting(Path(app.instance_path)), NOON + 7200, every=3600, zone=UTC)
        db.session.remove()
