"""A forum with something in it, one browser for each role, and the list of routes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
from flask import Flask
from werkzeug.routing import Rule

from forum.boards.actions import Said
from forum.core.actor import Actor
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


class Forum(NamedTuple):
    """Whose words these are, and where they stand."""

    mina: Actor
    opening: Said
    reply: Said


@pytest.fixture
def forum(person, board, say, browser, frozen) -> Forum:
    """Mina's thread: her edited opening, an answer by Idris, her reply."""
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
