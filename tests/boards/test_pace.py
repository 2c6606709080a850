"""Limits on speed: 20 posts a minute, 100 an hour; the words are kept, and waiting helps."""

from __future__ import annotations

import pytest

from tests.conftest import NOON
from tests.pages import form, words, wrong

NEW = "/boards/canteen/new"


def test_twenty_a_minute(mina, idris, say, browser, frozen) -> None:
    soup = say(mina, title="Soup", at=NOON - 10)
    for number in range(19):
        say(mina, f"Number {number}.", thread=soup.thread, at=NOON)
    one, to = browser("mina"), f"/threads/{soup.thread}/posts"
    frozen(NOON + 5)
    answer = one.post(to, page=f"/threads/{soup.thread}-soup", body="The twenty-first.")
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "45"
    assert "Your words are kept; please wait 45 seconds" in wrong(answer)[0]
    kept = form(answer, to)
    assert kept["body"] == "The twenty-first."
    answer = one.post(NEW, page=NEW, title="Bread", body="Also too fast.")
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "45")
    assert (form(answer, NEW)["title"], form(answer, NEW)["body"]) == ("Bread", "Also too fast.")
    assert browser("idris").post(to, page=f"/threads/{soup.thread}-soup", body="Mine.").status_code == 303
    frozen(NOON + 49)
    assert one.client.post(to, data=kept).status_code == 429
    frozen(NOON + 50)
    assert one.client.post(to, data=kept).status_code == 303
    assert "The twenty-first." in words(one.get(f"/threads/{soup.thread}-soup?page=2"))


def test_a_hundred_an_hour(mina, say, browser, frozen) -> None:
    soup = say(mina, title="Soup", at=NOON - 3000)
    for number in range(99):
        say(mina, "x", thread=soup.thread, at=NOON - 2970 + number * 30)
    one, to = browser("mina"), f"/threads/{soup.thread}/posts"
    sent = form(one.get(f"/threads/{soup.thread}-soup"), to) | {"body": "The hundred and first."}
    answer = one.client.post(to, data=sent)
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "600")
    assert form(answer, to)["body"] == "The hundred and first."
    frozen(NOON + 600)
    assert one.client.post(to, data=sent).status_code == 303


def test_editing_withdrawing_and_a_second_send_are_not_posts(mina, say, browser) -> None:
    soup = say(mina, title="Soup", at=NOON)
    one, to = browser("mina"), f"/threads/{soup.thread}/posts"
    sent = form(one.get(f"/threads/{soup.thread}-soup"), to) | {"body": "Again."}
    assert one.client.post(to, data=sent).status_code == 303
    for _ in range(18):
        say(mina, "x", thread=soup.thread, at=NOON)
    assert one.post(to, page=f"/threads/{soup.thread}-soup", body="More.").status_code == 429
    assert one.client.post(to, data=sent).location == f"/threads/{soup.thread}-soup#p2"
    edit = f"/posts/{soup.post}/edit"
    assert one.post(edit, page=edit, title="Soup", body="Edited.").status_code == 303
    assert one.post(f"/posts/{soup.post}/withdraw").status_code == 303


@pytest.mark.parametrize(
    ("path", "most", "fields"), [("/preview", 120, {"body": "x"}), ("/drafts", 60, {"spot": "board:1"})]
)
def test_what_the_page_asks_by_itself_is_limited_too(mina, browser, path: str, most: int, fields) -> None:
    one = browser("mina")
    data = fields | {"csrf_token": one.token()}
    answers = [one.client.post(path, data=data) for _ in range(most + 1)]
    assert {answer.status_code for answer in answers[:most]} <= {200, 204}
    assert answers[most].status_code == 429
    assert int(answers[most].headers["Retry-After"]) >= 1
    assert "One at a time, please" in answers[most].text
