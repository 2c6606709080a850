"""A form sent twice is one post; a form that comes back with other words is another."""

from __future__ import annotations

from sqlalchemy import select

from forum.boards.models import Board, Post, Revision, Submission, Thread
from forum.core.database import writing
from tests.conftest import NOON
from tests.pages import form
from tests.together import at_once

NEW = "/boards/canteen/new"


def test_a_thread_sent_twice_is_begun_once(mina, browser, stored) -> None:
    one = browser("mina")
    sent = form(one.get(NEW), NEW) | {"title": "Soup", "body": "Salty."}
    answers = [one.client.post(NEW, data=sent) for _ in range(3)]
    assert {(answer.status_code, answer.location) for answer in answers} == {(303, "/threads/1-soup")}
    assert stored(select(Board.threads, Board.posts)) == [(1, 1)]


def test_a_thread_sent_at_once_is_begun_once(mina, browser, stored) -> None:
    browsers = [browser("mina") for _ in range(4)]
    sent = [form(one.get(NEW), NEW) | {"title": "Soup", "body": "Salty."} for one in browsers]
    answers = at_once(browsers, NEW, [one | {"nonce": sent[0]["nonce"]} for one in sent])
    assert {(answer.status_code, answer.location) for answer in answers} == {(303, "/threads/1-soup")}
    assert stored(select(Thread.posts)) == [(1,)]


def test_a_reply_sent_at_once_is_said_once(mina, say, browser, stored) -> None:
    soup = say(mina, title="Soup")
    to, address = f"/threads/{soup.thread}/posts", f"/threads/{soup.thread}-soup"
    browsers = [browser("mina") for _ in range(4)]
    sent = [form(one.get(address), to) | {"body": "Me too."} for one in browsers]
    answers = at_once(browsers, to, [one | {"nonce": sent[0]["nonce"]} for one in sent])
    assert {(answer.status_code, answer.location) for answer in answers} == {(303, f"{address}#p2")}
    assert stored(select(Thread.posts)) == [(2,)]
    assert len(stored(select(Post.id))) == 2


def test_going_back_and_saying_something_else_is_said_too(mina, say, browser, stored) -> None:
    soup = say(mina, title="Soup")
    to, address = f"/threads/{soup.thread}/posts", f"/threads/{soup.thread}-soup"
    one = browser("mina")
    kept_page = form(one.get(address), to)
    for _ in range(2):
        assert one.client.post(to, data=kept_page | {"body": "First."}).location == f"{address}#p2"
    for _ in range(2):
        assert one.client.post(to, data=kept_page | {"body": "Second."}).location == f"{address}#p3"
    assert one.client.post(to, data=kept_page | {"body": "First."}).location == f"{address}#p2"
    said = stored(select(Revision.body).order_by(Revision.post_id))
    assert [one.body for one in said] == ["Words.", "First.", "Second."]


def test_the_same_form_for_another_thread_is_another_thread(mina, board, browser, stored) -> None:
    board("gates", "Gates")
    one = browser("mina")
    sent = form(one.get(NEW), NEW) | {"title": "Soup", "body": "Salty."}
    assert one.client.post(NEW, data=sent).location == "/threads/1-soup"
    assert one.client.post(NEW, data=sent | {"title": "Bread"}).location == "/threads/2-bread"
    assert one.client.post("/boards/gates/new", data=sent).location == "/threads/3-soup"
    assert len(stored(select(Thread.id))) == 3


def test_two_people_may_have_the_same_nonce(mina, idris, browser, stored) -> None:
    for handle in ("mina", "idris"):
        one = browser(handle)
        data = form(one.get(NEW), NEW) | {"nonce": "a-nonce-of-16-chars", "title": "Soup", "body": "Salty."}
        assert one.client.post(NEW, data=data).status_code == 303
    assert len(stored(select(Thread.id))) == 2


def test_a_form_without_a_nonce_of_ours_is_a_new_one_each_time(mina, browser, stored) -> None:
    one = browser("mina")
    for number, nonce in enumerate(("", "short", "x" * 65, "ü" * 20, "\x00" * 20)):
        for _ in range(2):
            data = {"csrf_token": one.token(), "nonce": nonce, "title": f"Soup {number}", "body": "Salty."}
            assert one.client.post(NEW, data=data).status_code == 303
    assert len(stored(select(Thread.id))) == 10


def test_a_withdrawn_post_is_not_brought_back_by_reloading(mina, browser, stored) -> None:
    one = browser("mina")
    sent = form(one.get(NEW), NEW) | {"title": "Soup", "body": "Salty."}
    one.client.post(NEW, data=sent)
    one.post("/posts/1/withdraw")
    assert one.client.post(NEW, data=sent).location == "/threads/1-withdrawn"
    assert stored(select(Revision.body)) == [(None,)]


def test_nonces_are_swept_after_two_days(mina, browser, stored, app, frozen) -> None:
    from forum.boards import actions

    one = browser("mina")
    one.post(NEW, page=NEW, title="Soup", body="Salty.")
    for at, kept in ((NOON + 2 * 86400, 1), (NOON + 2 * 86400 + 1, 0)):
        with app.app_context(), writing():
            actions.forget_submissions(at)
        assert len(stored(select(Submission.nonce))) == kept
