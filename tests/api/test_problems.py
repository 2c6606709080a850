"""Whatever goes wrong under /api/ is told to a program: application/problem+json (RFC 9457), and never a page."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask, request

from forum.core.errors import Away, Conflict, ForumError, Invalid, Missing, Refused, TooFast
from forum.web import limits
from forum.web.access import access


def problem(answer: Any, status: int) -> Any:
    """The problem that an answer is."""
    assert answer.status_code == status
    assert answer.mimetype == "application/problem+json"
    assert answer.headers["Vary"] == "Authorization"
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert "Set-Cookie" not in answer.headers
    told = answer.json
    assert set(told) - {"errors"} == {"status", "title", "detail"}
    assert told["status"] == status
    assert told["title"]
    assert told["detail"]
    return told


@pytest.mark.parametrize(
    "path",
    [
        *("/api", "/api/", "/api/v1", "/api/v1/", "/api/v2/threads/1", "/api/v1/nothing", "/api/v1//threads/1"),
        *("/api/v1/threads/999", "/api/v1/threads/999/posts", "/api/v1/posts/999", "/api/v1/posts/999/revisions"),
        *("/api/v1/threads/0", "/api/v1/threads/-1", "/api/v1/threads/01", "/api/v1/threads/x", "/api/v1/threads/1/"),
        *(
            "/api/v1/posts/2147483648",
            "/api/v1/posts/99999999999999999999",
            "/api/v1/posts/1%00",
            "/api/v1/posts/%D9%A3",
        ),
        *(
            "/api/v1/threads/1/posts?page=2",
            "/api/v1/posts/1/revisions?page=2",
            "/api/v1/threads/1/posts?page=999999999",
        ),
        "/api/v1/threads/1/posts?page=" + "9" * 5000,
    ],
)
def test_nothing_there(thread: Any, program: Any, path: str) -> None:
    told = problem(program("mina").get(path), 404)
    assert told["title"] == "Not Found"
    assert "errors" not in told


@pytest.mark.parametrize(
    "page", ["0", "-1", "+1", "1.0", "1e1", "x", "", "%20", "%D9%A3", "%C2%B2", "000", "null", "1%00"]
)
def test_a_page_that_is_no_number(thread: Any, program: Any, page: str) -> None:
    one = program("mina")
    for path in ("/api/v1/threads/1/posts", "/api/v1/posts/1/revisions"):
        told = problem(one.get(f"{path}?page={page}"), 422)
        assert told["errors"] == {"page": "A page is a whole number from 1 on."}


def test_another_method(thread: Any, program: Any) -> None:
    answer = program("mina").open("/api/v1/threads/1", "DELETE")
    problem(answer, 405)
    assert set(answer.allow) == {"GET", "HEAD", "OPTIONS"}


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (Invalid("body", "Longer than %(most)s.", most=3), 422),
        (Missing("No such post."), 404),
        (Refused("Not yours."), 403),
        (Conflict("Meanwhile changed."), 409),
        (TooFast("Wait %(seconds)s s.", 7, seconds=7), 429),
        (Away("The disk is away."), 503),
    ],
)
def test_refusals_in_their_own_words(app: Flask, mina: Any, program: Any, error: ForumError, status: int) -> None:
    def refuse() -> None:
        raise error

    app.add_url_rule("/api/v1/room", "boards_api.room", access("employee")(refuse))
    answer = program("mina").get("/api/v1/room")
    told = problem(answer, status)
    assert told["detail"] == str(error)
    assert told.get("errors") == ({"body": "Longer than 3."} if status == 422 else None)
    assert answer.headers.get("Retry-After") == {429: "7", 503: "30"}.get(status)


def test_too_much_at_once(app: Flask, mina: Any, program: Any) -> None:
    view = access("employee")(lambda: {"bytes": len(request.get_data())})
    app.add_url_rule("/api/v1/room", "boards_api.room", view, methods=["POST"])
    one = program("mina")
    assert one.open("/api/v1/room", "POST", data=b"x" * 1_000_000).json == {"bytes": 1_000_000}
    problem(one.open("/api/v1/room", "POST", data=b"x" * 1_000_001), 413)


def test_too_often(app: Flask, mina: Any, person: Any, program: Any) -> None:
    person("idris")
    view = access("employee")(limits.limit("2/year")(dict))
    app.add_url_rule("/api/v1/room", "boards_api.room", view)
    one, other = program("mina"), program("mina")
    assert [one.get("/api/v1/room").status_code, other.get("/api/v1/room").status_code] == [200, 200]
    answer = one.get("/api/v1/room")
    problem(answer, 429)
    assert int(answer.headers["Retry-After"]) >= 1
    assert program("idris").get("/api/v1/room").status_code == 200


def test_a_fault_tells_nothing_of_itself(app: Flask, mina: Any, program: Any, caplog: Any) -> None:
    def fail() -> None:
        raise RuntimeError("a secret")

    app.add_url_rule("/api/v1/room", "boards_api.room", access("employee")(fail))
    answer = program("mina").get("/api/v1/room")
    problem(answer, 500)
    assert "secret" not in answer.text
    assert "GET /api/v1/room failed" in caplog.text
