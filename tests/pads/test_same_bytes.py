"""The pads are the same for everybody: cookies change no byte, forms come from our pages only, and their own host name knows nobody."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from forum.pads import slips
from forum.pads.waiting import Waiting
from tests.conftest import NOON, Browser
from tests.pads.conftest import FIELD

SLIP = re.compile(r"(?:[0-9A-HJKMNP-TV-Z]{5}-){5}[0-9A-HJKMNP-TV-Z]")
CASUAL = "The printer by the stairs jams each Monday, and nobody ever says whom to tell. {}"
LIGHT = 30_000
PADS = "http://wc.localhost"


@pytest.fixture
def answered(app: Flask, door: Any, write: Any, hour: Any, notes: Any) -> str:
    """A door with a torn sheet and one that hangs, notes on both; returns the id of a note."""
    door("3-left", "One?", rhythm="hand")
    door("4-left", "Two?", rhythm="hand")
    client = app.test_client()
    for body in ("Chairs.", "Tables."):
        write(client, "3-left", body)
    hour(NOON)
    return str(notes()[0].id)


@pytest.fixture
def signed_in(person: Any, browser: Callable[..., Browser]) -> FlaskClient:
    """HR's own browser, with a cookie of its own and two of others."""
    person("vera", "hr")
    client = browser("vera").client
    client.set_cookie("tracker", "crumbs")
    client.set_cookie("session", "crumbs")
    return client


def told(answer: Any) -> tuple[int, list[tuple[str, str]], str]:
    """An answer, but for the fresh slip."""
    return answer.status_code, sorted(answer.headers), SLIP.sub("SLIP", answer.text)


def check_headers(answer: Any) -> None:
    """No cookie, no store, no referrer, and nothing that tells caches of cookies."""
    assert "Set-Cookie" not in answer.headers
    assert answer.headers.getlist("Cache-Control") == ["no-store"]
    assert answer.headers.getlist("Referrer-Policy") == ["no-referrer"]
    assert "Cookie" not in answer.headers.get("Vary", "")
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_cookies_change_no_byte_of_any_page(app: Flask, answered: str, signed_in: FlaskClient) -> None:
    nobody = app.test_client()
    for path in (
        "/pads", "/pads/3-left", "/pads/3-left?page=1", "/pads/3-left?page=9", "/pads/3-left/sheets", "/pads/3-left/sheets/1",
        "/pads/3-left/sheets/9", "/pads/3-left/print", "/pads/slip", "/pads/how", "/pads/topics/1", "/pads/topics/9",
        "/pads/nowhere", "/pads/3-left/notes", "/pads/", "/pads/a/b/c/d",
    ):  # fmt: skip
        for method in ("GET", "HEAD", "OPTIONS"):
            one, other = nobody.open(path, method=method), signed_in.open(path, method=method)
            assert told(one) == told(other), path
            assert len(one.data) == len(other.data)
            check_headers(one)
            check_headers(other)
    assert SLIP.search(nobody.get("/pads/3-left").text)
    assert "vera" not in nobody.get("/pads/3-left").text.lower()


def test_cookies_change_no_byte_of_the_answer_to_a_form(app: Flask, answered: str, signed_in: FlaskClient) -> None:
    """The same slip with the same words, sent once from each browser, and whatever else a form can bring."""
    nobody = app.test_client()
    slip = slips.shown(slips.new())
    for path, form in (
        ("/pads/3-left/notes", {"slip": slip, "sheet": "1", "body": "Chairs."}),
        ("/pads/3-left/notes", {"slip": slip, "sheet": "1", "body": " "}),
        ("/pads/3-left/notes", {"slip": "", "sheet": "1", "body": "Chairs."}),
        ("/pads/3-left/notes", {"slip": slip, "sheet": "99", "body": "Chairs."}),
        ("/pads/nowhere/notes", {"slip": slip, "sheet": "1", "body": "Chairs."}),
        ("/pads/slip", {"slip": slip}),
        ("/pads/slip", {"slip": slip, "act": "correct", "body": "Stools."}),
        ("/pads/slip", {"slip": "x"}),
        (f"/pads/notes/{answered}/plus", {"page": "2"}),
        ("/pads/notes/x/plus", {}),
        ("/pads", {}),
    ):
        one, other = nobody.post(path, data=form), signed_in.post(path, data=form)
        assert told(one) == told(other), path
        check_headers(one)
        check_headers(other)


def test_whoever_is_signed_in_stays_so(answered: str, signed_in: FlaskClient, write: Any) -> None:
    """Nothing of the session is read or lost on the way."""
    before = signed_in.get_cookie("forum")
    write(signed_in, "3-left", "Lamps.")
    assert signed_in.get_cookie("forum") == before
    assert signed_in.get("/settings").status_code == 200


def test_a_form_needs_no_token_and_comes_from_our_page_only(
    app: Flask, answered: str, waiting: Waiting, write: Any
) -> None:
    client = app.test_client()
    for headers, status in (
        ({}, 200),
        ({"Origin": "http://localhost"}, 200),
        ({"Origin": "null"}, 200),
        ({"Origin": "null", "Sec-Fetch-Site": "same-origin"}, 200),
        ({"Sec-Fetch-Site": "none"}, 200),
        ({"Origin": "https://elsewhere.example"}, 403),
        ({"Origin": "http://localhost:81"}, 403),
        ({"Origin": "https://localhost"}, 403),
        ({"Origin": "http://localhost", "Sec-Fetch-Site": "cross-site"}, 403),
        ({"Origin": "null", "Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
    ):
        with waiting.batch() as batch:
            before = len(batch.all())
        answer, slip = write(client, "3-left", "Doors.", headers=headers)
        assert answer.status_code == status, headers
        for path, form in (("/pads/slip", {"slip": slip}), (f"/pads/notes/{answered}/plus", {})):
            assert (client.post(path, data=form, headers=headers).status_code == 403) == (status == 403), headers
        with waiting.batch() as batch:
            assert len(batch.all()) - before == (status == 200)
        check_headers(answer)


@pytest.fixture
def apart(make_app: Any, answered: str) -> FlaskClient:
    """The pads on their own host name."""
    return make_app(pads_url=PADS).test_client()  # type: ignore[no-any-return]


def test_the_forum_leads_to_the_pads_host(apart: FlaskClient) -> None:
    for path in ("/pads", "/pads/3-left", "/pads/3-left?page=1", "/pads/nowhere"):
        answer = apart.get(path, base_url="http://localhost")
        assert (answer.status_code, answer.location) == (303, PADS + path)
        check_headers(answer)
    answer = apart.post("/pads/3-left/notes", data={"body": "x"}, base_url="http://localhost", headers={"Origin": PADS})
    assert (answer.status_code, answer.location) == (308, f"{PADS}/pads/3-left/notes")


def test_the_pads_host_knows_pads_and_nobody(
    apart: FlaskClient, person: Any, browser: Callable[..., Browser], write: Any
) -> None:
    """Every other page is the forum's; a session that strays here is not looked at."""
    for path, to in (
        ("/", f"{PADS}/pads"),
        ("/login", "http://localhost/login"),
        ("/boards?x=1", "http://localhost/boards?x=1"),
    ):
        answer = apart.get(path, base_url=PADS)
        assert (answer.status_code, answer.location) == (303, to)
        check_headers(answer)
    assert apart.get("/hr/pads", base_url=PADS).location == "http://localhost/hr/pads"
    assert apart.post("/login", data={"login": "x"}, base_url=PADS).status_code == 404
    page = apart.get("/pads/3-left", base_url=PADS)
    assert page.status_code == 200
    check_headers(page)
    (style, *_) = re.findall(r'href="(/static/[^"]+\.css)"', page.text)
    answer = apart.get(style, base_url=PADS)
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    for origin, status in ((PADS, 200), ("null", 200), ("http://localhost", 403)):
        form = dict(FIELD.findall(apart.get("/pads/3-left", base_url=PADS).text)) | {"body": f"From {origin}."}
        answer = apart.post("/pads/3-left/notes", data=form, base_url=PADS, headers={"Origin": origin})
        assert answer.status_code == status
        check_headers(answer)
    person("vera")
    cookie = browser("vera").client.get_cookie("forum")
    assert cookie
    apart.set_cookie("forum", cookie.value, domain="wc.localhost")
    assert told(apart.get("/pads/3-left", base_url=PADS)) == told(page)
    assert apart.get("/settings", base_url=PADS).location == "http://localhost/settings"


def weight(client: FlaskClient, path: str) -> tuple[int, int]:
    """Bytes of a page with its styles, scripts and picture, as sent to a browser that takes gzip; of the page alone, zipped."""
    page = client.get(path)
    assert page.status_code == 200
    files = set(re.findall(r'(?:href|src)="(/static/[^"]+)"', page.text))
    assert {one.rpartition(".")[2] for one in files} == {"css", "js", "svg"}
    sent = [client.get(one, headers={"Accept-Encoding": "gzip"}) for one in files]
    assert all(one.headers["Content-Encoding"] == "gzip" for one in sent)
    assert not re.search(r'(?:href|src)="(?:https?:)?//', page.text)
    return len(page.data) + sum(len(one.data) for one in sent), len(gzip.compress(page.data, 6))


def test_a_page_is_light_on_a_phone(
    make_app: Any, app: Flask, door: Any, write: Any, hour: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    door("3-left", rhythm="hand")
    door("4-left", rhythm="hand")
    client = make_app(testing=True).test_client()
    for number in range(30):
        write(client, "3-left", CASUAL.format(number)[:80])
    for number in range(59):
        write(client, "4-left", f"{number}: " + CASUAL.format(number) * 5)
    hour(NOON)
    fresh = app.test_client()
    typical, zipped = weight(fresh, "/pads/3-left")
    most, most_zipped = weight(fresh, "/pads/4-left")
    with capsys.disabled():
        print(f"\na pad of 30 notes: {typical} bytes with styles and scripts (page zipped: {zipped}); ", end="")
        print(f"of 59 long ones: {most} (page zipped: {most_zipped})", end="")
    assert typical < LIGHT
