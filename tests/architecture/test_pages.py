"""Every page there is, found by following links: it exists, carries the headers, and holds no script, style or handler of its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from bs4 import BeautifulSoup

from forum.web.headers import POLICY
from forum.web.nobody import is_theirs
from tests.architecture.conftest import ROLES, Forum
from tests.conftest import NOON, Browser

HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
LOADED = {
    "img": "src",
    "script": "src",
    "link": "href",
    "iframe": "src",
    "object": "data",
    "audio": "src",
    "video": "src",
}


@pytest.fixture
def busy(forum: Forum, person, say, browser) -> Forum:
    """More pages: a second page of the thread, a withdrawn post, a muted person, a notice, every kind of form."""
    wei = person("wei", "management")
    for number in range(20):
        say(wei, f"Reply {number}, to @mina.", thread=forum.opening.thread, at=NOON - 3000 + number * 60)
    own = say(wei, "We decided otherwise.", thread=forum.opening.thread, at=NOON - 1000)
    for state in ("heard", "overturned"):
        browser("wei").post(f"/posts/{own.post}/answer", state=state)
    gone = say(wei, "Gone.", title="Gone soon", at=NOON)
    browser("wei").post(f"/posts/{gone.post}/withdraw")
    return forum


def crawl(one: Browser, start: str = "/") -> Iterator[tuple[str, Any]]:
    """Every page that links lead to, redirects followed."""
    seen, waiting = {start}, [start]
    while waiting:
        path = waiting.pop()
        answer = one.get(path, follow_redirects=True)
        yield path, answer
        for link in BeautifulSoup(answer.text, "html.parser").select("a[href], link[href], script[src]"):
            target = urlsplit(str(link.get("href") or link.get("src")))
            whole = target.path + (f"?{target.query}" if target.query else "")
            if not target.netloc and target.path.startswith("/") and whole not in seen:
                seen.add(whole)
                waiting.append(whole)


def assert_clean(path: str, answer: Any) -> None:
    nobodys = is_theirs(answer.request.path)
    for name, value in (HEADERS | ({"Referrer-Policy": "no-referrer"} if nobodys else {})).items():
        assert answer.headers[name] == value, (path, name)
    assert "unsafe" not in POLICY
    assert "frame-ancestors 'none'" in POLICY
    if answer.request.path.startswith("/static/"):
        return
    assert ("Cookie" in answer.headers.get("Vary", "")) is not nobodys, path
    assert answer.headers["Cache-Control"] in (("no-store",) if nobodys else ("private, no-cache", "no-store")), path
    if answer.mimetype != "text/html":
        return
    page = BeautifulSoup(answer.text, "html.parser")
    assert not page.select("style, base, iframe, object, embed, meta[http-equiv]"), path
    for tag in page.find_all(True):
        assert not [name for name in tag.attrs if name == "style" or name.startswith("on")], (path, tag)
        address = str(tag.get(LOADED.get(tag.name, ""), "/static/"))
        assert address.startswith(("/static/", "/files/")), (path, tag)
        assert str(tag.get("href", "/")).split(":")[0].lower() not in ("javascript", "data", "vbscript"), (path, tag)
        data = tag.get("type") == "application/json"  # is not run
        assert tag.name != "script" or data or (tag.get("src") and not tag.get_text().strip()), (path, tag)
    for form in page.select("form"):
        to = str(form.get("action", "/"))
        assert to.startswith("/"), (path, form)
        assert not to.startswith("//"), (path, form)
        changes = str(form.get("method", "get")).lower() == "post"
        assert bool(form.select_one("input[name=csrf_token][value]")) is (changes and not is_theirs(to)), (path, form)
    assert page.html
    assert page.html["lang"] == "en"
    assert len(page.select("h1, h2")) > 0, path
    ids = [tag["id"] for tag in page.select("[id]")]
    assert len(ids) == len(set(ids)), (path, sorted(one for one in ids if ids.count(one) > 1))


@pytest.mark.parametrize("role", ["signed out", "employee", "hr", "operator", "author", "manager"])
def test_every_link_leads_to_a_clean_page(busy: Forum, person, browser, role: str) -> None:
    if role in ROLES[1:]:
        person(role, *(() if role == "employee" else (role,)))
    one = browser({"signed out": None, "author": "mina", "manager": "wei"}.get(role, role))
    found = {}
    for path, answer in crawl(one):
        assert answer.status_code == 200, path
        assert_clean(path, answer)
        found[path] = answer
    assert len(found) > (10 if role == "signed out" else 40)
    assert ("/boards/arrange" in found) is (role == "operator")
    assert ("/hr/pads/doors/3-left" in found) is (role == "hr")
    assert ("/hr/pads/sheets/1" in found) is (role in ("hr", "manager"))
    assert (f"/posts/{busy.opening.post}/edit" in found) is (role == "author")
    assert any(path.endswith("/answer") for path in found) is (role == "manager")


def test_what_goes_wrong_is_a_clean_page_too(busy: Forum, browser) -> None:
    one, nobody = browser("mina"), browser()
    token = {"csrf_token": one.token()}
    to = f"/threads/{busy.opening.thread}/posts"
    wrong = [
        (400, one.client.post(to, data={"body": "<b onclick=x> </textarea><script>"})),
        (400, one.client.post("/drafts", data=token | {"spot": "x"})),
        (401, nobody.client.post(to, data={"body": "</textarea><script>alert(1)</script>"})),
        (403, one.get("/boards/arrange")),
        (404, one.get("/nothing/<script>alert(1)</script>")),
        (404, nobody.get("/nothing")),
        (405, one.client.delete("/")),
        (409, nobody.get("/reset/x")),
        (413, one.client.post("/preview", data=token | {"body": "x" * 1_000_001})),
        (422, one.client.post(to, data=token | {"body": " "})),
        (
            422,
            one.client.post(
                "/boards/canteen/new", data=token | {"title": '\x00"><script>', "body": "x\x00</textarea><b>"}
            ),
        ),
        (422, one.client.post("/settings/name", data=token | {"name": '"><script>\u200b'})),
        (422, one.client.post("/boards/new", data=token | {"name": '"><script>', "slug": '"><script>', "group": "x"})),
    ]
    for status, answer in wrong:
        assert answer.status_code == status, answer.request.path
        assert_clean(answer.request.path, answer)
    assert "GET" in wrong[6][1].headers["Allow"]


def test_static_files_are_kept_and_everything_else_is_not(busy: Forum, browser) -> None:
    one = browser("mina")
    sheet = BeautifulSoup(one.get("/").text, "html.parser").select_one("link[rel=stylesheet]")
    assert sheet
    path = str(sheet["href"])
    kept = one.get(path)
    assert kept.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    zipped = one.get(path, headers={"Accept-Encoding": "br, gzip"})
    assert (zipped.headers["Content-Encoding"], zipped.headers["Vary"]) == ("gzip", "Accept-Encoding")
    old = one.get("/static/another/" + path.split("/", 3)[3])
    assert (old.data, old.headers["Cache-Control"]) == (kept.data, "no-cache")
    for name in (
        "../forum/config.py",
        "..%2fforum%2fconfig.py",
        "%2e%2e/setup.cfg",
        "/etc/passwd",
        "css",
        "x%00.css",
        "x" * 300,
        "",
    ):
        assert one.get(f"/static/x/{name}").status_code in (404, 308), name


def test_over_tls_the_browser_is_told_to_stay_there(make_app) -> None:
    secure = make_app(base_url="https://say.example.com").test_client().get("/login")
    plain = make_app().test_client().get("/login")
    assert secure.headers["Strict-Transport-Security"] == "max-age=31536000"
    assert "Strict-Transport-Security" not in plain.headers
