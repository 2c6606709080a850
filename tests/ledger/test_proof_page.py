"""The proof of one post: its page in every state of the post, what it hands to the browser, its receipt, and what it costs the database."""

from __future__ import annotations

import json
import re
from base64 import b64decode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from forum.boards import actions
from forum.core.actor import Actor
from forum.core.clock import now
from forum.core.database import Read, db, writing
from forum.ledger import actions as ledger
from forum.ledger import merkle, queries
from forum.ledger.checkpoints import Checkpoint, checked, key_of, receipt_of
from forum.ledger.leaves import Act
from tests.conftest import NOON, Browser
from tests.ledger.book import bound, found, turn
from tests.pages import all_words, links, soup, words

WET = "The stamp is still wet"
ROWS = "section.stub dl > div"


@pytest.fixture
def mina(person: Any, board: Any, frozen: Any) -> Actor:
    board()
    made: Actor = person("mina")
    return made


@pytest.fixture
def sign(app: Flask, frozen: Any) -> Callable[[], None]:
    """The worker's turn for the ledger, some seconds later."""

    def later() -> None:
        frozen(now() + 5)
        assert turn(app) == 1

    return later


@pytest.fixture
def edit(browser: Any) -> Callable[..., None]:
    """Mina changes a post of hers."""

    def changed(post: int, body: str, based_on: int, title: str = "A title") -> None:
        path, one = f"/posts/{post}/edit", browser("mina")
        answer = one.post(path, page=path, title=title, body=body, based_on=str(based_on))
        assert answer.status_code == 303, answer.text

    return changed


def facts(answer: Any) -> dict[str, str]:
    """What the receipt on the page says."""
    rows = soup(answer).select(ROWS)
    return {" ".join(one.dt.get_text().split()): " ".join(one.dd.get_text().split()) for one in rows}


def given(answer: Any) -> dict[str, Any]:
    """What the browser's own check gets."""
    element = soup(answer).select_one("script#proof")
    assert element
    made: dict[str, Any] = json.loads(element.get_text())
    return made


def key_and_point(one: Browser) -> Checkpoint:
    point = checked(one.get("/ledger/checkpoint").text, [key_of(one.get("/ledger/key").text)])
    assert point is not None
    return point


def holds(proof: dict[str, Any], point: Checkpoint) -> bool:
    """What the page hands over leads from the leaf to the signed root."""
    path = [b64decode(one) for one in proof["path"]]
    leaf = merkle.leaf_hash(proof["leaf"].encode())
    return merkle.included(leaf, proof["number"], proof["size"], path, point.root) and proof["size"] == point.size


def test_a_fresh_post_says_so_and_looks_again(app: Flask, mina: Actor, say: Any, browser: Any, sign: Any) -> None:
    first = say(mina)
    sign()
    made = say(mina, "Fresh.")
    one = browser("mina")
    page = one.get(f"/posts/{made.post}/proof")
    assert (page.status_code, page.headers["Refresh"]) == (200, "3")
    assert WET in words(page)
    assert facts(page)["Sealed as entry"] == str(found(app)[-2].number)
    assert "Stamped" not in facts(page)
    assert not soup(page).select("script#proof, #check, a[download]")
    sign()
    for post in (made.post, first.post):
        page = one.get(f"/posts/{post}/proof")
        assert "Refresh" not in page.headers
        assert WET not in page.text
        assert links(page, "a[download]") == [f"/posts/{post}/receipt?version=1"]
        assert holds(given(page), key_and_point(one))


def test_who_may_see_it(mina: Actor, say: Any, browser: Any) -> None:
    made = say(mina)
    for path in ("proof", "receipt"):
        answer = browser().get(f"/posts/{made.post}/{path}")
        assert answer.status_code == 303
        assert answer.location.startswith("/login")
        assert browser("mina").get(f"/posts/{made.post + 1}/{path}").status_code == 404


def test_every_version_has_its_own(app: Flask, mina: Actor, say: Any, browser: Any, edit: Any, sign: Any) -> None:
    made = say(mina, "One.", title="First")
    edit(made.post, "Two.", 1, title="First")
    edit(made.post, "Three 三.", 2, title="Second")
    sign()
    one = browser("mina")
    point = key_and_point(one)
    for query, number, body, title in (
        ("?version=1", 1, "One.", "First"),
        ("?version=2", 2, "Two.", "First"),
        ("?version=3", 3, "Three 三.", "Second"),
        ("", 3, "Three 三.", "Second"),
    ):
        page = one.get(f"/posts/{made.post}/proof{query}")
        proof = given(page)
        leaf = json.loads(proof["leaf"])
        assert facts(page)["Version"] == f"{number} of 3"
        assert all_words(page, "pre.source")[0] == proof["words"] == body
        assert words(page, ".version-title") == title
        assert (leaf["r"], leaf["o"]) == (number, f"p:{made.post}")
        assert leaf["c"] == bound(b64decode(proof["salt"]), body.encode())
        assert holds(proof, point)
        assert words(page, "nav .versions a[aria-current]") == str(number)
    for wrong in ("0", "4", "x", "-1", "%C2%B2", "1" * 10, ""):
        for path in ("proof", "receipt"):
            assert one.get(f"/posts/{made.post}/{path}?version={wrong}").status_code == 404


def test_a_withdrawn_post(mina: Actor, say: Any, browser: Any, edit: Any, sign: Any) -> None:
    made = say(mina, "Zqwords one.", title="Zqwords title")
    edit(made.post, "Zqwords two.", 1, title="Zqwords title")
    one = browser("mina")
    one.post(f"/posts/{made.post}/withdraw")
    sign()
    for version in (1, 2):
        page = one.get(f"/posts/{made.post}/proof?version={version}")
        proof = given(page)
        assert "Zqwords" not in page.text
        assert (proof["words"], proof["salt"]) == (None, None)
        assert holds(proof, key_and_point(one))
        assert "Its author took the words back." in words(page)
        assert "Taken back as entry" in facts(page)
        assert len(soup(page).select("pre.source")) == 1


def test_a_withdrawal_of_this_moment_is_no_alarm(mina: Actor, say: Any, browser: Any, sign: Any) -> None:
    """The post was signed long ago, who took it back is signed in some seconds: until then there is nothing to check."""
    made = say(mina, "Words.")
    sign()
    path, one = f"/posts/{made.post}/withdraw", browser("mina")
    assert one.post(path, page=path).status_code == 303
    page = one.get(f"/posts/{made.post}/proof")
    assert page.headers["Refresh"] == "3"
    assert "The stamp is still wet" in page.text
    assert not page_json(page)
    sign()
    page = one.get(f"/posts/{made.post}/proof")
    assert "Refresh" not in page.headers
    assert page_json(page)["gone"]["number"] == 4


def page_json(page: Any) -> Any:
    """What the page gives the browser to check; None while there is nothing."""
    found = soup(page).select_one("script#proof")
    return json.loads(found.get_text()) if found else None


def test_an_erased_post(app: Flask, mina: Actor, say: Any, browser: Any, sign: Any) -> None:
    made = say(mina, "Zqwords one.", title="Zqwords title")
    args = ["legal", "erase", str(made.post), "--reason", "Order <b>7</b> 汤"]
    assert app.test_cli_runner().invoke(args=args, input=f"{made.post}\n").exit_code == 0
    sign()
    page = browser("mina").get(f"/posts/{made.post}/proof")
    assert "Zqwords" not in page.text
    assert facts(page)["Reason"] == "Order <b>7</b> 汤"
    assert "because the law demanded it" in words(page)
    assert "Erased as entry" in facts(page)
    assert given(page)["words"] is None


NASTY = (
    "</script><script>alert(1)</script>",
    "<!-- <script> --> <![CDATA[ ]]>",
    "</SCRIPT >\u2028\u2029 \\u003c & &amp; &lt;",
    "\n\n  Two empty lines before, and spaces.\n",
    "\t🧻 \ud7ff\ue000\ufeff\u200b\x7f\x85\x0b\x0c end",
)


@pytest.mark.parametrize("body", NASTY)
def test_words_that_would_break_the_page(mina: Actor, say: Any, browser: Any, sign: Any, body: str) -> None:
    made = say(mina, body)
    sign()
    page = browser("mina").get(f"/posts/{made.post}/proof")
    assert given(page)["words"] == body
    (element,) = re.findall(r'<script type="application/json" id="proof">(.*?)</script>', page.text, re.S)
    assert "<" not in element
    assert not soup(page).find_all("script", src=False, id=False)
    (shown,) = re.findall(r"<pre [^>]*>(.*?)</pre></section>", page.text, re.S)[:1]
    assert shown.startswith("\n"), "HTML swallows a line end there: it must not be one of theirs"
    assert (
        soup(page).select("#words ~ pre, section[aria-labelledby=words] pre")[0].get_text().removeprefix("\n") == body
    )


def test_the_receipt(app: Flask, mina: Actor, say: Any, browser: Any, edit: Any, sign: Any) -> None:
    made = say(mina, "One.")
    one = browser("mina")
    early = one.get(f"/posts/{made.post}/receipt")
    assert (early.status_code, early.location) == (303, f"/posts/{made.post}/proof?version=1")
    sign()
    names = {}
    for change in range(2):
        for version in range(1, change + 2):
            answer = one.get(f"/posts/{made.post}/receipt?version={version}")
            assert answer.status_code == 200
            assert answer.content_type == "text/plain; charset=utf-8"
            assert "private" in answer.headers["Cache-Control"]
            names[change, version] = answer.headers["Content-Disposition"]
            receipt = receipt_of(answer.text)
            point = checked(receipt.note, [key_of(one.get("/ledger/key").text)])
            assert point is not None
            said = json.loads(receipt.extra)
            assert (said["o"], said["r"]) == (f"p:{made.post}", version)
            assert receipt.extra.decode() == found(app)[receipt.number].leaf
            leaf = merkle.leaf_hash(receipt.extra)
            assert merkle.included(leaf, receipt.number, point.size, receipt.path, point.root)
            assert receipt.text() == answer.text
        edit(made.post, f"Change {change}.", change + 1)
        sign()
    named = f'attachment; filename="post-{made.post}'
    assert names == {
        (0, 1): f'{named}-version-1.tlog-proof"',
        (1, 1): f'{named}-version-1.tlog-proof"',
        (1, 2): f'{named}-version-2.tlog-proof"',
    }


def test_many_versions_are_listed_around_the_one_that_is_shown(
    app: Flask, mina: Actor, say: Any, browser: Any, sign: Any
) -> None:
    made = say(mina, "0")
    with app.app_context():
        for number in range(1, 120):
            words_ = actions.written(str(number))
            with writing():
                actions.edit(mina, post=made.post, words=words_, title=None, based_on=number, at=NOON)
        db.session.remove()
    sign()
    one = browser("mina")
    for version in (1, 2, 26, 60, 119, 120):
        page = one.get(f"/posts/{made.post}/proof?version={version}")
        shown = [int(number) for number in all_words(page, "nav .versions a")]
        assert len(shown) == 50
        assert version in shown
        assert given(page)["words"] == str(version - 1)


@contextmanager
def counted(app: Flask) -> Iterator[list[str]]:
    """The statements that reach the database meanwhile, by whichever way."""
    seen: list[str] = []
    whole = Read.all

    def read(self: Read, values: Any) -> list[Any]:
        seen.append(str(self.statement))
        return whole(self, values)

    def executed(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA", "COMMIT", "ROLLBACK")):
            seen.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", executed)
    Read.all = read  # type: ignore[method-assign]
    try:
        yield seen
    finally:
        Read.all = whole  # type: ignore[method-assign]
        event.remove(engine, "before_cursor_execute", executed)


def test_a_handful_of_statements_whatever_the_size(
    app: Flask, mina: Actor, say: Any, browser: Any, edit: Any, sign: Any
) -> None:
    made = say(mina, "One.")
    edit(made.post, "Two.", 1)
    one, counts = browser("mina"), []
    for size in (5, 300, 70_000):
        with app.app_context():
            while (there := queries.size()) < size:
                some = min(10_000, size - there)
                with writing():
                    ledger.append(*(Act("pad.close", "pads", f"s:{there + one}") for one in range(some)), at=NOON)
            db.session.remove()
        last = say(mina, f"At {size}.")
        sign()
        for post in (made.post, last.post):
            for path in ("proof", "receipt"):
                one.get(f"/posts/{post}/{path}")  # statements are compiled, the connection is there
                with counted(app) as seen:
                    answer = one.get(f"/posts/{post}/{path}")
                assert answer.status_code == 200
                if path == "proof":
                    assert given(answer)["size"] >= size
                    assert holds(given(answer), key_and_point(one))
                assert len(seen) <= 12, "\n".join(seen)
                counts.append(len(seen))
    assert max(counts) - min(counts) <= 6, counts
