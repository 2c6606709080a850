"""Feeds: read by a parser that is not ours, opened by their own key or a sign-in, and by nothing else."""

from __future__ import annotations

import re
from typing import Any

import feedparser
import pytest
from sqlalchemy import insert, select, update

from forum.accounts.models import Person
from forum.boards.models import Post, Thread
from forum.core.database import db, execute, writing
from forum.keep import atom
from forum.keep.models import FeedKey
from forum.markup.absolute import absolute
from tests.architecture.test_the_house import counted
from tests.conftest import NOON
from tests.pages import form, links, soup, words

SETTINGS = "/settings/feeds"


@pytest.fixture
def talk(mina, idris, say):
    first = say(mina, "The soup is **cold** & <thin>. See [that](/magic) and @idris.", title="Soup & 汤 <b>")
    return first, say(idris, '`<a href="/x">` stays.', thread=first.thread, at=NOON - 1800)


def opened(one: Any, feed: str, *, base: str = "http://localhost") -> str:
    """Makes an address and returns its path."""
    answer = one.post(SETTINGS, page=SETTINGS, feed=feed)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    found = soup(answer).select_one("input#address")
    assert found, words(answer)
    address = str(found["value"])
    assert address.startswith(f"{base}/feeds/{feed}.atom?key=")
    return address.removeprefix(base)


def parsed(answer: Any) -> Any:
    assert answer.status_code == 200
    found = feedparser.parse(answer.data)
    assert not found.bozo, found.get("bozo_exception")
    assert found.version == "atom10"
    return found


def test_a_thread_is_read_by_somebody_elses_parser(talk, browser) -> None:
    path = opened(browser("mina"), f"threads/{talk[0].thread}")
    found = parsed(browser().get(path))
    assert found.feed.title == "Soup & 汤 <b>"
    assert found.feed.id == f"tag:localhost,2026:feeds/threads/{talk[0].thread}"
    assert found.feed.updated == "2026-11-21T11:30:00Z"
    assert found.feed.link.startswith(f"http://localhost/threads/{talk[0].thread}-")
    latest, first = found.entries
    assert first.id == f"tag:localhost,2026:posts/{talk[0].post}"
    assert (first.published, first.updated) == ("2026-11-21T11:00:00Z", "2026-11-21T11:00:00Z")
    assert first.link == f"http://localhost/posts/{talk[0].post}"
    assert first.author_detail == {"name": "Mina O", "href": "http://localhost/people/mina"}
    assert first.content[0].type == "text/html"
    assert "<strong>cold</strong> &amp; &lt;thin&gt;" in first.content[0].value
    assert 'href="http://localhost/magic"' in first.content[0].value
    assert 'href="http://localhost/people/idris"' in first.content[0].value
    assert "floor 2" in latest.title
    assert "http" not in latest.content[0].value, "what looks like a link inside code is left alone"


def test_boards_everything_and_magic(talk, say, mina, idris, board, browser, app) -> None:
    board("gates", "Gates")
    gate = say(idris, "At the gate.", title="Gate 3", board="gates", at=NOON - 600)
    with app.app_context():
        with writing():
            execute(update(Thread).where(Thread.id == talk[0].thread).values(magic_at=NOON - 60))
        db.session.remove()
    one = browser("mina")
    assert [entry.title for entry in parsed(one.get("/feeds/all.atom")).entries] == ["Gate 3", "Soup & 汤 <b>"]
    found = parsed(browser().get(opened(one, "boards/gates")))
    assert found.feed.title == "Gates: new threads"
    assert [(entry.title, entry.id) for entry in found.entries] == [("Gate 3", f"tag:localhost,2026:posts/{gate.post}")]
    [became] = parsed(browser().get(opened(one, "magic"))).entries
    assert became.id == f"tag:localhost,2026:magic/{talk[0].thread}"
    assert became.published == became.updated == "2026-11-21T11:59:00Z"


def test_withdrawn_and_changed_words(talk, browser, idris, say, frozen) -> None:
    one = browser("idris")
    path = opened(one, f"threads/{talk[0].thread}")
    before = browser().get(path)
    frozen(NOON + 60)
    one.post(f"/posts/{talk[1].post}/edit", page=f"/posts/{talk[1].post}/edit", body="Better.", based_on="1")
    latest = parsed(browser().get(path)).entries[0]
    assert (latest.id, latest.updated) == (f"tag:localhost,2026:posts/{talk[1].post}", "2026-11-21T12:01:00Z")
    assert "Better." in latest.content[0].value
    one.post(f"/posts/{talk[1].post}/withdraw")
    answer = browser().get(path, headers={"If-None-Match": before.headers["ETag"]})
    assert answer.status_code == 200
    assert "Better" not in answer.text
    assert len(parsed(answer).entries) == 1


def test_fifty_at_most_and_a_fixed_number_of_questions(talk, say, mina, browser, app) -> None:
    one = browser("mina")
    paths = [opened(one, feed) for feed in ("all", "boards/canteen", f"threads/{talk[0].thread}", "magic")]
    nobody = browser()

    def asked() -> list[int]:
        found = []
        for path in paths:
            with counted(app) as seen:
                assert nobody.get(path).status_code == 200
            found.append(len(seen))
        return found

    few = asked()
    for number in range(60):
        say(mina, "More.", thread=talk[0].thread, at=NOON - 90_000 + number * 200)
        say(mina, "More.", title=f"T{number}", at=NOON - 90_000 + number * 200)
    assert asked() == few
    assert max(few) <= 3
    assert [len(parsed(nobody.get(path)).entries) for path in paths] == [50, 50, 50, 0]


def test_headers_and_nothing_new_is_304(talk, browser) -> None:
    path = opened(browser("mina"), "all")
    answer = browser().get(path)
    assert answer.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    assert "private" in answer.headers["Cache-Control"]
    assert answer.headers.getlist("Referrer-Policy") == ["no-referrer"]
    again = browser().get(path, headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_a_key_opens_one_feed_and_nothing_else(talk, board, browser) -> None:
    board("gates", "Gates")
    key = opened(browser("mina"), "boards/canteen").partition("?")[2]
    nobody = browser()
    assert nobody.get(f"/feeds/boards/canteen.atom?{key}").status_code == 200
    for other in ("/feeds/all.atom", "/feeds/magic.atom", "/feeds/boards/gates.atom", "/feeds/boards/nowhere.atom"):
        assert nobody.get(f"{other}?{key}").status_code == 401
    for page in ("/", "/boards/canteen", "/bookmarks", SETTINGS, f"/posts/{talk[0].post}"):
        assert nobody.get(f"{page}?{key}").status_code == 303
    token = key.removeprefix("key=")
    assert nobody.get("/api/v1/notifications", headers={"Authorization": f"Bearer {token}"}).status_code == 401


@pytest.mark.parametrize("key", ["", "wrong", "%00", "%ff", "x" * 5000, "食堂"])
def test_a_wrong_key_is_told_in_plain_words(talk, browser, key: str) -> None:
    for one in (browser(), browser("mina")):
        answer = one.get(f"/feeds/all.atom?key={key}")
        assert answer.status_code == 401
        assert answer.headers["Content-Type"].startswith("text/plain")
        assert "make a fresh one under Settings" in answer.text
        assert "WWW-Authenticate" in answer.headers


def test_who_is_signed_in_needs_no_key(talk, browser) -> None:
    assert parsed(browser("idris").get("/feeds/all.atom")).entries
    assert browser().get("/feeds/all.atom").status_code == 401
    for path in ("/feeds/boards/nowhere.atom", "/feeds/threads/999.atom", "/feeds/boards/%00.atom"):
        assert browser("idris").get(path).status_code == 404


def test_wrong_keys_are_slowed_and_right_ones_are_not(talk, browser) -> None:
    right, nobody = opened(browser("mina"), "all"), browser()
    assert {nobody.get(right).status_code for _ in range(40)} == {200}
    seen = [nobody.get(f"/feeds/all.atom?key=wrong{number}").status_code for number in range(32)]
    assert seen[:30] == [401] * 30
    assert seen[30:] == [429] * 2
    assert "Retry-After" in nobody.get("/feeds/all.atom?key=wrong").headers


def test_an_address_is_kept_as_a_fingerprint_renewed_and_ended(talk, browser, app) -> None:
    one, nobody = browser("mina"), browser()
    path = opened(one, "all")
    key = path.partition("key=")[2]
    with app.app_context():
        [stored] = db.session.scalars(select(FeedKey))
        assert key.encode() not in stored.key_hash
        assert len(stored.key_hash) == 32
        db.session.remove()
    assert key not in one.get(SETTINGS).text
    renewed = opened(one, "all")
    assert nobody.get(path).status_code == 401
    assert nobody.get(renewed).status_code == 200
    assert one.post(SETTINGS, page=SETTINGS, feed="all", on="0").status_code == 303
    assert nobody.get(renewed).status_code == 401


def test_who_has_left_reads_no_feed(talk, browser, app, mina) -> None:
    path = opened(browser("mina"), "all")
    with app.app_context():
        with writing():
            db.session.get_one(Person, mina.id).left_at = NOON
        db.session.remove()
    assert browser().get(path).status_code == 401


def test_pages_lead_to_their_feed(talk, browser) -> None:
    one = browser("mina")
    thread = f"threads/{talk[0].thread}"
    for page, feed in (("/boards/canteen", "boards/canteen"), ("/magic", "magic"), (f"/{thread}-soup", thread)):
        assert f"{SETTINGS}?for={feed}" in links(one.client.get(page, follow_redirects=True))
        asked = one.get(f"{SETTINGS}?for={feed}")
        assert form(asked, SETTINGS)["feed"] == feed
    opened(one, thread)
    assert "cannot be shown again" in words(one.get(f"{SETTINGS}?for={thread}"))
    for odd in ("nowhere", "boards/nowhere", "threads/999", "threads/0", "threads/1٣", "\x00", "boards/../x"):
        assert one.get(SETTINGS, query_string={"for": odd}).status_code == 200
        assert one.post(SETTINGS, feed=odd).status_code == 404
    assert browser("idris").get(SETTINGS).text.count("since") == 0


def test_a_hundred_addresses_and_no_more(talk, browser, app, mina) -> None:
    with app.app_context():
        with writing():
            values = [
                {"person_id": mina.id, "feed": f"threads/{900 + n}", "key_hash": bytes([n]) * 32, "created_at": 1}
                for n in range(100)
            ]
            execute(insert(FeedKey).values(values))
        db.session.remove()
    assert browser("mina").post(SETTINGS, feed="all").status_code == 409


def test_what_xml_forbids_is_left_out(talk, browser, app) -> None:
    with app.app_context():
        with writing():
            execute(update(Post).where(Post.id == talk[0].post).values(html="<p>a\x01b\x0bc\ufffed ]]&gt; é😀</p>"))
        db.session.remove()
    [entry] = parsed(browser("mina").get("/feeds/boards/canteen.atom")).entries
    assert entry.content[0].value == "<p>abcd ]]&gt; é😀</p>"


def test_an_empty_feed_is_a_feed(mina, browser) -> None:
    found = parsed(browser("mina").get("/feeds/boards/canteen.atom"))
    assert found.entries == []
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", found.feed.updated)
    assert atom.document(id="x", title="\x00", address="y", updated=0, entries=()).startswith(b"<?xml")


def test_addresses_become_whole_in_tags_alone() -> None:
    html = '<p>href="/a" <a href="/b" title="x > y">c</a> <img alt="" src="/files/1"><a href="#n">d</a></p>'
    assert absolute(html, "http://f", "http://f/posts/1") == (
        '<p>href="/a" <a href="http://f/b" title="x > y">c</a> <img alt="" src="http://f/files/1">'
        '<a href="http://f/posts/1#n">d</a></p>'
    )
