"""Muting boards and words: folded with the reason for who muted them, open for everybody else, and all of it in one place."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from forum.accounts.models import Person
from forum.boards import readings
from forum.core.database import db, writing
from forum.desk.models import MutedBoard
from tests.architecture.test_the_house import counted
from tests.conftest import NOON
from tests.pages import all_words, form, links, steady, words, wrong

MUTED = "/settings/muted"


@pytest.fixture
def talk(mina, idris, say, board, person):
    """Two boards with a thread each; Wei reads."""
    board("gates", "Gates")
    person("wei")
    first = say(mina, "Mina begins, and the *Élevator* is stuck.", title="Soup")
    say(idris, "Idris answers.", thread=first.thread)
    return first, say(idris, "At the gate.", title="The elevator at Gate 3", board="gates", at=NOON - 3000)


def mute(one, word: str, on: str = "1"):
    return one.post(MUTED + "/words", page=MUTED, word=word, on=on)


def test_a_muted_board_is_folded_where_boards_are_mixed_and_open_on_its_own_page(talk, browser) -> None:
    wei = browser("wei")
    answer = wei.post("/boards/gates/mute", page="/boards/gates", on="1")
    assert (answer.status_code, answer.location) == (303, "/boards/gates")
    for path in ("/", "/?sort=new", "/?sort=hits", "/?sort=trending"):
        page = wei.get(path)
        assert all_words(page, "li.folded summary") == ["Folded, because you muted the board Gates"], path
        assert all_words(page, "li.folded h3 a") == ["The elevator at Gate 3"]
    page = wei.get("/boards/gates")
    assert all_words(page, ".folded") == []
    assert "You muted this board" in words(page)
    assert "The elevator at Gate 3" in words(page)
    assert all_words(wei.get("/boards/canteen"), ".folded") == []
    assert "You muted" not in words(wei.get("/boards/canteen"))
    assert all_words(wei.get(f"/threads/{talk[1].thread}-the-elevator-at-gate-3"), ".folded") == []
    assert form(page, "/boards/gates/mute")["on"] == "0"
    wei.post("/boards/gates/mute", page="/boards/gates", on="0")
    assert all_words(wei.get("/"), ".folded") == []
    assert "You muted" not in words(wei.get("/boards/gates"), "main")


def test_a_muted_board_has_nothing_unread(talk, browser) -> None:
    wei = browser("wei")
    before = wei.get("/boards").text.count('class="new"')
    wei.post("/boards/gates/mute", on="1")
    assert wei.get("/boards").text.count('class="new"') == before - 1


def test_a_muted_word_folds_titles_and_floors_and_says_which(talk, browser) -> None:
    wei, address = browser("wei"), f"/threads/{talk[0].thread}-soup"
    assert mute(wei, "ELEVATOR").location == MUTED + "#words"
    because = "Folded, because you muted the word “ELEVATOR”"
    for path in ("/", "/boards/gates"):
        page = wei.get(path)
        assert all_words(page, "li.folded summary") == [because], path
        assert all_words(page, "li.folded h3 a") == ["The elevator at Gate 3"]
    page = wei.get(address)
    assert all_words(page, "article details.folded > summary") == [because]
    assert "Élevator is stuck" in words(page, "#p1 details")
    assert "Idris answers." in words(page, "#p2 > .says")
    mute(wei, "ELEVATOR", "0")
    assert all_words(wei.get(address), ".folded") == []
    assert all_words(wei.get("/"), ".folded") == []


def test_own_words_are_never_folded(talk, browser) -> None:
    mina = browser("mina")
    mute(mina, "elevator")
    assert all_words(mina.get(f"/threads/{talk[0].thread}-soup"), ".folded") == []


def test_a_muted_person_comes_before_a_muted_word(talk, browser) -> None:
    wei = browser("wei")
    mute(wei, "elevator")
    wei.post("/people/mina/mute", on="1")
    page = wei.get(f"/threads/{talk[0].thread}-soup")
    assert all_words(page, "#p1 .folded > summary") == ["Folded, because you muted Mina O"]


def test_chinese_words_are_found_inside(mina, say, person, browser) -> None:
    person("wei")
    said = say(mina, "保安外包的决定。", title="三号门")
    wei = browser("wei")
    mute(wei, "外包")
    assert all_words(wei.get(f"/threads/{said.thread}-x", follow_redirects=True), "summary") != []
    assert "外包" in all_words(wei.get(f"/threads/{said.thread}-x", follow_redirects=True), ".folded > summary")[0]


def test_magic_and_what_rises_fold_too(talk, app, browser) -> None:
    with app.app_context():
        with writing():
            readings.counted([readings.Reading(talk[1].thread, 300, 1.0)])
        db.session.remove()
    wei = browser("wei")
    mute(wei, "gate 3")
    page = wei.get("/")
    assert all_words(page, ".lead .folded summary") in ([], ["Folded, because you muted the word “gate 3”"])


@pytest.mark.parametrize("word", ["", "!?", "x" * 51, "a\x00b"])
def test_what_is_no_word_is_said_next_to_the_field_and_kept(talk, browser, word: str) -> None:
    wei = browser("wei")
    answer = mute(wei, word)
    assert answer.status_code == 422
    assert len(wrong(answer)) == 1
    if "\x00" not in word:
        assert form(answer, MUTED + "/words")["word"] == word


def test_the_hundred_and_first_is_refused(talk, browser, app) -> None:
    with app.app_context():
        with writing():
            db.session.scalars(select(Person).where(Person.handle == "wei")).one().muted_words = "\n".join(
                f"word{number}" for number in range(100)
            )
        db.session.remove()
    wei = browser("wei")
    answer = mute(wei, "soup")
    assert answer.status_code == 422
    assert "100" in wrong(answer)[0]
    mute(wei, "word7", "0")
    assert mute(wei, "soup").status_code == 303


def test_one_page_holds_all_that_is_muted(talk, browser, app) -> None:
    wei = browser("wei")
    assert "None. On a board" in words(wei.get(MUTED))
    mute(wei, "elevator")
    wei.post("/boards/gates/mute", on="1")
    wei.post("/people/idris/mute", on="1")
    wei.post(f"/threads/{talk[0].thread}/mute", on="1")
    page = wei.get(MUTED)
    assert all_words(page, ".let li > :first-child") == ["elevator", "Gates", "Soup Canteen", "Idris idris"]
    for action in ("/boards/gates/mute", "/people/idris/mute", f"/threads/{talk[0].thread}/mute"):
        fields = form(page, action)
        assert (
            wei.post(action, page=MUTED, **{k: v for k, v in fields.items() if k != "csrf_token"}).location
            == (fields["back"])
        )
    mute(wei, "elevator", "0")
    assert all_words(wei.get(MUTED), ".let") == []
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(MutedBoard)) == 0
        db.session.remove()
    assert MUTED in links(wei.get("/settings"))
    assert MUTED in links(wei.get("/people/wei"))
    assert MUTED not in links(wei.get("/people/mina"))


def test_nobody_else_notices_and_no_page_asks_more(talk, browser, person, app) -> None:
    person("boss", "management", "operator", "hr")
    boss, wei = browser("boss"), browser("wei")
    paths = ("/", "/boards", "/boards/gates", f"/threads/{talk[0].thread}-soup", "/people/wei", "/magic", "/trending")
    for one in (boss, wei):
        for path in paths:
            one.get(path)

    def asked() -> list[int]:
        found = []
        for path in paths:
            with counted(app) as seen:
                wei.get(path)
            found.append(len(seen))
        return found

    before, many = [steady(boss.get(path).text) for path in paths], asked()
    for word in ("elevator", "stuck", "soup"):
        mute(wei, word)
    wei.post("/boards/gates/mute", on="1")
    assert [steady(boss.get(path).text) for path in paths] == before
    assert asked() == many


def test_what_cannot_be_muted(talk, browser) -> None:
    wei = browser("wei")
    for path in ("/boards/nowhere/mute", "/boards/%00/mute"):
        assert wei.post(path, on="1").status_code == 404
    assert mute(wei, "never muted", "0").status_code == 303
