"""The command line as the contract has it: 0 for done, 1 and one line for a failure, 2 for a wrong call."""

from __future__ import annotations

import pytest

from tests.exchange.conftest import question


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("import", "stackexchange", "/nowhere", "--board", "canteen"), "No such file or directory: /nowhere"),
        (("import", "stackexchange", "{tmp}", "--board", "canteen"), "No Posts.xml here: {tmp}"),
        (("import", "stackexchange", "{tmp}", "--board", "nothing"), "There is no board nothing."),
        (("import", "mbox", "/nowhere", "--board", "canteen"), "No such file or directory: /nowhere"),
        (("import", "mbox", "{tmp}", "--board", "nothing"), "There is no board nothing."),
    ],
)
def test_a_failure_is_one_line(board, run, tmp_path, words, said) -> None:
    board()
    (tmp_path / "Posts.txt").write_text("")
    result = run(*(one.format(tmp=tmp_path) for one in words), code=1)
    last = result.stderr.strip().splitlines()[-1]
    assert said.format(tmp=tmp_path) in last
    assert last.startswith("Error: ")
    assert "Traceback" not in result.output
    assert result.stdout == ""


@pytest.mark.parametrize(
    "words",
    [
        ("import",),
        ("import", "stackexchange"),
        ("import", "stackexchange", "x"),
        ("import", "mbox", "--board", "x"),
        ("import", "phpbb", "x"),
        ("demo", "--posts", "many"),
        ("demo", "--posts", "-1"),
        ("demo", "x"),
    ],
)
def test_a_wrong_call_is_2(run, words) -> None:
    run(*words, code=2)


@pytest.mark.parametrize("words", [("import", "stackexchange"), ("import", "mbox"), ("demo",)])
def test_help_has_an_example(run, words) -> None:
    assert f"Example: flask --app wsgi {' '.join(words)}" in " ".join(run(*words, "--help").stdout.split())


def test_a_document_type_is_refused_before_anything_is_written(board, run, dump, state) -> None:
    board()
    folder = dump(Posts=[question(1)])
    (folder / "Users.xml").write_text('<!DOCTYPE users [<!ENTITY a "b">]>\n<users/>')
    before = state()
    result = run("import", "stackexchange", folder, "--board", "canteen", code=1)
    assert "Users.xml declares a document type" in result.stderr
    assert state() == before
