"""Two thousand requests from a hat: any address, any method, any form. Whatever comes in, nothing breaks."""

from __future__ import annotations

import io
import random
import re
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from werkzeug.routing import Rule

from tests.architecture.conftest import NOTE, Forum, routes
from tests.conftest import NOON, PASSWORD, Browser

SEED = 20261121
REQUESTS = 4_000
FIELDS = (
    *(
        "title",
        "body",
        "based_on",
        "spot",
        "back",
        "reply_to",
        "nonce",
        "on",
        "keep",
        "name",
        "slug",
        "description",
        "group",
    ),
    *("position", "login", "password", "old", "new", "email", "handle", "preview", "next", "csrf_token", "x"),
    *(
        "sheet",
        "slip",
        "act",
        "question",
        "intro",
        "mood",
        "not_before",
        "not_after",
        "rhythm",
        "every",
        "place",
        "wish",
    ),
    *("order", "move", "by", "topic", "day", "drop", "text", "page"),
    *("choices", "choice", "several", "until", "poll", "reaction"),
)
PLAUSIBLE = {
    "title": "A title",
    "body": "Words of **mine**, @mina.",
    "spot": "thread:1",
    "position": "1",
    "name": "A name",
    "slug": "soup",
    "group": "Company",
    "login": "mina",
    "email": "a@example.com",
    "based_on": "1",
    "sheet": "2",
    "slip": "00000-00000-00000-00000-00000-1",
    "act": "take back",
    "question": "Why?",
    "mood": "light",
    "rhythm": "weekly",
    "order": "2,1",
    "move": "1",
    "by": "1",
    "topic": "1",
    "choices": "Keep it\nToss it",
    "choice": "1",
    "until": "2026-11-28",
    "reaction": "agree",
}
ARGUMENTS = ("page", "sort", "version", "quote", "reply", "next", "q")
TEXTS = (
    *(
        "",
        " ",
        "0",
        "1",
        "2",
        "3",
        "-1",
        "20",
        "999999999",
        "2147483648",
        "99999999999999999999",
        "1.5",
        "1e9",
        "٣",
        "²",
        "true",
    ),
    *(
        "null",
        "[]",
        "{}",
        "x",
        "x" * 300,
        "汉" * 70,
        "👍" * 3,
        "\x00",
        "a\x00b",
        "\u200b",
        "\u202e",
        "\ufffe",
        "e\u0301" * 40,
    ),
    *(
        "\r\n",
        "a\r\nb: c",
        "../../etc/passwd",
        "%2e%2e%2f",
        "%s%n",
        "{{7*7}}",
        "'; drop table posts; --",
        '"><script>',
        "\\",
    ),
    *(
        "canteen",
        "mina",
        "new",
        "active",
        "hits",
        "thread:1",
        "post:1",
        "board:1",
        "//evil",
        "/boards",
        "http://[",
        "Company",
    ),
    *(
        "mina@example.com",
        "a@b",
        PASSWORD,
        "> quote\n\n@mina **x**",
        "```\n" * 20,
        "::: spoiler\n" * 9,
        "| a |\n|-|\n" * 9,
    ),
    *("x" * 41_000, "[" * 3000, "*" * 3000, "> " * 900, "\n" * 5000),
)
HEADERS: tuple[dict[str, str], ...] = (
    *({}, {}, {}),
    {"Origin": "http://["},
    {"Origin": "null", "Referer": "//["},
    {"Referer": "http://localhost:99999/"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Host": "["},
    {"Host": "evil.example:99999"},
    {"Host": ""},
    {"X-Forwarded-For": "x, , 1.2.3.4", "X-Forwarded-Proto": "gopher"},
    {"Cookie": "forum=x; forum=y; =; a"},
    {"Accept-Encoding": "gzip;q=x", "Accept-Language": "zz-ZZ;q=9,*"},
    {"If-None-Match": '"x', "If-Modified-Since": "yesterday", "Range": "bytes=5-1"},
    {"Content-Type": "application/json"},
    {"Content-Type": "multipart/form-data"},
    {"Content-Type": "application/x-www-form-urlencoded; charset=utf-7"},
    {"X-HTTP-Method-Override": "DELETE", "X-CSRFToken": "x"},
)
METHODS = ("GET", "GET", "GET", "POST", "POST", "POST", "POST", "HEAD", "OPTIONS", "PUT", "DELETE", "PATCH", "BREW")


@pytest.fixture
def app(make_app: Callable[..., Flask]) -> Flask:
    """Without limits on speed, which would answer for the code."""
    made: Flask = make_app(testing=True)
    made.config["WTF_CSRF_ENABLED"] = False
    return made


def address(hat: random.Random, rule: Rule) -> str:
    """The rule with something for each of its arguments; now and then with something quite different."""
    path = rule.rule
    for name in rule.arguments:
        number = name.endswith("_id")
        value = hat.choice(("1", "2", "3", "4")) if number and hat.random() < 0.5 else hat.choice(TEXTS)[:400]
        if hat.random() < 0.5:
            value = {"slug": hat.choice(("canteen", "3-left")), "door": "3-left", "note": NOTE, "number": "1"}.get(
                name, value
            )
        for kind in (f"<number:{name}>", f"<path:{name}>", f"<{name}>"):
            path = path.replace(kind, value)
    return path if hat.random() < 0.95 else path + hat.choice(("/", "//", "/x", "%00", "%ff", ";a", "?", "#"))


def body(hat: random.Random) -> dict[str, Any]:
    """Something to send: a form, a form with a file, JSON, or bytes that are none of these."""
    fields = {
        name: PLAUSIBLE[name] if name in PLAUSIBLE and hat.random() < 0.5 else hat.choice(TEXTS)
        for name in hat.sample(FIELDS, hat.randint(0, 20))
    }
    kind = hat.random()
    if kind < 0.75:
        return {"data": fields}
    if kind < 0.85:
        file = (io.BytesIO(hat.choice(TEXTS).encode()), hat.choice(TEXTS)[:50] or "x")
        return {"data": fields | {"body": file}, "content_type": "multipart/form-data"}
    if kind < 0.92:
        return {"json": fields}
    return {"data": hat.randbytes(hat.randint(0, 300)), "content_type": "application/x-www-form-urlencoded"}


def test_nothing_that_comes_in_breaks_anything(app: Flask, forum: Forum, person, browser, frozen, capsys) -> None:
    hat = random.Random(SEED)
    person("op", "operator", "management", "hr")
    rules = routes(app)
    seen: Counter[int] = Counter()
    asked: Counter[str] = Counter()
    at, browsers = NOON, [browser("mina"), browser("op"), browser()]

    def again(number: int) -> Browser:
        """The browser, signed in anew if something has signed it out."""
        if number < 2 and browsers[number].get("/logout").status_code != 200:
            frozen(at + 7200)
            browsers[number] = browser(("mina", "op")[number])
        return browsers[number]

    for count in range(REQUESTS):
        at += 40
        frozen(at)
        number, rule, method = hat.randrange(3), hat.choice(rules), hat.choice(METHODS)
        path, headers, sent = address(hat, rule), hat.choice(HEADERS), body(hat) if method != "GET" else {}
        if "Content-Type" in headers and "data" in sent:
            headers = {}
            sent["content_type"] = "multipart/form-data; boundary=x" if hat.random() < 0.5 else None
        query = {name: hat.choice(TEXTS)[:2000] for name in hat.sample(ARGUMENTS, hat.randint(0, 2))}
        one = again(number) if count % 25 == 0 else browsers[number]
        if rule.endpoint == "settings.settings_password":
            sent = {"data": {"old": "not it", "new": hat.choice(TEXTS)}}
        answer = one.client.open(path, method=method, query_string=query, headers=headers, **sent)
        assert answer.status_code < 500, (count, method, path, query, headers, sent)
        assert not re.match(r"(https?:)?//evil(/|$)", answer.headers.get("Location", "")), (count, path, sent)
        seen[answer.status_code] += 1
        asked[rule.endpoint] += 1
    assert sum(seen.values()) == REQUESTS
    assert set(asked) == {rule.endpoint for rule in rules}
    assert {200, 302, 303, 400, 401, 403, 404, 405, 409, 422} <= set(seen)
    assert browser("mina").get("/").status_code == 200
    with capsys.disabled():
        print(f"\nanswers to {REQUESTS} requests from a hat: {dict(sorted(seen.items()))}")
