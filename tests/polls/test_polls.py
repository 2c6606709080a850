"""A poll as people meet it: asked, voted in, changed, ended, withdrawn; and everything that must be refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text
from werkzeug.datastructures import MultiDict

from forum import wiring
from forum.boards.actions import Said
from forum.boards.models import Thread
from forum.core import outbox
from forum.core.actor import Actor
from forum.core.clock import now
from forum.core.database import db
from forum.follow.models import Notice
from forum.polls.models import Poll, PollChoice, PollVote
from tests.conftest import NOON
from tests.pages import all_words, soup, words, wrong
from tests.pages import form as fields
from tests.polls.conftest import END
from tests.together import at_once

KEEP, TOSS, TOWER = "1", "2", "3"


def results(answer: Any) -> list[str]:
    return all_words(answer, ".poll .result tbody tr")


def test_a_poll_is_asked_voted_in_changed_and_taken_back(
    ask: Any, idris: Actor, said: Said, browser: Any, counts: Any
) -> None:
    page = f"/threads/{said.thread}-the-plotter"
    mina, one = browser("mina"), browser("idris")
    assert "Add a poll" in words(mina.get(page))
    assert "Add a poll" not in words(one.get(page))
    path = ask(question="Keep it or toss it?")
    assert "Add a poll" not in words(mina.get(page))
    before = one.get(page)
    assert "Keep it or toss it?" in words(before, ".poll h2")
    assert "Nobody is shown who chose what" in words(before, ".poll")
    assert "open until November 28, 2026" in words(before, ".poll")
    assert results(before) == []
    assert one.post(path, choice=TOSS).location == f"{page}#poll"
    assert results(one.get(page)) == ["Keep it 0 % 0", "Toss it your choice 100 % 1", "Give it to the tower 0 % 0"]
    assert results(mina.get(page)) == []  # not even its author sees it before voting
    mina.post(path, choice=KEEP)
    assert "2 people voted" in words(mina.get(page), ".poll")
    one.post(path, choice=KEEP)
    one.post(path, choice=KEEP)
    assert counts() == (2, [2, 0, 0])
    assert soup(one.get(page)).select_one(".poll .change input[checked]")["value"] == KEEP
    one.post(path, act="back")
    one.post(path, act="back")
    assert counts() == (1, [1, 0, 0])
    assert results(one.get(page)) == []
    assert soup(one.get(f"{page}?page=1")).select(".poll")


def test_several_may_be_chosen_where_it_says_so(ask: Any, idris: Actor, browser: Any, counts: Any) -> None:
    path, one = ask(several="1"), browser("idris")
    assert len(soup(one.get(path, follow_redirects=True)).select('.poll input[type="checkbox"]')) == 3
    token = one.token()
    one.client.post(
        path, data=MultiDict([("csrf_token", token), ("choice", KEEP), ("choice", TOWER), ("choice", KEEP)])
    )
    assert counts() == (1, [1, 0, 1])
    one.client.post(path, data=MultiDict([("csrf_token", token), ("choice", TOSS), ("choice", TOWER)]))
    assert counts() == (1, [0, 1, 1])


def test_what_is_no_vote_is_refused_beside_the_choices(ask: Any, idris: Actor, browser: Any, counts: Any) -> None:
    path, one = ask(), browser("idris")
    for sent, why in (
        ([], "Choose something first"),
        ([KEEP, TOSS], "One choice only"),
        (["4"], "no choice of this poll"),
        (["0"], "no choice of this poll"),
        (["9" * 40], "no choice of this poll"),
        (["-1", "x", "1\x00"], "no choice of this poll"),
        (["²"], "no choice of this poll"),
        ([KEEP, "11"], "no choice of this poll"),
    ):
        answer = one.client.post(
            path, data=MultiDict([("csrf_token", one.token()), *(("choice", value) for value in sent)])
        )
        assert answer.status_code == 422
        assert why in wrong(answer)[0]
        kept = [field["value"] for field in soup(answer).select("input[checked]")]
        assert kept == [value for value in sent if value in (KEEP, TOSS, TOWER)][: 1 if len(sent) < 2 else 2]
    assert counts() == (0, [0, 0, 0])
    assert one.post("/threads/999/poll", choice=KEEP).status_code == 404
    assert one.get(path).status_code == 303


def test_a_thread_without_a_poll_has_no_votes(said: Said, idris: Actor, browser: Any) -> None:
    one = browser("idris")
    assert one.post(f"/threads/{said.thread}/poll", choice=KEEP).status_code == 404
    assert one.post(f"/threads/{said.thread}/poll", act="back").status_code == 404
    assert browser("mina").post(f"/threads/{said.thread}/poll/end").status_code == 404


@pytest.mark.parametrize(
    ("field", "why", "sent"),
    [
        ("choices", "at least two", {"choices": "Only this\n\n   \n"}),
        ("choices", "at least two", {"choices": ""}),
        ("choices", "11 choices", {"choices": "\n".join(map(str, range(11)))}),
        ("choices", "Line 2 is longer", {"choices": "Yes\n" + "x" * 101}),
        ("choices", "twice", {"choices": "Yes\nyes"}),
        ("choices", "NUL", {"choices": "Yes\nN\x00o"}),
        ("question", "longer than the 200", {"question": "x" * 201}),
        ("question", "NUL", {"question": "a\x00b"}),
        ("until", "Name the last day", {"until": ""}),
        ("until", "Name the last day", {"until": "2026-02-30"}),
        ("until", "Name the last day", {"until": "٢٠٢٦-11-28"}),
        ("until", "Name the last day", {"until": "9" * 400}),
        ("until", "That day is over", {"until": "2026-11-20"}),
        ("until", "a year at most", {"until": "2027-11-22"}),
        ("until", "a year at most", {"until": "9999-12-31"}),
    ],
)
def test_a_poll_that_cannot_be_asked_says_why_and_keeps_what_was_typed(
    said: Said, browser: Any, field: str, why: str, sent: dict[str, str]
) -> None:
    form = {"question": "Well?", "choices": "Keep it\nToss it", "until": "2026-11-28", "several": "1"} | sent
    answer = browser("mina").post(f"/threads/{said.thread}/poll/new", **form)
    assert answer.status_code == 422
    assert [why in one for one in wrong(answer)] == [True]
    page = soup(answer)
    assert page.select_one(f'[name="{field}"]')["aria-invalid"] == "true"
    assert page.select_one('[name="several"]').has_attr("checked")
    if "\x00" not in form["choices"]:
        assert page.select_one("#choices").get_text().lstrip("\n") == form["choices"].lstrip("\n")


def test_a_poll_can_end_today_and_in_a_year(ask: Any, said: Said, browser: Any, app: Flask) -> None:
    for until in ("2026-11-21", "2027-11-21"):
        ask(until=until)
    with app.app_context():
        assert db.session.scalars(select(Poll.ends_at)).all() == [END + 358 * 86400]
        db.session.remove()


def test_only_whoever_began_the_thread_asks(ask: Any, said: Said, idris: Actor, person: Any, browser: Any) -> None:
    path = f"/threads/{said.thread}/poll"
    person("boss", "management", "operator", "hr")
    for handle in ("idris", "boss"):
        one = browser(handle)
        assert one.get(f"{path}/new").status_code == 403
        assert one.post(f"{path}/new", choices="A\nB", until="2026-11-28").status_code == 403
    ask()
    for handle in ("idris", "boss"):
        for verb in ("drop", "end"):
            assert browser(handle).post(f"{path}/{verb}").status_code == 403


def test_its_words_change_until_somebody_voted(ask: Any, said: Said, idris: Actor, browser: Any, counts: Any) -> None:
    path, mina = ask(question="Well?"), browser("mina")
    form = soup(mina.get(f"{path}/new"))
    assert form.select_one("#question")["value"] == "Well?"
    assert form.select_one("#choices").get_text().strip().split("\n") == ["Keep it", "Toss it", "Give it to the tower"]
    assert form.select_one("#until")["value"] == "2026-11-28"
    ask("Yes\nNo")
    assert counts() == (0, [0, 0])
    assert mina.post(f"{path}/drop").location == f"/threads/{said.thread}-the-plotter"
    assert soup(mina.get(f"/threads/{said.thread}-the-plotter")).select(".poll") == []
    ask("Yes\nNo")
    browser("idris").post(path, choice=KEEP)
    for verb, sent in (("new", {"choices": "A\nB", "until": "2026-11-28"}), ("drop", {})):
        answer = mina.post(f"{path}/{verb}", **sent)
        assert answer.status_code == 409
        assert "Somebody has voted" in answer.text
    assert mina.get(f"{path}/new").status_code == 409
    assert counts() == (1, [1, 0])


def test_a_vote_is_for_the_words_that_were_read(ask: Any, said: Said, idris: Actor, browser: Any, counts: Any) -> None:
    path, one = ask("Keep it\nToss it"), browser("idris")
    page = f"/threads/{said.thread}-the-plotter"
    read = fields(one.get(page), path)["seen"]
    ask("Toss it\nKeep it")
    refused = one.post(path, choice=KEEP, seen=read)
    assert refused.status_code == 422
    assert wrong(refused) == ["That is no choice of this poll; it was changed meanwhile."]
    assert counts() == (0, [0, 0])
    assert one.post(path, choice=KEEP, seen=fields(refused, path)["seen"]).status_code == 303
    assert counts() == (1, [1, 0])


@pytest.mark.parametrize("choices", ["tea\nte\u200ba", "caf\u00e9\ncafe\u0301", "tea\n\u200b"])
def test_choices_that_look_alike_are_refused(choices: str, said: Said, browser: Any) -> None:
    answer = browser("mina").post(f"/threads/{said.thread}/poll/new", choices=choices, until="2026-11-28")
    assert answer.status_code == 422


def test_after_the_end_everybody_sees_and_nothing_changes(
    ask: Any, said: Said, idris: Actor, browser: Any, counts: Any, frozen: Any
) -> None:
    path, one = ask(), browser("idris")
    frozen(END - 1)
    one.post(path, choice=KEEP)
    frozen(END)
    for sent in ({"choice": TOSS}, {"act": "back"}):
        answer = one.post(path, **sent)
        assert answer.status_code == 409
        assert "This poll has ended" in answer.text
    page = browser("mina").get(f"/threads/{said.thread}-the-plotter")
    assert results(page)[0] == "Keep it 100 % 1"
    assert "ended" in words(page, ".poll")
    assert soup(page).select(".poll form") == []
    assert counts() == (1, [1, 0, 0])
    assert browser("mina").post(f"{path}/end").status_code == 409


def test_its_author_ends_it_early(ask: Any, said: Said, idris: Actor, browser: Any, frozen: Any) -> None:
    path = ask()
    browser("idris").post(path, choice=TOSS)
    frozen(NOON + 60)
    assert browser("mina").post(f"{path}/end").status_code == 303
    page = browser("mina").get(f"/threads/{said.thread}-the-plotter")
    assert "ended 12:01" in words(page, ".poll")
    assert browser("idris").post(path, choice=KEEP).status_code == 409


def test_a_title_may_stand_for_the_question(ask: Any, said: Said, browser: Any) -> None:
    ask(question="   ")
    assert words(browser("mina").get(f"/threads/{said.thread}-the-plotter"), ".poll h2") == "Poll"


def test_withdrawing_the_opening_takes_the_words_of_the_poll(
    app: Flask, ask: Any, said: Said, idris: Actor, browser: Any, backend: str
) -> None:
    path = ask("Zqalphachoice\nZqbetachoice", question="Zqgammaquestion")
    browser("idris").post(path, choice=KEEP)
    browser("mina").post(f"/posts/{said.post}/withdraw")
    one = browser("idris")
    for done in (False, True):  # the worker has not come yet, and has
        page = one.get(f"/threads/{said.thread}-withdrawn")
        assert words(page, ".poll") == "Poll Withdrawn with the words of the thread."
        assert "Zq" not in page.text
        assert one.post(path, choice=TOSS).status_code == 409
        assert one.post(path, act="back").status_code == 409
        assert browser("mina").post(f"{path}/new", choices="A\nB", until="2026-11-28").status_code == 409
        assert browser("mina").get(f"{path}/new").status_code == 409
        if not done:
            with app.app_context():
                while outbox.work(wiring.HANDLERS, at=now(), batched=wiring.TOGETHER):
                    pass
                assert db.session.execute(select(PollChoice.words)).all() == []
                assert db.session.execute(select(PollVote.choices)).all() == []
                assert db.session.execute(select(Poll.question, Poll.voters)).all() == [(None, 0)]
                db.session.remove()
    if backend == "sqlite":
        kept = b"".join(file.read_bytes() for file in Path(app.instance_path).glob("forum.sqlite3*"))
        assert [one for one in (b"Zqalpha", b"Zqbeta", b"Zqgamma") if one in kept] == []


def test_a_reply_that_is_withdrawn_leaves_the_poll(
    app: Flask, ask: Any, said: Said, idris: Actor, say: Any, browser: Any
) -> None:
    ask()
    reply = say(idris, "Keep it.", thread=said.thread)
    browser("idris").post(f"/posts/{reply.post}/withdraw")
    with app.app_context():
        while outbox.work(wiring.HANDLERS, at=now(), batched=wiring.TOGETHER):
            pass
        assert len(db.session.execute(select(PollChoice.words)).all()) == 3
        db.session.remove()


def test_twelve_votes_in_the_same_moment_are_twelve(ask: Any, person: Any, browser: Any, counts: Any) -> None:
    path = ask()
    voters = []
    for number in range(6):
        person(f"voter{number}")
        voters += [browser(f"voter{number}"), browser(f"voter{number}")]  # each at two browsers
    forms = [{"csrf_token": one.token(), "choice": str(1 + number % 3)} for number, one in enumerate(voters)]
    for _ in range(3):
        answers = at_once(voters, path, forms)
        assert {one.status_code for one in answers} == {303}
        voted, kept = counts()
        assert (voted, sum(kept)) == (6, 6)
        forms = forms[1:] + forms[:1]
        for form, one in zip(forms, voters, strict=True):
            form["csrf_token"] = one.token()


def test_a_poll_moves_nothing_and_tells_nobody(app: Flask, ask: Any, said: Said, idris: Actor, browser: Any) -> None:
    def state() -> tuple[Any, ...]:
        with app.app_context():
            while outbox.work(wiring.HANDLERS, at=now(), batched=wiring.TOGETHER):
                pass
            found = db.session.execute(select(Thread.__table__)).all(), db.session.execute(select(Notice.id)).all()
            db.session.remove()
        return found

    before = state()
    path = ask()
    browser("idris").post(path, choice=KEEP)
    browser("mina").post(f"{path}/end")
    assert state() == before


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_postgresql_samples_none_of_its_words(app: Flask) -> None:
    with app.app_context():
        found = db.session.execute(
            text(
                "SELECT a.attname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid"
                " WHERE c.relname IN ('polls', 'poll_choices') AND a.attstattarget = 0 ORDER BY 1"
            )
        ).scalars()
        assert list(found) == ["question", "words"]
        db.session.remove()


def test_a_new_thread_may_come_with_a_poll(mina: Actor, browser: Any) -> None:
    one, page = browser("mina"), "/boards/canteen/new"
    assert not soup(one.get(page)).select_one('[name="poll"]').has_attr("checked")
    refused = one.post(page, page=page, title="The plotter", body=" ", poll="1")
    assert refused.status_code == 422
    assert soup(refused).select_one('[name="poll"]').has_attr("checked")
    assert one.post(page, page=page, title="The plotter", body="Keep it?", poll="1").location == "/threads/1/poll/new"
    assert one.get("/threads/1/poll/new").status_code == 200
    assert one.post(page, page=page, title="The plotter", body="Keep it!").location == "/threads/2-the-plotter"
