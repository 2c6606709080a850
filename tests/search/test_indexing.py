"""What is said, changed and taken back is found as it stands, by either backend on either database."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from forum.boards import actions, answering, readings
from forum.boards.models import Post
from forum.core.actor import Actor
from forum.core.database import db, writing
from forum.search import jobs
from forum.search.models import DocumentA
from tests.conftest import NOON
from tests.exchange.conftest import answer, question
from tests.exchange.conftest import dump as dump
from tests.exchange.conftest import run as run
from tests.pads.conftest import _buckets as _buckets
from tests.pads.conftest import door as door
from tests.pads.conftest import hour as hour
from tests.pads.conftest import notes as notes
from tests.pads.conftest import waiting as waiting
from tests.pads.conftest import write as write
from tests.pads.conftest import zone as zone

LATER = NOON + 8 * 86400
"""When notes that were written at noon go up."""


def test_before_anything_is_built_nothing_is_found(mina: Actor, say: Any, find: Any, worked: Any) -> None:
    post = say(mina, "A zebra.").post
    assert find("zebra") == set()
    worked()
    assert find("zebra") == {post}


def test_a_new_post_is_found_by_its_words_and_its_thread_s_title(mina: Actor, say: Any, find: Any, worked: Any) -> None:
    worked()
    first = say(mina, "Zebras run in the stairwell.", title="Giraffes upstairs")
    assert find("zebra") == set()
    worked()
    assert find("zebra") == find("running ZEBRA") == find("giraffe") == find('"run in the stairwell"') == {first.post}
    assert find("zebra giraffe") == {first.post}
    second = say(mina, "An okapi 在三楼的咖啡机旁边.", thread=first.thread)
    worked()
    assert find("okapi") == find("咖啡机") == find("啡") == find("okapi -zebra") == {second.post}
    assert find("okapi giraffe") == {first.post, second.post}  # the first has some of the words
    # a reply is found when a word of its own was asked for; a title alone finds what it stands over
    assert find("giraffe") == find("in:title giraffe") == {first.post}
    assert find("okapi -giraffe") == set()
    assert find("giraffe -okapi") == {first.post}


def test_an_edit_is_found_and_the_old_words_are_not(mina: Actor, say: Any, find: Any, worked: Any, edit: Any) -> None:
    post = say(mina, "A zebra, as it stands.").post
    worked()
    edit(mina, post, "An okapi, as it stands.")
    worked()
    assert find("zebra") == set()
    assert find("okapi") == find("stand") == {post}


def test_a_new_title_is_that_of_every_floor(
    mina: Actor, many: Any, find: Any, worked: Any, edit: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "AT_ONCE", 20)  # so that 45 are as many pieces as 450
    posts = many(mina, [f"Floor {number}" for number in range(45)], title="Zebras")
    worked()
    assert find("in:title zebra") == {posts[0]}
    assert find("floor -okapi") == find("floor zebra") == set(posts)
    edit(mina, posts[0], "Floor 0", title="Okapis")
    worked()
    assert find("in:title zebra") == find("floor -okapi") == set()
    assert find("in:title okapi") == {posts[0]}
    assert find("floor -zebra") == find("floor okapi") == set(posts)


def test_what_is_withdrawn_is_found_no_more_at_once(
    mina: Actor, say: Any, find: Any, worked: Any, withdraw: Any, stored: Any
) -> None:
    first = say(mina, "A zebra.", title="Giraffes")
    reply = say(mina, "An okapi, a zebra.", thread=first.thread)
    worked()
    withdraw(mina, reply.post)
    assert find("okapi") == set()
    assert find("zebra") == {first.post}
    assert find("in:title giraffe") == find("author:mina") == {first.post}
    worked()
    assert stored(select(DocumentA.post_id)) == [(first.post,)]
    withdraw(mina, first.post)
    assert find("zebra") == find("giraffe") == find("author:mina") == set()
    worked()
    assert stored(select(DocumentA.post_id)) == []


def test_an_opening_post_s_title_goes_with_it_from_every_floor(
    mina: Actor, say: Any, find: Any, worked: Any, withdraw: Any
) -> None:
    first = say(mina, "A zebra.", title="Giraffes")
    reply = say(mina, "An okapi.", thread=first.thread)
    worked()
    withdraw(mina, first.post)
    worked()
    assert find("in:title giraffe") == set()
    assert find("okapi") == {reply.post}
    assert find("okapi giraffe") == {reply.post}  # as one that has some of the words
    assert find('"okapi giraffe"') == set()


def test_what_the_law_erases_is_gone(app: Flask, mina: Actor, say: Any, find: Any, worked: Any, stored: Any) -> None:
    post = say(mina, "A zebra.").post
    worked()
    with app.app_context():
        with writing():
            actions.erase(post=post, reason="court order", at=NOON)
        db.session.remove()
    assert find("zebra") == set()
    worked()
    assert stored(select(DocumentA.post_id)) == []


def test_answers_and_magic_are_of_the_whole_thread(
    app: Flask, mina: Actor, person: Any, say: Any, find: Any, worked: Any
) -> None:
    boss = person("boss", "management")
    other = say(mina, "A zebra.")
    first = say(mina, "A zebra.")
    reply = say(boss, "An okapi.", thread=first.thread)
    worked()
    assert find("is:answered") == find("is:magic") == set()

    def act(what: Callable[[], object]) -> None:
        with app.app_context():
            with writing():
                what()
            db.session.remove()
        worked()

    act(lambda: answering.mark(boss, post=reply.post, state="heard", at=NOON))
    assert find("is:answered") == set()
    act(lambda: answering.mark(boss, post=reply.post, state="answered", at=NOON))
    assert find("is:answered") == {first.post, reply.post}
    assert find("zebra is:answered") == {first.post}
    act(lambda: readings.became_magic(other.thread, NOON))
    assert find("is:magic") == find("zebra is:magic") == {other.post}
    assert find("is:magic is:answered") == set()
    assert find("zebra -okapi") == {other.post, first.post}


def test_whose_where_and_when(mina: Actor, idris: Actor, board: Any, say: Any, find: Any, worked: Any) -> None:
    board("library", "The Library")
    day = 86400
    first = say(mina, "A zebra.", at=NOON - 40 * day).post
    second = say(idris, "A zebra.", board="library", at=NOON - 5 * day).post
    third = say(mina, "A zebra.", board="library", at=NOON - 400 * day).post
    worked()
    assert find("author:mina") == find('zebra author:"Mina O"') == find("author:me", me=mina.id) == {first, third}
    assert find("board:library") == find("board:Library") == find('board:"The Library"') == {second, third}
    assert find("author:mina board:library") == {third}
    assert find("after:2026-11") == find("after:1 week ago") == find("zebra after:yesterday") | {second} == {second}
    assert find("before:2026") == find("zebra before:1 year ago") == {third}
    assert find("after:2026-10 before:2026-11-01") == {first}
    assert find("after:2026-11-16") == {second}
    assert find("after:2026-11-17") == set()
    assert find("after:2027") == find("before:2020") == find("after:2026-11 before:2026-10") == set()
    assert find("author:nobody") == find("board:none") == set()


def test_an_import_is_found_whatever_its_size(
    mina: Actor, run: Any, dump: Any, find: Any, worked: Any, stored: Any
) -> None:
    worked()
    given = [question(1, "Zebras", "<p>Striped</p>"), *(answer(number, 1) for number in range(2, 500))]
    run("import", "stackexchange", dump(Posts=given), "--board", "canteen")
    worked()
    assert stored(select(func.count(DocumentA.id))) == stored(select(func.count(Post.id))) == [(499,)]
    assert len(find("board:canteen")) == 499
    assert len(find("in:title zebra")) == 1
    assert len(find("striped")) == 1


@pytest.mark.parametrize("state", ["waits", "hangs"])
def test_pad_notes_are_found_once_they_hang(
    app: Flask, mina: Actor, state: str, door: Any, write: Any, hour: Any, notes: Any, find: Any, worked: Any
) -> None:
    door("3-left", "What about giraffes?")
    worked()
    pad = app.test_client()
    slips = [write(pad, "3-left", f"{word}, please.")[1] for word in ("Zebras", "Okapis", "Tapirs")]
    worked()
    assert find("zebra") == set()
    if state == "hangs":
        hour(LATER)
        worked(LATER)
        assert [len(find(text)) for text in ("zebra", "okapi zebra", "giraffe", "in:title giraffe")] == [1, 2, 0, 0]
    pad.post("/pads/slip", data={"slip": slips[0], "act": "correct", "body": "Tigers, please."})
    pad.post("/pads/slip", data={"slip": slips[1], "act": "take back"})
    assert find("okapi") == find("zebra") == set()
    worked(LATER)
    assert find("tiger") == set()  # a correction is written down with the hour, in files as in the ledger
    hour(LATER + (3600 if state == "hangs" else 0))
    worked(LATER + 3600)
    there = {one.body: one.id for one in notes()}
    assert find("zebra") == find("okapi") == set()
    assert find("tiger") == {there["Tigers, please."]}
    assert find("giraffe please") == {there["Tigers, please."], there["Tapirs, please."]}
    assert find("giraffe is:magic") == find("please author:mina") == set()
