"""A forum that wants to mislead its verifier: it is named in one line, is held in bounds, and never sees where the token would go."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from forum import create_app
from forum.config import Settings
from forum.ledger.checkpoints import Checkpoint, Signer
from forum.ledger.leaves import Act, fresh_salt, written
from forum.ledger.merkle import leaf_hash, root_of
from forum.ledger.tiles import bundle

SIGNER = Signer("forum.example/ledger", bytes(range(32)))
SALT = fresh_salt()
LEAVES = [
    written(Act("post.create", "u:1", "p:1", 1, b"Words.", "t:1/1"), at=5, salt=SALT),
    written(Act("thread.title", "u:1", "t:1", 1, b"Title", "b:1"), at=5, salt=SALT),
]
ROOT = root_of(map(leaf_hash, LEAVES))
POST = {"id": 1, "floor": 1, "thread": 1, "revisions": 1, "body": "Words.", "leaf": 0, "salt": "", "withdrawn_at": None}
Answer = Callable[[str, int], bytes]


def honest(path: str, _time: int) -> bytes:
    """The log of two leaves as it should be; what the API says is up to each test."""
    files = {
        "/ledger/checkpoint": SIGNER.sign(Checkpoint(SIGNER.key.name, 2, ROOT).text()).encode(),
        "/ledger/tile/entries/000.p/2": bundle(LEAVES),
        "/ledger/tile/0/000.p/2": b"".join(map(leaf_hash, LEAVES)),
    }
    return files.get(path, b"{}")


@pytest.fixture
def forum(tmp_path: Path) -> Iterator[Callable[..., Any]]:
    """Runs `ledger verify --url` with a token against a server that answers as told; the raw answer may be anything."""
    running: list[Any] = []
    times: dict[str, int] = {}

    def verified(answer: Answer, raw: bool = False) -> Any:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                times[self.path] = times.get(self.path, 0) + 1
                said = answer(self.path, times[self.path])
                if not raw or self.path.startswith("/ledger"):
                    self.send_response(200)
                    self.send_header("Content-Length", str(len(said)))
                    self.end_headers()
                self.wfile.write(said)

            def log_message(self, *_more: object) -> None:
                """Says nothing."""

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        running.append((server, thread))
        (tmp_path / "key").write_text(str(SIGNER.key))
        app = create_app(Settings(instance=tmp_path, database_url=f"sqlite:///{tmp_path}/x", secret_key="k" * 40))
        url = f"http://127.0.0.1:{server.server_port}"
        words = ["ledger", "verify", "--url", url, "--key", str(tmp_path / "key"), "--token", "t"]
        return app.test_cli_runner().invoke(args=words)

    yield verified
    for server, thread in running:
        server.shutdown()
        thread.join()
        server.server_close()


def api(found: Any) -> Answer:
    return lambda path, time: honest(path, time) if path.startswith("/ledger") else json.dumps(found).encode()


@pytest.mark.parametrize(
    "found",
    [
        [],
        {"items": [POST], "pages": 10**9},
        {"items": [], "pages": 3},
        {"items": [POST], "pages": "2"},
        {"items": [{}], "pages": 1},
        {"items": [POST | {"leaf": "0"}], "pages": 1},
        {"items": [POST | {"revisions": 10**12}], "pages": 1},
        {"items": [POST | {"salt": None}], "pages": 1},
        {"items": [POST | {"id": "1\r\nX: y", "revisions": 2}], "pages": 1},
    ],
)
def test_answers_that_are_none(forum: Any, found: Any) -> None:
    done = forum(api(found))
    assert done.exit_code == 1
    assert "Traceback" not in done.output
    assert done.exception is None or isinstance(done.exception, SystemExit)


@pytest.mark.parametrize(
    "raw",
    [
        b"nonsense\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 500,
        b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{",
        b"",
    ],
    ids=["status", "headers", "cut off", "nothing"],
)
def test_no_http(forum: Any, raw: bytes) -> None:
    done = forum(lambda path, time: honest(path, time) if path.startswith("/ledger") else raw, raw=True)
    assert done.exit_code == 1
    assert isinstance(done.exception, SystemExit), done.exception


def test_a_nest_of_json(forum: Any) -> None:
    done = forum(lambda path, time: honest(path, time) if path.startswith("/ledger") else b"[" * 200_000)
    assert done.exit_code == 1
    assert isinstance(done.exception, SystemExit), done.exception


def test_pages_that_grow_with_every_look(forum: Any) -> None:
    def answer(path: str, time: int) -> bytes:
        page = int(path.rpartition("=")[2] or 1) if "page=" in path else 1
        return (
            honest(path, time)
            if path.startswith("/ledger")
            else json.dumps({"items": [POST], "pages": page + 1}).encode()
        )

    done = forum(answer)
    assert done.exit_code == 1
    assert isinstance(done.exception, SystemExit), done.exception


def test_nothing_that_a_terminal_obeys_is_printed(forum: Any) -> None:
    done = forum(api({"items": [POST | {"floor": "\x1b[2J\x1b[HEverything fits."}], "pages": 1}))
    assert done.exit_code == 1
    assert "\x1b" not in done.output


@pytest.mark.parametrize("url", ["http://[", "http://a b", "javascript:alert(1)", "file:///etc/passwd", ""])
def test_addresses_that_are_none(tmp_path: Path, url: str) -> None:
    (tmp_path / "key").write_text(str(SIGNER.key))
    app = create_app(Settings(instance=tmp_path, database_url=f"sqlite:///{tmp_path}/x", secret_key="k" * 40))
    done = app.test_cli_runner().invoke(args=["ledger", "verify", "--url", url, "--key", str(tmp_path / "key")])
    assert done.exit_code == 1
    assert isinstance(done.exception, SystemExit), done.exception
