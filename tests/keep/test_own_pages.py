"""Drafts and one's own posts in one place each, all of them."""

from __future__ import annotations

from forum.boards import rules
from tests.architecture.test_the_house import counted
from tests.conftest import NOON
from tests.pages import all_words, form, links, words


def keep(one, spot: str, body: str, title: str = "") -> None:
    assert one.post("/drafts", spot=spot, body=body, title=title).status_code == 204


def test_drafts_lead_to_where_they_belong_and_can_be_thrown_away(mina, idris, say, browser, frozen) -> None:
    said = say(idris, "Idris begins.", title="Soup")
    own = say(mina, "Mina answers.", thread=said.thread)
    one = browser("mina")
    assert "No drafts." in words(one.get("/drafts"))
    keep(one, f"thread:{said.thread}", "A reply, and **what** follows")
    keep(one, "board:1", "The body", "My own title")
    keep(one, f"post:{own.post}", "Mina answers, better.")
    page = one.get("/drafts")
    assert set(links(page, ".saidlist h3 a")) == {
        f"/threads/{said.thread}-soup#reply", "/boards/canteen/new", f"/posts/{own.post}/edit"
    }  # fmt: skip
    assert "My own title" in words(page)
    assert "A reply on Canteen" in words(page)
    assert "A change of your post on Canteen" in words(page)
    assert "A reply, and **what** follows" in form(one.get(f"/threads/{said.thread}-soup"), f"/threads/{said.thread}/posts")["body"]  # fmt: skip
    assert "No drafts." in words(browser("idris").get("/drafts"))
    with_list = [one for one in page.text.split("<form") if "/drafts/drop" in one and "thread:" in one]
    assert len(with_list) == 1
    assert one.post("/drafts/drop", page="/drafts", spot="board:1", back="/drafts").location == "/drafts"
    assert "My own title" not in words(one.get("/drafts"))


def test_the_list_costs_the_same_for_one_and_for_many(mina, say, browser, app) -> None:
    one = browser("mina")
    made = [say(mina, title=f"T{number}") for number in range(12)]

    def asked() -> int:
        with counted(app) as seen:
            one.get("/drafts")
        return len(seen)

    keep(one, f"thread:{made[0].thread}", "Words")
    few = asked()
    for said in made:
        keep(one, f"thread:{said.thread}", "Words")
    assert asked() == few <= 4
    assert len(all_words(one.get("/drafts"), ".saidlist li")) == 12


def test_all_of_somebodys_posts_are_reached(mina, say, browser, monkeypatch) -> None:
    monkeypatch.setattr(rules, "LIST_PAGES", 2)
    first = say(mina, "Said 0.", title="Soup", at=NOON - 90_000)
    for number in range(1, 65):
        say(mina, f"Said {number}.", thread=first.thread, at=NOON - 80_000 + number // 3 * 200)
    one, seen = browser("mina"), []
    for path in ("/people/mina", "/people/mina?page=2"):
        page = one.get(path)
        seen += all_words(page, ".saidlist .words")
    while further := [link for link in links(page, ".pager .on") if "before=" in link]:
        page = one.get(further[0])
        seen += all_words(page, ".saidlist .words")
    assert sorted(seen) == sorted(f"Said {number}." for number in range(65))
    assert "There is nothing older" in words(one.get("/people/mina?before=1"))
    assert len(all_words(one.get("/people/mina?before=x"), ".saidlist li")) == 20


def test_ones_own_page_leads_to_all_that_is_ones_own(mina, idris, browser) -> None:
    page = browser("mina").get("/people/mina")
    own = ["/bookmarks", "/drafts", "/settings/following", "/settings/muted", "/settings/feeds"]
    assert links(page, ".owned a") == own
    assert links(browser("idris").get("/people/mina"), ".owned a") == []
