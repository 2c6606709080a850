"""`flask pads …`: what hangs where, changes that are due, sheets to print; and no in one line: exit 1 for a failure, 2 for a wrong call."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import Flask

from forum.core.database import db, writing
from forum.pads import planning
from tests.conftest import NOON

DAY = 86400
MONDAY = NOON + DAY + 21 * 3600
Run = Any


@pytest.fixture
def run(app: Flask) -> Run:
    def command(*args: str) -> Any:
        return app.test_cli_runner().invoke(args=["pads", *args])

    return command


@pytest.fixture
def hung(app: Flask, zone: Any) -> None:
    """Three doors with three questions, one retired door, one that waits for a question."""
    with app.app_context():
        with writing():
            for number, question in enumerate(("Which <chair>?", "走廊里什么最吵？", "Third?")):
                values = {
                    "question": question,
                    "intro": "Be frank.",
                    "mood": "light",
                    "not_before": "",
                    "not_after": "",
                }
                planning.add_topic(values, at=NOON, zone=zone)
                rhythm = ("weekly", "days", "hand")[number]
                planning.add_door(slug=f"{number}-left", name=f"Door {number}", place="Left", rhythm=rhythm, every=3, at=NOON, zone=zone)  # fmt: skip
            planning.add_door(slug="gone", name="Gone", place="", rhythm="weekly", every=7, at=NOON, zone=zone)
            planning.retire_door("gone", at=NOON)
        db.session.remove()


def failed(done: Any, status: int) -> str:
    assert done.exit_code == status, done.output
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    last = str(done.stderr).rstrip("\n").splitlines()[-1]
    assert last.startswith("Error: ")
    if status == 1:
        assert done.stderr.count("\n") == 1
    return last


def test_list_names_every_door(run: Run, hung: Any, app: Flask, zone: Any) -> None:
    done = run("list")
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        "0-left\tDoor 0\tWhich <chair>?\t0 notes\tchanges: Monday, November 23, 2026, 09:00",
        "1-left\tDoor 1\t走廊里什么最吵？\t0 notes\tchanges: Tuesday, November 24, 2026, 09:00",
        "2-left\tDoor 2\tThird?\t0 notes\tchanges: by hand",
        "gone\tGone\t(retired)",
    ]


def test_list_says_when_nothing_hangs(run: Run, app: Flask, zone: Any) -> None:
    assert run("list").stdout == ""
    with app.app_context():
        with writing():
            planning.add_door(slug="fresh", name="Fresh", place="", rhythm="weekly", every=7, at=NOON, zone=zone)
        db.session.remove()
    assert run("list").stdout == "fresh\tFresh\t(nothing hangs)\t0 notes\tchanges: when there is a question\n"


def test_rotate_makes_what_is_due_and_only_once(run: Run, hung: Any, frozen: Any) -> None:
    assert run("rotate").stdout == "0 doors show another question.\n"
    frozen(MONDAY)
    for said in ("1 door shows another question.\n", "0 doors show another question.\n"):
        done = run("rotate")
        assert (done.exit_code, done.stdout, done.stderr) == (0, said, "")
    frozen(MONDAY + 21 * DAY)
    assert run("rotate").stdout == "2 doors show another question.\n"


def test_rotate_turns_one_door_now(run: Run, hung: Any) -> None:
    assert "No other question is free" in failed(run("rotate", "--door", "1-left"), 1), "its neighbours show them"
    done = run("rotate", "--door", "2-left")
    assert (done.exit_code, done.stdout, done.stderr) == (0, "1 door shows another question.\n", "")
    assert "2-left\tDoor 2\tWhich <chair>?" in run("list").stdout
    assert "There is no such door" in failed(run("rotate", "--door", "nowhere"), 1)
    assert "This door is retired" in failed(run("rotate", "--door", "gone"), 1)


@pytest.mark.parametrize(("door", "pages"), [("1-left", 1), ("all", 3)])
def test_print_writes_a_file_that_needs_no_other(run: Run, hung: Any, tmp_path: Path, door: str, pages: int) -> None:
    out = tmp_path / "sheets.html"
    done = run("print", door, "--out", str(out))
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout == f"{out}: {pages} {'page' if pages == 1 else 'pages'} of A4.\n"
    text = out.read_text("utf-8")
    page = BeautifulSoup(text, "html.parser")
    assert len(page.select("article.a4")) == len(page.select("svg.qr")) == pages
    assert page.select("[src], link[rel=stylesheet], script") == []
    assert "url(" not in text.replace("url(#", "").replace("url(data:", "")
    assert "@page" in text
    assert "走廊里什么最吵？" in text
    assert "Which <chair>?" not in text
    addresses = [one.get_text() for one in page.select(".address")]
    assert addresses == ([f"localhost/pads/{number}-left" for number in range(3)] if door == "all" else ["localhost/pads/1-left"])  # fmt: skip


def test_print_refuses_in_one_line(run: Run, hung: Any, tmp_path: Path) -> None:
    out = tmp_path / "x.html"
    for door in ("nowhere", "gone", "", "../x"):
        assert "No sheet hangs on" in failed(run("print", door, "--out", str(out)), 1)
    for name in ("x.pdf", "x", "x.htm", "x.html.txt"):
        assert ".html file" in failed(run("print", "1-left", "--out", str(tmp_path / name)), 2)
    assert list(tmp_path.glob("x*")) == []
    assert "No such file or directory" in failed(run("print", "1-left", "--out", str(tmp_path / "no" / "x.html")), 1)


@pytest.mark.parametrize(
    "args",
    [("print",), ("print", "1-left"), ("print", "--out", "x.html"), ("rotate", "x"), ("rotate", "--door"), ("list", "x"), ("tear",)],
)  # fmt: skip
def test_a_wrong_call_ends_with_2(run: Run, hung: Any, args: tuple[str, ...]) -> None:
    failed(run(*args), 2)
