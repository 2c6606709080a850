"""Reads the demo's own words: colleagues, boards and threads from TOML. Refuses a thread whose people do not exist."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from datetime import tzinfo
from pathlib import Path
from typing import Any, Final, NamedTuple

from forum.exchange.arriving import Arriving, ArrivingPost, Version
from forum.exchange.demo_moments import DAY, moment, settled

FOLDER: Final = Path(__file__).parent / "demo_content"


class Colleague(NamedTuple):
    """Somebody of the demo; `names` are the display names with the moments they were taken, the present one last."""

    handle: str
    names: tuple[tuple[str, int], ...]
    roles: frozenset[str]
    joined_at: int
    left_at: int | None


class DemoBoard(NamedTuple):
    """A board of the demo; `by` is a handle."""

    slug: str
    name: str
    group: str
    description: str
    by: str
    opened_at: int


def colleagues(now: int) -> list[Colleague]:
    """All people, with their earlier names spread over their years."""
    made = []
    for one in _read("people.toml")["person"]:
        joined = now - one["joined"] * DAY
        names = (*one.get("was", []), one["name"])
        since = tuple((name, joined + (now - joined) * at // (len(names) + 1)) for at, name in enumerate(names))
        left = now - one["left"] * DAY if "left" in one else None
        made.append(Colleague(one["handle"], since, frozenset(one["roles"]), joined, left))
    return made


def groups() -> list[str]:
    """The headings over boards, in their order."""
    return [str(one["name"]) for one in _read("boards.toml")["group"]]


def boards(now: int) -> list[DemoBoard]:
    """All boards in their order."""
    return [
        DemoBoard(one["slug"], one["name"], one["group"], one["description"], one["by"], now - one["opened"] * DAY)
        for one in _read("boards.toml")["board"]
    ]


def threads(board_numbers: dict[str, int], now: int, zone: tzinfo) -> Iterator[Arriving]:
    """The threads written for the demo; a file is named after its board, with "zh-" before it when it is in Chinese."""
    for path in sorted((FOLDER / "threads").glob("*.toml")):
        board = board_numbers[path.stem.removeprefix("zh-")]
        for number, one in enumerate(_read(f"threads/{path.name}")["thread"]):
            yield _thread(one, f"{path.stem}/{number}", board, now, zone)


def answers() -> list[tuple[str, int, str]]:
    """Which of management's posts answer their threads, and how: (title, floor, state)."""
    return [
        (one["title"], floor, post["answer"])
        for path in sorted((FOLDER / "threads").glob("*.toml"))
        for one in _read(f"threads/{path.name}")["thread"]
        for floor, post in enumerate(one["post"], 1)
        if "answer" in post
    ]


def _read(name: str) -> dict[str, Any]:
    with (FOLDER / name).open("rb") as file:
        return tomllib.load(file)


def _thread(one: dict[str, Any], key: str, board: int, now: int, zone: tzinfo) -> Arriving:
    posts = one["post"]
    times = settled([moment(post["at"], now, zone) for post in posts], now)
    floors = [_post(post, floor, at, now, zone) for floor, (post, at) in enumerate(zip(posts, times, strict=True), 1)]
    return Arriving(key, one["title"], floors, board, None, one.get("hits", 0))


def _post(post: dict[str, Any], floor: int, at: int, now: int, zone: tzinfo) -> ArrivingPost:
    versions = [Version(at, post["body"].strip("\n"))]
    for edit in post.get("edit", []):
        edited = min(max(moment(edit["at"], now, zone), versions[-1].at), now)
        versions.append(Version(edited, edit["body"].strip("\n")))
    withdrawn = min(max(moment(post["withdrawn"], now, zone), at), now) if "withdrawn" in post else None
    answered = str(post["reply_to"]) if "reply_to" in post else None
    return ArrivingPost(str(floor), post["by"], tuple(versions), reply_to=answered, withdrawn_at=withdrawn)
