"""Where things are found: pages of 20, page numbers that stay true, links that outlive names, and honest 404s."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from forum.boards import addresses
from tests.conftest import NOON
from tests.pages import all_words, links


@pytest.fixture
def long(mina, say):
    """A thread of 41 posts."""
    first = say(mina, title="Soup, again")
    for number in range(2, 42):
        say(mina, f"Floor {number}.", thread=first.thread, at=NOON - 9000 + number * 60)
    return first


def test_twenty_floors_a_page(long, browser) -> None:
    one = browser("mina")
    for page, floors in ((1, range(1, 21)), (2, range(21, 41)), (3, range(41, 42))):
        answer = one.get(f"/threads/{long.thread}-{long.slug}?page={page}")
        assert answer.status_code == 200
        assert all_words(answer, "article.floor > a.no") == [str(floor) for floor in floors]
        assert all_words(answer, "nav.pager [aria-current]")[-1:] == [str(page)]
    assert links(one.get(f"/threads/{long.thread}-{long.slug}"), ".pager .on") == [
        f"/threads/{long.thread}-{long.slug}?page=3#p41"
    ]


BAD_PAGES = ["0", "-1", "abc", "", "4", "999999999999", "1.0", "+1", " 1", "٣", "²", "1e0", "0x1", "%00", "2147483648"]


def test_what_is_no_page_is_not_found(long, browser) -> None:
    one = browser("mina")
    for path in (f"/threads/{long.thread}-{long.slug}", "/boards/canteen", "/people/mina"):
        for page in BAD_PAGES:
            assert one.get(f"{path}?page={page}").status_code == 404, (path, page)
    assert one.get(f"/threads/{long.thread}-{long.slug}?page=003").status_code == 200


def test_a_permanent_link_leads_to_page_and_floor(long, browser, say, mina) -> None:
    one = browser("mina")
    for post, where in (
        (long.post, "#p1"),
        (long.post + 19, "#p20"),
        (long.post + 20, "?page=2#p21"),
        (long.post + 40, "?page=3#p41"),
    ):
        answer = one.get(f"/posts/{post}")
        assert (answer.status_code, answer.location) == (302, f"/threads/{long.thread}-soup-again{where}")
        floor = where.partition("#")[2]
        assert f'id="{floor}"' in one.get(answer.location).text


def test_every_floor_has_its_links(long, browser) -> None:
    page = browser("mina").get(f"/threads/{long.thread}-{long.slug}?page=3")
    assert f"/posts/{long.post + 40}" in links(page, "#p41 .acts a")
    assert links(page, "#p41 > a.no") == ["#p41"]


def test_any_other_slug_leads_to_the_right_one(mina, say, browser) -> None:
    said = say(mina, title="Soup, again")
    one = browser("mina")
    for slug in ("", "-x", "-SOUP-AGAIN", "-soup-again-", "-%E6%B1%A4", "-%ff", "-" + "x" * 500):
        answer = one.get(f"/threads/{said.thread}{slug}?page=2&quote=1")
        assert answer.status_code == 302
        assert answer.location == f"/threads/{said.thread}-soup-again?page=2&quote=1", slug
    for slug in ("-", "-soup%00", "soup", "/soup", "-soup/again"):
        assert one.get(f"/threads/{said.thread}{slug}").status_code == 404, slug


SLUGS = [
    ("Soup & Bread: why?", "soup-bread-why"),
    ("食堂的汤太咸", "食堂的汤太咸"),
    ("Ünïcödé naïve", "unicode-naive"),
    ("!!!", "thread"),
    ("a/b?c#d%e", "a-b-c-d-e"),
    ("../../etc/passwd", "etc-passwd"),
    ("x" * 200, "x" * 58),
    ("<script>", "script"),
]


def test_the_address_says_what_it_is_about(mina, say, browser) -> None:
    one = browser("mina")
    for title, slug in SLUGS:
        said = say(mina, title=title)
        assert said.slug == slug
        answer = one.get(f"/threads/{said.thread}")
        assert answer.location == quote(f"/threads/{said.thread}-{slug}")
        assert one.get(answer.location).status_code == 200


NUMBERS = ["999", "0", "-1", "x", "2147483647", "2147483648", "99999999999999", "1.5", "01", "%00", "1%00", "１"]


@pytest.mark.parametrize("under", ["/threads/{}", "/threads/{}-a-title", "/posts/{}"])
def test_what_is_not_there_is_not_found(mina, browser, under: str) -> None:
    one = browser("mina")
    for number in NUMBERS:
        for path in ("", *(("/edit", "/history", "/withdraw", "/quote") if "posts" in under else ())):
            answer = one.get(under.format(number) + path)
            assert answer.status_code == 404, (under, number, path)
            assert "There is nothing on this floor" in answer.text


def test_a_board_that_is_not_there_is_not_found(mina, browser) -> None:
    one = browser("mina")
    data = {"csrf_token": one.token(), "title": "T", "body": "B"}
    for slug in ("nothing", "CANTEEN", "canteen%00", "%00", "%ff", "..", "x" * 3000, "' or 1=1"):
        for path in (f"/boards/{slug}", f"/boards/{slug}/new"):
            assert one.get(path).status_code == 404, path
        for path in (f"/boards/{slug}/new", f"/boards/{slug}/read"):
            assert one.client.post(path, data=data).status_code == 404, path


def test_what_is_not_there_takes_no_form_and_gives_the_words_back(mina, browser) -> None:
    one = browser("mina")
    for path in ("/threads/999/posts", "/threads/999/mute", "/posts/999/edit", "/posts/999/withdraw"):
        answer = one.post(path, body="My words <here>.")
        assert answer.status_code == 404
        assert all_words(answer, "pre.source") == ["My words <here>."]


def test_an_order_that_does_not_exist_is_not_found(mina, browser) -> None:
    one = browser("mina")
    for sort in ("bogus", "", "title", "ACTIVE", "active;"):
        assert one.get(f"/boards/canteen?sort={sort}").status_code == 404
        assert one.get(f"/?sort={sort}").status_code == 404


def test_addresses_and_floors_agree() -> None:
    for floor in range(1, 200):
        page = addresses.page_of(floor)
        assert (page - 1) * 20 < floor <= page * 20
        assert addresses.pages_of(floor) == page
    assert addresses.pages_of(0) == 1
