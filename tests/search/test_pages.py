"""The pages of search as people and programs meet them: what is found, what is not, and that no input breaks them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from bs4 import BeautifulSoup
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from forum.boards import actions
from forum.core.database import db, writing
from forum.desk import actions as desk
from forum.search import finding
from tests.conftest import NOON


def seen(answer: Any) -> BeautifulSoup:
    assert answer.status_code == 200, answer.text
    return BeautifulSoup(answer.text, "html.parser")


def titles(answer: Any) -> list[str]:
    return [one.get_text() for one in seen(answer).select(".results h3")]


@pytest.fixture
def spoken(mina: Any, idris: Any, say: Callable[..., Any], board: Any, worked: Callable[..., None]) -> Any:
    """Two boards, three threads."""
    board("gates", "Gates & Buildings")
    first = say(mina, "The **guards** are leaving. 保安要走了。", title="Gate 3", at=NOON - 86400 * 40)
    say(idris, "One guard stays & waits.", thread=first.thread, at=NOON - 86400 * 2)
    say(idris, "Nobody guards the soup.", title="Soup", at=NOON - 3600)
    say(mina, "Nothing of this.", title="A guard’s farewell", board="gates", at=NOON - 7200)
    worked()
    return first


def test_what_is_found_is_shown_with_its_place_and_marks(spoken: Any, browser: Any) -> None:
    page = browser("mina").get("/search?q=guard")
    soup = seen(page)
    assert set(titles(page)) == {"Gate 3", "Soup", "A guard’s farewell"}
    assert [one.get_text() for one in soup.select("h3 mark")] == ["guard’s"]
    assert {one.get_text() for one in soup.select(".words mark")} == {"guards", "guard"}
    assert "4 posts in 3 threads" in soup.get_text()
    gate = next(one for one in soup.select(".results > li") if "Gate 3" in one.get_text())
    assert {one["href"] for one in gate.select(".hits a")} == {f"/threads/{spoken.thread}-gate-3#p{n}" for n in (1, 2)}
    assert "<mark>" in page.text
    assert "One <mark>guard</mark> stays &amp; waits." in page.text
    assert [one.get_text() for one in soup.select(".counts a")] == [
        "Canteen",
        "Gates & Buildings",
        "November 2026",
        "October 2026",
    ]
    assert [one.get_text() for one in seen(browser("mina").get("/search?q=保安")).select("mark")] == ["保安"]


def test_an_address_narrows_orders_and_can_be_shared(spoken: Any, browser: Any) -> None:
    one = browser("mina")
    assert titles(one.get("/search?q=guard&board=gates")) == ["A guard’s farewell"]
    assert titles(one.get("/search?q=guard&author=idris&sort=new")) == ["Soup", "Gate 3"]
    assert titles(one.get("/search?q=guard&author=me&sort=new")) == ["A guard’s farewell", "Gate 3"]
    assert titles(one.get("/search?q=guard&after=2026-10&before=2026-11")) == ["Gate 3"]
    assert titles(one.get("/search?q=guard+after:yesterday&sort=new")) == ["Soup", "A guard’s farewell"]
    assert titles(one.get("/search?q=in:title+guard")) == ["A guard’s farewell"]
    assert titles(one.get('/search?q="guard+stays"')) == ["Gate 3"]
    assert titles(one.get("/search?q=guard+-soup+-farewell")) == ["Gate 3"]
    page = one.get("/search?q=guard&board=gates&sort=new")
    month = seen(one.get("/search?q=guard&after=2026-10&before=2026-11"))
    assert [li.get_text(" ", strip=True) for li in month.select(".narrowed li")] == ["October 2026 remove"]
    assert [link["href"] for link in month.select(".narrowed a")] == ["/search?q=guard"]
    named = seen(one.get("/search?q=gates"))
    assert [link["href"] for link in named.select(".named a")] == ["/boards/gates"]
    links = {link["href"] for link in seen(page).select(".narrowed a, .tabs a")}
    assert links == {"/search?q=guard&sort=new", "/search?q=guard&board=gates", "/search?q=guard&board=gates&sort=new"}


def test_one_thread_is_searched_by_itself(
    spoken: Any, browser: Any, say: Callable[..., Any], mina: Any, worked: Callable[..., None]
) -> None:
    """More of a thread's posts than are shown lead to all of them, some on a page; the thread's title may be withdrawn."""
    for number in range(12):
        say(mina, f"Guard number {number}.", thread=spoken.thread, at=NOON - 3000 + number)
    worked()
    one = browser("mina")
    soup = seen(one.get("/search?q=guard&sort=new"))
    assert [(link.get_text(), link["href"]) for link in soup.select(".more a")] == [
        ("and 11 more posts of this thread", f"/search?q=guard&thread={spoken.thread}&sort=new")
    ]
    address = f"/search?q=guard&thread={spoken.thread}&sort=new"
    first, second = seen(one.get(address)), seen(one.get(f"{address}&page=2"))
    floors = [link.get_text() for page in (first, second) for link in page.select(".hits .small a")]
    assert floors == [f"floor {number}" for number in range(14, 0, -1)]
    assert [page.select_one(".narrowed li").get_text(" ", strip=True) for page in (first, second)] == [
        "in “Gate 3” remove"
    ] * 2
    assert first.select_one("form.find input[name=thread]")["value"] == str(spoken.thread)
    assert "14 posts in 1 thread" in first.get_text()
    nothing = one.get(f"/search?q=soup&thread={spoken.thread}")
    assert "Nothing found" in nothing.text
    assert seen(nothing).select_one(".nothing a")["href"] == "/search?q=soup"
    for thread in ("x", "0", "999999999", "9" * 30):
        assert one.get(f"/search?q=guard&thread={thread}").status_code == 200


def test_however_many_match_nothing_else_comes_with_them(
    spoken: Any, browser: Any, many: Any, mina: Any, worked: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beyond what is ranked, titles with all the words are looked for by themselves: within what was asked for, too."""
    monkeypatch.setattr(finding, "READ", 3)
    many(mina, [f"The guard of floor {number}." for number in range(6)], title="Guards")
    worked()
    one = browser("mina")
    assert sorted(titles(one.get("/search?q=guard"))) == ["A guard’s farewell", "Gate 3", "Guards", "Soup"]
    assert titles(one.get("/search?q=guard&board=canteen"))[0] == "Guards"
    assert "A guard’s farewell" not in titles(one.get("/search?q=guard&board=canteen"))
    thread = seen(one.get("/search?q=guard")).select_one(".more a")["href"]
    assert titles(one.get(thread)) == ["Guards"]
    assert "6 posts in 1 thread" in one.get(thread).text


def test_mistakes_are_told_and_nothing_is_an_error(spoken: Any, browser: Any) -> None:
    one = browser("mina")
    for query, told in (
        ("guard after:yesteryear", "“yesteryear” is no date we know"),
        ("guard author:ghost", "Nobody here is called “ghost”"),
        ("guard board:nowhere", "There is no board “nowhere”"),
        ("guard is:funny", "“is:funny” is not known"),
        ("x " * 300, "Only the first"),
        ("-guard", "This only says what to leave out"),
        ("!?", "There is no word in this"),
        ("guard after:2026-11-10 before:2026-11-01", "the wrong way round"),
        ("qqqq zzzz guard", "No post has all of these words"),
    ):
        soup = seen(one.get(f"/search?q={quote(query)}"))
        assert told in " ".join(line.get_text() for line in soup.select(".told, .says-so")), query
        assert soup.select_one(".top input[name=q]")["value"] == " ".join(query.split())
    assert "What you can write into the box" in one.get("/search").text
    assert titles(one.get('/search?q=guard+author:"MINA+O"+board:"gates+%26+buildings"')) == ["A guard’s farewell"]
    none = one.get("/search?q=zzyzx")
    assert "Nothing found" in none.text
    assert one.get("/search?q=guard&page=2").status_code == 404
    assert one.get("/search?q=guard&page=x").status_code == 404
    assert one.get("/search?q=guard&sort=odd").status_code == 200


def test_what_was_withdrawn_is_gone_before_the_worker_knows(
    spoken: Any, browser: Any, app: Any, idris: Any, stored: Any
) -> None:
    one = browser("mina")
    assert "stays" in one.get("/search?q=guard").text
    post = spoken.post + 1
    with app.app_context():
        with writing():
            actions.withdraw(idris, post=post, at=NOON)
        db.session.remove()
    for query in ("guard", "stays", '"guard stays"', "author:idris", "after:2026-11", "stays&sort=new"):
        page = one.get(f"/search?q={query}")
        assert "waits" not in page.text
    assert "3 posts in 3 threads" in seen(one.get("/search?q=guard")).get_text()
    assert "Nothing found" in one.get("/search?q=stays").text


def test_a_withdrawn_title_is_neither_offered_nor_found(spoken: Any, browser: Any, app: Any, mina: Any) -> None:
    one = browser("idris")
    assert "Gate 3" in one.get("/search/suggest?q=gat").text
    assert "Gate 3" in one.get("/search/similar?title=The+gate+3").text
    with app.app_context():
        with writing():
            actions.withdraw(mina, post=spoken.post, at=NOON)
        db.session.remove()
    for path in ("/search/suggest?q=gat", "/search/similar?title=The+gate+3", "/search?q=gate", "/search?q=guard"):
        assert "Gate 3" not in one.get(path).text, path


def test_what_is_offered(spoken: Any, browser: Any, person: Any) -> None:
    person("gatekeeper", name="Keeper 门")
    one = browser("mina")
    soup = seen(one.get("/search/suggest?q=gat"))
    offered = [(a.b.get_text() if a.b else a.get_text(), a["href"]) for a in soup.select("a")]
    assert offered == [
        ("Gates & Buildings", "/boards/gates"),
        ("Keeper 门", "/people/gatekeeper"),
        ("Gate 3", f"/threads/{spoken.thread}-gate-3"),
        ("Search everything for “gat”", "/search?q=gat"),
    ]
    assert one.get("/search/suggest?q=").text == ""
    assert "Gates" not in one.get("/search/suggest?q=%25").text
    assert "Keeper" not in one.get("/search/suggest?q=_").text
    assert one.get("/search/similar?title=zzyzx").text == ""


def test_muted_people_and_threads_are_folded(spoken: Any, browser: Any, app: Any, mina: Any, idris: Any) -> None:
    with app.app_context():
        with writing():
            desk.mute_person(mina, other=idris.id, on=True)
            desk.mute_thread(mina, thread=spoken.thread, on=True)
        db.session.remove()
    soup = seen(browser("mina").get("/search?q=guard"))
    assert "A thread you muted" in soup.get_text()
    assert "Folded, because you muted Idris" in soup.get_text()
    assert "muted" not in seen(browser("idris").get("/search?q=guard")).get_text()


def test_muted_boards_and_words_are_folded(spoken: Any, browser: Any, app: Any, mina: Any) -> None:
    with app.app_context():
        with writing():
            desk.mute_board(mina, board=1, on=True)
            desk.mute_word(mina, word="guard")
        db.session.remove()
    found = seen(browser("mina").get("/search?q=guard")).get_text()
    assert "Folded, because you muted the board" in found
    assert "Folded, because you muted the word “guard”" in found
    assert "muted" not in seen(browser("idris").get("/search?q=guard")).get_text()


def test_nobody_searches_without_signing_in(spoken: Any, browser: Any) -> None:
    for path in ("/search?q=guard", "/search/suggest?q=gat", "/search/similar?title=gate"):
        answer = browser().get(path)
        assert answer.status_code == 303
        assert answer.location.startswith("/login")


ANY = st.text(max_size=60) | st.lists(
    st.sampled_from(
        [
            '"',
            "-",
            "author:",
            "board:",
            "after:",
            "is:",
            "in:title",
            "guard",
            "食堂",
            "*",
            "(",
            "AND",
            "'",
            "\\",
            ":",
            "t:x",
            "\x00",
            "%",
            "&",
        ]
    ),
    max_size=12,
).map(" ".join)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(query=ANY, field=st.sampled_from(["q", "author", "board", "after", "before", "sort", "page"]))
def test_no_input_is_an_error(spoken: Any, browser: Any, query: str, field: str) -> None:
    one = signed_in(browser)
    text = quote(query.encode("utf-8", "surrogatepass"))
    more = "" if field == "q" else f"&{field}={text}"
    address = f"/search?q={text if field == 'q' else 'guard'}{more}"
    assert one.get(address).status_code in ((200, 404) if field == "page" else (200,)), address
    assert one.get(f"/search/suggest?q={text}").status_code == 200
    assert one.get(f"/search/similar?title={text}").status_code == 200


def signed_in(browser: Any, kept: dict[int, Any] = {}) -> Any:  # noqa: B006 (one browser for all examples of a test)
    if id(browser) not in kept:
        kept.clear()
        kept[id(browser)] = browser("mina")
    return kept[id(browser)]
