"""`flask people …`: what it does, and how it says no: exit 1 for a failure, 2 for a wrong call, one line on standard error."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from tests.conftest import PASSWORD
from tests.pages import words

Run = Any


@pytest.fixture
def run(app: Flask, frozen) -> Run:
    def command(*args: str, typed: str | None = None) -> Any:
        return app.test_cli_runner().invoke(args=["people", *args], input=typed)

    return command


def failed(done: Any, status: int) -> str:
    assert done.exit_code == status, done.output
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    last = str(done.stderr).rstrip("\n").splitlines()[-1]
    assert last.startswith("Error: ")
    if status == 1:
        assert done.stderr.count("\n") == 1
    return last


def test_add_and_list(run: Run, browser) -> None:
    lin = ("add", "lin", "--name", "Lin Wanqing", "--email", "Lin@Example.com", "--role", "management", "--role", "hr")
    done = run(*lin, "--password-stdin", typed="a long sentence\nnot this line\n")
    assert (done.exit_code, done.stdout, done.stderr) == (0, "lin has joined.\n", "")
    done = run("add", "idris", "--name", "Idris")
    assert done.stdout == "idris has joined. No password yet: set one with `people password`.\n"
    done = run("list")
    assert done.exit_code == 0
    assert done.stdout == "idris\tIdris\temployee\nlin\tLin Wanqing\temployee,hr,management\n"
    assert browser("lin", "a long sentence").get("/").status_code == 200
    assert browser().post("/login", page="/login", login="idris", password="a long sentence").status_code == 422


@pytest.mark.parametrize(
    ("args", "typed", "why"),
    [
        (("lin", "--name", "Somebody else"), None, "This handle is taken"),
        (("lin2", "--name", "Lin", "--email", "lin@example.com"), None, "already has an account"),
        (("Lin 3", "--name", "Lin"), None, "Only a–z"),
        (("x", "--name", "Lin"), None, "2 to 32 characters"),
        (("lin4", "--name", " "), None, "a name that can be seen"),
        (("lin5", "--name", "Lin", "--email", "nonsense"), None, "mail address"),
        (("lin6", "--name", "Lin", "--password-stdin"), "short\n", "at least 10 characters"),
        (("lin7", "--name", "Lin", "--password-stdin"), "", "at least 10 characters"),
    ],
)
def test_add_refuses_in_one_line(run: Run, person, args: tuple[str, ...], typed: str | None, why: str) -> None:
    person("lin", name="Lin", email="lin@example.com")
    assert why in failed(run("add", *args, typed=typed), 1)
    assert run("list").stdout == "lin\tLin\temployee\n"


@pytest.mark.parametrize(
    "args",
    [
        ("add",),
        ("add", "lin"),
        ("add", "lin", "--name", "Lin", "--role", "king"),
        ("add", "lin", "--name", "Lin", "--sudo"),
        ("role", "mina"),
        ("role", "mina", "hr"),
        ("role", "mina", "+king"),
        ("role", "mina", "-employee"),
        ("role", "mina", "+"),
        ("password", "mina"),
        ("deactivate",),
        ("delete", "mina"),
    ],
)
def test_a_wrong_call_ends_with_2(run: Run, person, args: tuple[str, ...]) -> None:
    person("mina")
    failed(run(*args), 2)
    assert run("list").stdout == "mina\tMina\temployee\n"


def test_roles_come_and_go(run: Run, person) -> None:
    person("mina")
    for change, said in (
        ("+hr", "mina: granted hr.\n"),
        ("+hr", "mina: nothing to change.\n"),
        ("+operator", "mina: granted operator.\n"),
        ("-hr", "mina: taken back hr.\n"),
        ("-management", "mina: nothing to change.\n"),
    ):
        done = run("role", "mina", change)
        assert (done.exit_code, done.stdout, done.stderr) == (0, said, "")
    assert run("list").stdout == "mina\tMina\temployee,operator\n"


def test_nobody_with_that_handle(run: Run) -> None:
    for args in (("role", "nobody", "+hr"), ("deactivate", "nobody"), ("password", "nobody", "--password-stdin")):
        assert "nobody with the handle nobody" in failed(run(*args, typed="a long sentence\n"), 1)


def test_a_password_that_is_refused_changes_nothing(run: Run, person, browser) -> None:
    person("mina")
    here = browser("mina")
    assert "at least 10" in failed(run("password", "mina", "--password-stdin", typed="short\n"), 1)
    assert here.get("/").status_code == 200
    assert 'role="alert"' not in here.get("/").text


def test_deactivate_says_what_stays(run: Run, person) -> None:
    person("mina")
    done = run("deactivate", "mina")
    assert (done.exit_code, done.stdout) == (0, "mina can no longer sign in. What mina said stays.\n")
    assert "has left already" in failed(run("deactivate", "mina"), 1)
    assert run("list").stdout == "mina\tMina\temployee\tleft\n"
    assert "This handle is taken" in failed(run("add", "mina", "--name", "Another"), 1)


@pytest.mark.parametrize("command", ["add", "role", "list", "password", "deactivate", "token"])
def test_help_has_an_example(run: Run, command: str) -> None:
    done = run(command, "--help")
    assert done.exit_code == 0
    assert "Example:" in done.stdout


def test_no_command_speaks_reads_or_signs_in_as_somebody_unseen(run: Run) -> None:
    """`password` and `token` open a way in: both are public in the ledger, and the person is told."""
    listed = [line.split()[0] for line in run("--help").stdout.partition("Commands:")[2].splitlines() if line.strip()]
    assert set(listed) == {"add", "role", "password", "list", "deactivate", "token"}


def test_without_a_schema_it_says_what_to_do(make_app, settings, tmp_path, backend) -> None:
    if backend == "sqlite":
        app = make_app(database_url=f"sqlite:///{tmp_path}/empty.sqlite3")
    else:
        app = make_app(database_url=settings.database_url.replace("/postgres", "/template1"))
    done = app.test_cli_runner().invoke(args=["people", "list"])
    assert "db upgrade" in failed(done, 1)


def test_what_was_added_by_hand_signs_in(run: Run, browser) -> None:
    run("add", "mina", "--name", "Mina", "--password-stdin", typed=f"{PASSWORD}\r\n")
    assert "Mina" in words(browser("mina").get("/people/mina"))
