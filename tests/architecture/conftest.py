"""A forum with something in it, one browser for each role, and the list of routes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from werkzeug.routing import Rule

from forum.accounts import actions as accounts
from forum.boards.actions import Said
from forum.core.actor import Actor
from forum.core.database import db, writing
from forum.pads import actions, planning, publishing, rotating
from forum.pads.waiting import Waiter
from tests.conftest import NOON, Browser

ROLES = ("signed out", "employee", "hr", "management", "operator")
BODY = """Mina **means** it, @idris: see http://example.com/ and [this](/boards).

> quoted

```python
x = "<script>alert(1)</script>"
```

| a | b |
|---|---|
| 1 | 2 |

- [x] done <b onclick="x()">bold</b> <img src=x onerror=alert(1)> [bad](javascript:alert(1))

::: spoiler Look
Inside.
:::
"""


NOTE = "ab" * 16
"""The note on the third floor's left door that somebody of HR answered."""


class Forum(NamedTuple):
    """Whose words these are, and where they stand."""

    mina: Actor
    opening: Said
    reply: Said


@pytest.fixture
def pad(app: Flask, frozen) -> str:
    """A door with a sheet torn off, one that hangs, and notes on both; its address."""
    zone = ZoneInfo(app.extensions["forum.settings"].timezone)
    with app.app_context():
        with writing():
            for question in ("Which rule here would you flush?", "What should the lift play?"):
                values = {"question": question, "intro": "Any.", "mood": "light", "not_before": "", "not_after": ""}
                planning.add_topic(values, at=NOON - 86400, zone=zone)
            made = planning.add_door(
                slug="3-left", name="Third floor", place="Left", rhythm="hand", every=7, at=NOON - 86400, zone=zone
            )
            waiters = [
                Waiter(f"{number:02x}".ljust(32, "0"), 1, f"Old {number}", "2026-W47", paper=False)
                for number in range(31)
            ]
            publishing.pin_up(waiters, at=NOON - 3600)
            rotating.flip(made.id, NOON - 1800, zone)
            publishing.pin_up([Waiter(NOTE, 2, "Nothing. <b>Silence</b>.", "2026-W47", paper=True)], at=NOON)
            actions.answer(NOTE, role="hr", text="Silence it is.")
        db.session.remove()
    return "3-left"


@pytest.fixture
def forum(person, board, say, browser, frozen, pad) -> Forum:
    """Mina's thread: her edited opening, an answer by Idris, her reply; and a pad on a door."""
    mina, idris = person("mina", name="Mina O", email="mina@example.com"), person("idris")
    board()
    opening = say(mina, BODY, title="What Mina knows", at=NOON - 7200)
    say(idris, "Idris answers.", thread=opening.thread)
    reply = say(mina, "Mina replies.", thread=opening.thread, reply_to=opening.post)
    one, edit = browser("mina"), f"/posts/{opening.post}/edit"
    assert one.post(edit, page=edit, title="What Mina knew", body=BODY + "Edited.").status_code == 303
    one.post("/drafts", spot=f"thread:{opening.thread}", title="", body="Mina begins.")
    return Forum(mina, opening, reply)


@pytest.fixture
def roles(forum: Forum, person, browser) -> dict[str, Browser]:
    """A browser for each role."""
    made = {"signed out": browser()}
    for role in ROLES[1:]:
        person(role, *(() if role == "employee" else (role,)))
        made[role] = browser(role)
    return made


@pytest.fixture
def bearers(app: Flask, roles: dict[str, Browser]) -> dict[str, dict[str, str]]:
    """What a program sends to act in each role, and as the author: the header with a token; signed out: none."""
    handles = {role: role for role in ROLES[1:]} | {"author": "mina"}
    with app.app_context():
        with writing():
            made = {role: accounts.make_token(handle=one, name="any", at=NOON) for role, one in handles.items()}
        db.session.remove()
    return {"signed out": {}} | {role: {"Authorization": f"Bearer {one}"} for role, one in made.items()}


def is_api(rule: Rule) -> bool:
    """Whether a route is for programs: they show a token, and no cookie counts."""
    return rule.rule.startswith("/api/")


def routes(app: Flask) -> list[Rule]:
    """Every route, in a steady order."""
    return sorted(app.url_map.iter_rules(), key=lambda rule: (rule.rule, sorted(rule.methods or ())))


def paths(rule: Rule, **values: Any) -> str:
    """The rule's address with these values where it names them."""
    built = rule.build({name: values[name] for name in rule.arguments})
    assert built
    return built[1]


def methods(rule: Rule) -> Iterator[str]:
    """What a route is for: GET, POST …"""
    yield from sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
