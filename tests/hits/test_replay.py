"""The asked figures through the product's own path, alike on both databases."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask

from forum.config import ROOT

HITS = ROOT.parent / "shared" / "data" / "hits"
_found: dict[str, str] = {}


def test_the_stream_gives_the_asked_figures(app: Flask, backend: str, tmp_path: Path) -> None:
    out = tmp_path / "promotions.jsonl"
    result = app.test_cli_runner().invoke(args=["hits", "replay", str(HITS), "--out", str(out)])
    assert result.exit_code == 0, result.output
    assert "160,631 views, 40,608 counted" in result.stderr
    done = subprocess.run(
        [sys.executable, HITS / "evaluate.py", out], capture_output=True, text=True, check=True, cwd=tmp_path
    )
    figures = json.loads(done.stdout)
    assert figures["recall"] >= 0.867
    assert figures["precision"] >= 0.963
    assert figures["attacks"] == "0/18"
    assert figures["median_hours"] <= 2.9
    _found[backend] = out.read_text()
    assert len(set(_found.values())) == 1


@pytest.fixture
def stream(tmp_path: Path) -> Path:
    folder = tmp_path / "stream"
    folder.mkdir()
    (folder / "boards.jsonl").write_text('{"board": "b", "audience": 50, "closed": false}\n')
    (folder / "threads.jsonl").write_text('{"thread": "t", "board": "b", "author": "a", "created": 1736147823}\n')
    (folder / "hits.jsonl").write_text('{"t": 1736147900, "thread": "t", "board": "b", "viewer": "v"}\n')
    return folder


def test_a_small_stream_promotes_nothing_and_says_so(app: Flask, stream: Path) -> None:
    result = app.test_cli_runner().invoke(args=["hits", "replay", str(stream)])
    assert (result.exit_code, result.stdout) == (0, "")
    assert "1 views, 1 counted, 0 Magic" in result.stderr


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("hits", "{", "hits.jsonl, line 1 is not JSON"),
        (
            "hits",
            '{"t": "now", "thread": "t", "board": "b", "viewer": "v"}',
            "hits.jsonl, line 1: t must be a whole number",
        ),
        (
            "hits",
            '{"t": 1, "thread": "x", "board": "b", "viewer": "v"}',
            "a hit is on thread x, which threads.jsonl does not name",
        ),
        (
            "threads",
            '{"thread": "t", "board": "c", "author": "a", "created": 1}',
            "board c, which boards.jsonl does not name",
        ),
        ("boards", "[]", "boards.jsonl, line 1: board must be text"),
        ("boards", None, "holds no boards.jsonl"),
    ],
)
def test_a_broken_stream_is_told_in_one_line(app: Flask, stream: Path, name: str, text: str | None, told: str) -> None:
    path = stream / f"{name}.jsonl"
    path.unlink() if text is None else path.write_text(text + "\n")
    result = app.test_cli_runner().invoke(args=["hits", "replay", str(stream)])
    assert result.exit_code == 1
    assert told in result.stderr
    assert "Traceback" not in result.stderr
