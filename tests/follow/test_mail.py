"""Letters: who gets which, when, once; what stands in them, and how they end. The mail server is a real one on loopback."""

from __future__ import annotations

import re
from email.message import EmailMessage
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import select

from forum.boards import actions as boards
from forum.core.actor import Actor
from forum.core.database import db, rows, writing
from forum.desk import actions as desk
from forum.follow import actions, letters, rhythm
from forum.follow.models import Letter
from forum.mail import sending
from tests.conftest import NOON
from tests.mailbox import Mailbox, Post

MINUTE, HOUR, DAY = 60, 3600, 86400
MORNING = NOON + 19 * HOUR
"""Sunday, seven o'clock."""
MONDAY = MORNING + DAY
STOP = re.compile(r"http://localhost(/mail/stop/\S+)")


def html(mail: EmailMessage) -> BeautifulSoup:
    found = mail.get_body(preferencelist=("html",))
    assert found is not None
    return BeautifulSoup(found.get_content(), "html.parser")


def test_a_mention_comes_by_mail_after_a_minute(
    mina: Actor, idris: Actor, say: Any, smtp: Mailbox, addressed: Any, at: Any
) -> None:
    addressed(mina, idris)
    made = say(idris, "What does @mina think of the soup?", title="Soup", at=NOON)
    at(NOON)
    assert smtp.mails == []
    at(NOON + MINUTE)
    [mail] = smtp.mails
    assert smtp.recipients == ["mina@say.example"]
    assert mail["Subject"] == "Idris mentioned you: Soup"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert f"http://localhost/posts/{made.post}" in smtp.text()
    assert "What does" in smtp.text()
    assert html(mail).select_one(f"a[href='http://localhost/posts/{made.post}']").get_text() == "Soup"
    at(NOON + HOUR)
    assert len(smtp.mails) == 1


def test_what_was_read_in_the_meantime_is_not_sent(
    app: Flask, mina: Actor, idris: Actor, say: Any, smtp: Mailbox, addressed: Any, at: Any, look: Any
) -> None:
    addressed(mina)
    made = say(idris, "@mina: soup?", title="Soup", at=NOON)
    at(NOON)
    look(mina)
    at(NOON + MINUTE)
    say(idris, "@mina: or tea?", thread=made.thread, at=NOON + MINUTE)
    at(NOON + MINUTE)
    with app.app_context():
        with writing():
            desk.reached(mina.id, made.thread, 2)
        db.session.remove()
    at(NOON + HOUR)
    taken_back = say(idris, "@mina: never mind.", thread=made.thread, at=NOON + HOUR)
    at(NOON + HOUR)
    with app.app_context():
        with writing():
            boards.withdraw(idris, post=taken_back.post, at=NOON + HOUR)
        db.session.remove()
    at(NOON + 2 * HOUR)
    assert smtp.mails == []


def test_nobody_takes_back_what_somebody_else_said(
    app: Flask, mina: Actor, idris: Actor, lin: Actor, say: Any, smtp: Mailbox, addressed: Any, at: Any, new: Any
) -> None:
    """Several posts are one line: that the latest was withdrawn says nothing of the others."""
    addressed(mina)
    first = say(idris, "@mina: the gate is on fire.", title="Gate", at=NOON)
    second = say(lin, "@mina: hello.", thread=first.thread, at=NOON)
    at(NOON)
    assert new(mina) == 1
    with app.app_context():
        with writing():
            boards.withdraw(lin, post=second.post, at=NOON)
        db.session.remove()
    assert new(mina) == 1
    at(NOON + MINUTE)
    assert f"http://localhost/posts/{first.post}" in smtp.text()
    with app.app_context():
        with writing():
            boards.withdraw(idris, post=first.post, at=NOON)
        db.session.remove()
    only = say(lin, "@idris: hello.", title="Tea", at=NOON + HOUR)
    at(NOON + HOUR)
    assert new(idris) == 1
    with app.app_context():
        with writing():
            boards.withdraw(lin, post=only.post, at=NOON + HOUR)
        db.session.remove()
    assert new(idris) == 0


def test_what_is_said_together_comes_together(
    mina: Actor, idris: Actor, lin: Actor, say: Any, smtp: Mailbox, addressed: Any, at: Any
) -> None:
    addressed(mina)
    made = say(mina, "The soup is cold.", title="Soup", at=NOON)
    say(idris, "Quite.", thread=made.thread, reply_to=made.post, at=NOON)
    at(NOON)
    say(lin, "It is, @mina.", title="Tea", at=NOON + 30)
    say(lin, "Quite.", thread=made.thread, reply_to=made.post, at=NOON + 30)
    at(NOON + 30)
    at(NOON + MINUTE)
    [mail] = smtp.mails
    assert mail["Subject"] == "2 replies to you, the latest by Lin: Soup, and 1 more"
    assert "Lin mentioned you\nTea (Canteen)" in smtp.text().replace("\r", "")


def test_a_morning_letter_tells_what_followed_threads_brought(
    mina: Actor, idris: Actor, say: Any, smtp: Mailbox, addressed: Any, at: Any
) -> None:
    addressed(mina)
    made = say(mina, "The soup is cold.", title="Soup", at=NOON)
    for number in range(7):
        say(idris, f"Number {number}.", thread=made.thread, at=NOON)
    at(NOON)
    at(MORNING - 1)
    assert smtp.mails == []
    at(MORNING)
    [mail] = smtp.mails
    assert mail["Subject"] == "7 new replies, the latest by Idris: Soup"
    at(MORNING + DAY)
    assert len(smtp.mails) == 1  # nothing happened since
    say(idris, "One more.", thread=made.thread, at=MORNING + DAY)
    at(MORNING + DAY)
    at(MORNING + 2 * DAY)
    assert smtp.mails[-1]["Subject"] == "8 new replies, the latest by Idris: Soup"  # she has not looked since


def test_kinds_come_in_the_rhythm_one_chose(
    mina: Actor, idris: Actor, lin: Actor, say: Any, does: Any, smtp: Mailbox, addressed: Any, at: Any, wants: Any
) -> None:
    addressed(mina, lin)
    wants(mina, mention=rhythm.NEVER, person=rhythm.ONCE)
    does(actions.follow_person, mina, other=idris.id, on=True)
    does(actions.follow_board, lin, board=1, on=True)
    say(idris, "Something.", title="Soup", at=NOON)
    say(idris, "@mina, @lin.", title="Tea", at=NOON)
    at(NOON)
    at(NOON + MINUTE)
    assert sorted(smtp.recipients) == ["lin@say.example", "mina@say.example"]
    assert {mail["Subject"] for mail in smtp.mails} == {"Idris began a thread: Soup", "Idris mentioned you: Tea"}
    at(MONDAY)
    assert smtp.recipients[2:] == ["lin@say.example"]
    assert smtp.mails[-1]["Subject"] == "A new thread on Canteen: Soup"


def test_one_click_ends_it_without_a_session(
    app: Flask, mina: Actor, idris: Actor, say: Any, smtp: Mailbox, addressed: Any, at: Any
) -> None:
    addressed(mina)
    say(idris, "@mina: soup?", title="Soup", at=NOON)
    at(NOON)
    at(NOON + MINUTE)
    address = re.fullmatch(r"<http://localhost(/mail/stop/\S+)>", smtp.mails[0]["List-Unsubscribe"])
    assert address
    assert STOP.findall(smtp.text()) == [address[1]]
    stranger = app.test_client()
    assert (
        "No more of these letters?" in stranger.get(address[1]).text
    )  # mail programs look ahead: nothing has ended yet
    answer = stranger.post(address[1], data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    assert stranger.get("/mail/stop/nonsense").status_code == 404
    assert stranger.post(address[1] + "x").status_code == 404
    say(idris, "@mina: tea?", title="Tea", at=NOON + HOUR)
    at(NOON + HOUR)
    at(NOON + 2 * HOUR)
    assert len(smtp.mails) == 1


def test_a_server_that_is_away_is_tried_again(
    app: Flask,
    mina: Actor,
    idris: Actor,
    say: Any,
    smtp: Mailbox,
    smtp_server: Post,
    addressed: Any,
    at: Any,
    monkeypatch: Any,
) -> None:
    addressed(mina, idris)
    say(idris, "@mina: soup?", title="Soup", at=NOON)
    at(NOON)
    smtp.refuse = "451 later, please"
    at(NOON + MINUTE)
    at(NOON + MINUTE + 30)
    assert smtp.mails == []
    smtp_server.go()
    at(NOON + 5 * MINUTE)
    with app.app_context():
        assert [one.attempts for one in rows(select(Letter.attempts).where(Letter.rhythm == rhythm.ONCE))] == [2]
        db.session.remove()
    smtp.refuse = ""
    smtp_server.come()
    monkeypatch.setattr(sending, "_away", {})
    at(NOON + HOUR)
    at(NOON + 2 * HOUR)
    assert [mail["Subject"] for mail in smtp.mails] == ["Idris mentioned you: Soup"]


def test_an_address_that_is_refused_for_good_stops_nobody_else(
    mina: Actor, idris: Actor, lin: Actor, say: Any, smtp: Mailbox, addressed: Any, at: Any
) -> None:
    addressed(mina, lin)
    smtp.refused = {"mina@say.example"}
    say(idris, "@mina and @lin: soup?", title="Soup", at=NOON)
    at(NOON)
    at(NOON + MINUTE)
    at(NOON + DAY)
    assert smtp.recipients == ["lin@say.example"]
    smtp.refused = set()
    at(NOON + 2 * DAY)
    assert smtp.recipients == ["lin@say.example"]  # the letter was given up; the next one is tried anew
    say(idris, "@mina: tea?", title="Tea", at=NOON + 2 * DAY)
    at(NOON + 2 * DAY)
    at(NOON + 2 * DAY + MINUTE)
    assert smtp.recipients == ["lin@say.example", "mina@say.example"]


def test_a_worker_killed_after_sending_sends_the_same_letter(
    app: Flask, mina: Actor, idris: Actor, say: Any, smtp: Mailbox, addressed: Any, at: Any, monkeypatch: Any
) -> None:
    addressed(mina)
    say(idris, "@mina: soup?", title="Soup", at=NOON)
    at(NOON)
    ended = letters.ended
    monkeypatch.setattr(letters, "ended", lambda *_args, **_more: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        at(NOON + MINUTE)
    monkeypatch.setattr(letters, "ended", ended)
    say(idris, "@mina: tea?", title="Tea", at=NOON + 2 * MINUTE)
    at(NOON + 2 * MINUTE)
    assert len(smtp.mails) == 1  # it stays with the worker that took it
    at(NOON + HOUR)
    at(NOON + HOUR + MINUTE)
    first, again, tea = smtp.mails
    assert first["Message-ID"] == again["Message-ID"]
    assert first.get_body(("plain",)).get_content() == again.get_body(("plain",)).get_content()
    assert tea["Subject"] == "Idris mentioned you: Tea"


def test_names_and_titles_become_neither_links_nor_headers(
    mina: Actor, person: Any, say: Any, smtp: Mailbox, addressed: Any, at: Any
) -> None:
    addressed(mina)
    mallory = person("mallory", name="www.evil.example/x")
    say(
        mallory,
        "@mina see http://evil.example and me@evil.example",
        title="Bcc: you@evil.example <b>https://evil.example</b>",
        at=NOON,
    )
    at(NOON)
    at(NOON + MINUTE)
    [mail] = smtp.mails
    assert mail["Bcc"] is None
    assert smtp.recipients == ["mina@say.example"]
    assert "\n" not in mail["Subject"]
    words = str(mail["Subject"]) + smtp.text() + html(mail).get_text(" ")
    assert "evil" in words
    assert not re.search(r"https?://(?!localhost)|www\.|@evil|evil\.", words)
    links = {one["href"] for one in html(mail).select("a[href]")}
    assert links
    assert all(one.startswith("http://localhost/") for one in links)
    assert html(mail).select("b")
    assert "evil" not in "".join(str(one) for one in html(mail).select("blockquote a"))


def test_the_brief_goes_to_management_on_mondays(
    app: Flask, mina: Actor, person: Any, say: Any, smtp: Mailbox, addressed: Any, at: Any, wants: Any, browser: Any
) -> None:
    boss = person("boss", "management")
    addressed(mina, boss)
    at(NOON)
    at(MONDAY)
    assert smtp.recipients == ["boss@say.example"]
    assert smtp.mails[0]["Subject"] == "The week: nothing waits for an answer"
    assert "http://localhost/trends" in smtp.text()
    wants(mina, brief=rhythm.WEEK)
    [stop] = STOP.findall(smtp.text())
    assert app.test_client().post(stop).status_code == 200
    at(MONDAY + HOUR)
    at(MONDAY + 7 * DAY)
    assert smtp.recipients == ["boss@say.example", "mina@say.example"]


def test_a_muted_word_is_not_written(
    mina: Actor, idris: Actor, say: Any, smtp: Mailbox, addressed: Any, at: Any, does: Any
) -> None:
    addressed(mina)
    does(desk.mute_word, mina, word="soup")
    say(idris, "@mina: cold again.", title="Soup", at=NOON)
    at(NOON)
    at(NOON + MINUTE)
    assert smtp.mails == []
    say(idris, "@mina: hot.", title="Tea", at=NOON + HOUR)
    at(NOON + HOUR)
    at(NOON + HOUR + MINUTE)
    assert [mail["Subject"] for mail in smtp.mails] == ["Idris mentioned you: Tea"]
