"""Who may reach what: each route does what it declares, for each role and method; signed out means signing in first."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from werkzeug.routing import Rule

from forum.core.actor import ROLES as GRANTED
from forum.web.access import declared
from tests.architecture.conftest import NOTE, Forum, is_api, methods, paths, routes

AUTHORS_ALONE = (
    *(f"/posts/<number:post_id>/{verb}" for verb in ("edit", "withdraw", "answer")),
    *(f"/threads/<number:thread_id>/poll/{verb}" for verb in ("new", "drop", "end")),
)


def test_a_route_that_says_nothing_is_closed_to_everybody(app: Flask, person, browser) -> None:
    app.add_url_rule("/forgotten", "forgotten", lambda: "secret", methods=["GET", "POST"])
    person("boss", *GRANTED[1:])
    for one in (browser(), browser("boss")):
        for answer in (one.get("/forgotten"), one.client.post("/forgotten")):
            assert answer.status_code == 403
            assert "secret" not in answer.text


def values(forum: Forum, rule: Rule) -> dict[str, Any]:
    return {
        "thread_id": forum.opening.thread,
        "post_id": forum.opening.post,
        "slug": "3-left" if rule.rule.startswith("/hr/pads") else "canteen",
        "handle": "mina",
        "token": "x",
        "tag": "x",
        "name": "js/main.js",
        "date": "2026-11-21",
        "door": "3-left",
        "number": 1,
        "file_id": 1,
        "called": "gate.webp",
        "note": NOTE,
    }


def verdict(answer: Any) -> str:
    if "Clear-Site-Data" in answer.headers:  # just signed out
        return "yes"
    if answer.status_code == 401 or (answer.status_code == 303 and answer.location.startswith("/login")):
        return "sign in"
    return "no" if answer.status_code == 403 else "yes"


def promised(rule: Rule, who: str | None, role: str) -> str:
    """What a route's declaration means for a role; words belong to their author whatever the role."""
    if rule.rule in AUTHORS_ALONE and role not in ("signed out", "author"):
        return "no"
    if rule.rule.startswith("/feeds/") and role == "signed out":
        return "sign in"  # or a key of its own, which stands in tests/keep
    if who == "anyone" or (who == "employee" and role != "signed out") or role in (who or "").split(" or "):
        return "yes"
    return "sign in" if role == "signed out" else "no"


def test_role_by_route_by_method(app: Flask, forum: Forum, roles, bearers, browser, capsys) -> None:
    """Forms are sent empty, with their token; the post and the thread are the author's. Prints the whole table.

    At the API a program with a token of the same person asks, from a browser that is signed in too.
    """
    everybody = roles | {"author": browser("mina")}
    lines = ["".join(f"{head:11}" for head in (" " * 41, *everybody)).rstrip()]
    for rule in routes(app):
        path = paths(rule, **values(forum, rule))
        for method in methods(rule):
            who = declared(app.view_functions[rule.endpoint])
            seen = []
            for role, one in everybody.items():
                token = one.token("/login" if role == "signed out" else "/settings")
                shown = bearers[role] if is_api(rule) else {}
                answer = one.client.open(path, method=method, data={"csrf_token": token}, headers=shown)
                seen.append(verdict(answer))
                assert seen[-1] == promised(rule, who, role), (method, rule.rule, role)
                if is_api(rule) and who != "anyone":  # the cookie alone opens nothing
                    assert one.client.open(path, method=method).status_code == 401
                if rule.rule == "/logout" and role != "signed out" and method == "POST":
                    everybody[role] = browser("mina" if role == "author" else role)
            lines.append(f"{method:5}{rule.rule:36}" + "".join(f"{one:11}" for one in seen).rstrip())
    with capsys.disabled():
        print("\n" + "\n".join(lines))


def test_signed_out_a_page_leads_to_the_sign_in_and_back(app: Flask, forum: Forum, browser) -> None:
    one = browser()
    for rule in routes(app):
        if declared(app.view_functions[rule.endpoint]) == "anyone" or "GET" not in (rule.methods or ()):
            continue
        path = paths(rule, **values(forum, rule))
        for query in ("", "?page=1&q=%E6%B1%A4%26+x"):
            for answer in (one.get(path + query), one.client.head(path + query)):
                if is_api(rule):
                    assert answer.status_code == 401
                    continue
                assert answer.status_code == 303
                to = urlsplit(answer.location)
                assert to.path == "/login"
                following = parse_qs(to.query).get("next", ["/"])[0]
                assert following == path + query, answer.location


def test_signed_out_a_form_leads_to_the_sign_in_and_does_nothing(app: Flask, forum: Forum, browser) -> None:
    one = browser()
    token = one.token("/login")
    for rule in routes(app):
        if declared(app.view_functions[rule.endpoint]) == "anyone" or "POST" not in (rule.methods or ()):
            continue
        path = paths(rule, **values(forum, rule))
        if is_api(rule):
            assert one.client.post(path, data={"csrf_token": token}).status_code == 401
            continue
        assert one.client.post(path, data={"csrf_token": token}).location == "/login", path
        answer = one.client.post(path, data={"csrf_token": token, "body": "My words", "title": "T"})
        assert (answer.status_code, "My words" in answer.text) == (401, True), path


@pytest.mark.parametrize("role", ["hr", "management", "operator"])
def test_a_role_is_granted_by_the_database_alone(forum: Forum, browser, role: str) -> None:
    one = browser("idris")
    with one.client.session_transaction() as session:
        session["roles"] = [role]
        session["role"] = role
    assert one.get("/boards/arrange").status_code == 403
    for headers in ({"X-Role": role}, {"X-Forwarded-User": "operator"}, {"Remote-User": "operator"}):
        assert one.get("/boards/arrange", headers=headers).status_code == 403
