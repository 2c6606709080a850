"""What is kept of a file, who sees it, and when it goes: through the pages, on both databases and on the disk."""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from PIL import Image

from forum.attachments import actions, intake, jobs, rules, store
from forum.boards import actions as boards
from forum.core.database import db, writing
from tests.attachments.conftest import png
from tests.conftest import NOON
from tests.pages import soup

DAY = 86_400


def swept(app: Flask, at: int = NOON + DAY + 1) -> int:
    with app.app_context():
        done = jobs.sweep(Path(app.instance_path), at)
        db.session.remove()
    return done


def test_a_picture_is_taken_told_and_shown(kept: Any, browser: Any, files: Any, disk: Any) -> None:
    told = kept(png(900, 600), "Gate 3, at night.PNG")
    assert told | {"size": 0} == {
        "id": 1,
        "kind": "picture",
        "name": "Gate 3, at night.webp",
        "type": "image/webp",
        "size": 0,
        "width": 900,
        "height": 600,
        "url": "/files/1/Gate%203%2C%20at%20night.webp",
        "markdown": "![](/files/1/Gate%203%2C%20at%20night.webp)",
    }
    one = browser("mina")
    shown = one.get(told["url"], buffered=True)
    assert shown.status_code == 200
    assert shown.mimetype == "image/webp"
    assert shown.headers["Content-Disposition"] == "inline; filename*=UTF-8''Gate%203%2C%20at%20night.webp"
    assert shown.headers.getlist("Content-Security-Policy") == [
        "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    ]
    assert shown.headers["X-Content-Type-Options"] == "nosniff"
    assert shown.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert shown.headers["Cache-Control"] == "private, max-age=86400, immutable"
    assert len(shown.data) == told["size"]
    small = one.get("/files/1/small", buffered=True)
    with Image.open(io.BytesIO(small.data)) as opened:
        assert opened.size == (480, 320)
    assert one.get(told["url"], headers={"If-None-Match": shown.headers["ETag"]}, buffered=True).status_code == 304
    assert one.get(told["url"], headers={"If-None-Match": small.headers["ETag"]}, buffered=True).status_code == 200
    assert one.get(told["url"], headers={"Range": "bytes=0-3"}, buffered=True).data == b"RIFF"
    (row,) = files()
    assert set(disk()) == {row.digest, row.digest + ".small"}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("drawing.svg", b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'),
        ("page.html", b"<script>alert(1)</script>"),
        ("\u202egnp.exe", b"MZ"),
        ("..\\..\\evil: a=b.pdf", b"%PDF-1.7"),
        ("报告 (final).pdf", b"%PDF-1.7"),
    ],
)
def test_any_other_file_is_only_to_be_taken_away(kept: Any, browser: Any, name: str, content: bytes) -> None:
    told = kept(content, name)
    assert not {c for c in told["name"] if not c.isprintable() or c in '/\\:"\u202e'}
    shown = browser("mina").get(told["url"], buffered=True)
    assert shown.data == content
    assert shown.mimetype == "application/octet-stream"
    assert shown.headers["Content-Disposition"].startswith("attachment; filename*=UTF-8''")
    assert shown.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert shown.headers["X-Content-Type-Options"] == "nosniff"


def test_a_picture_is_one_whatever_it_is_called(kept: Any, bring: Any, files: Any) -> None:
    assert kept(png(), "notes.txt")["name"] == "notes.webp"
    refused = bring(b"<script>alert(1)</script>", "holiday.png")
    assert refused.status_code == 422
    assert refused.json == {"error": "This picture cannot be read. It may be damaged, or not be what its name says."}
    assert len(files()) == 1


def test_nothing_and_too_much(make_app: Any, bring: Any, disk: Any, app: Flask) -> None:
    assert bring(b"", "empty.txt").json == {"error": "empty.txt is empty."}
    over = bring(b"x" * 10_000_001, "long.txt")
    assert over.status_code == 422
    assert over.json == {"error": "long.txt is larger than 10 MB, the most a file may be."}
    assert bring(b"x" * 11_000_001, "long.txt").status_code == 413
    assert disk() == {}


def test_who_sees_it_before_and_after(kept: Any, browser: Any, idris: Any, person: Any, say: Any, mina: Any) -> None:
    person("op", "operator")
    told = kept(png())
    seen = {handle: browser(handle) for handle in ("mina", "idris", "op")}
    assert {handle: one.get(told["url"], buffered=True).status_code for handle, one in seen.items()} == {
        "mina": 200,
        "idris": 404,
        "op": 404,
    }
    assert browser().get(told["url"]).status_code == 303
    say(idris, f"I name it: {told['markdown']}")
    assert seen["idris"].get(told["url"], buffered=True).status_code == 404
    said = say(mina, f"Look:\n\n{told['markdown']}")
    assert {one.get(told["url"], buffered=True).status_code for one in seen.values()} == {200}
    assert browser().get(told["url"]).status_code == 303
    page = soup(seen["idris"].get(f"/threads/{said.thread}-a-title"))
    assert page.select_one(f'a[href="{told["url"]}"] img[src="{told["url"]}"]')


@pytest.mark.parametrize("by_law", [False, True])
def test_withdrawn_words_take_their_files_along(
    app: Flask, kept: Any, browser: Any, say: Any, mina: Any, disk: Any, files: Any, worked: Any, by_law: bool
) -> None:
    picture, paper = kept(png(900, 600)), kept(b"A list of names.", "names.txt")
    said = say(mina, f"{picture['markdown']} {paper['markdown']}")
    one = browser("mina")
    assert len(disk()) == 3
    if by_law:
        with app.app_context():
            with writing():
                boards.erase(post=said.post, reason="An order", at=NOON)
            db.session.remove()
    else:
        assert one.post(f"/posts/{said.post}/withdraw").status_code == 303
    assert [one.get(told["url"], buffered=True).status_code for told in (picture, paper)] == [404, 404]
    assert files() == []
    worked()
    assert disk() == {}


def test_the_same_bytes_lie_there_once(
    kept: Any, browser: Any, say: Any, mina: Any, idris: Any, disk: Any, worked: Any
) -> None:
    first, second = kept(b"The same.", "a.txt"), kept(b"The same.", "b.txt", by="idris")
    assert len(disk()) == 1
    mine, theirs = say(mina, first["markdown"]), say(idris, second["markdown"])
    browser("mina").post(f"/posts/{mine.post}/withdraw")
    worked()
    assert list(disk().values()) == [b"The same."]
    assert browser("mina").get(second["url"], buffered=True).data == b"The same."
    browser("idris").post(f"/posts/{theirs.post}/withdraw")
    worked()
    assert disk() == {}


def test_an_older_version_keeps_its_picture(
    kept: Any, browser: Any, say: Any, mina: Any, app: Flask, files: Any
) -> None:
    told = kept(png())
    said = say(mina, told["markdown"])
    one = browser("mina")
    edit = f"/posts/{said.post}/edit"
    more = kept(b"x", "x.txt")
    assert (
        one.post(edit, page=edit, title="A title", body=f"Without. {more['markdown']}", based_on="1").status_code == 303
    )
    assert {row.post_id for row in files()} == {said.post}
    assert swept(app) == 0
    assert one.get(told["url"], buffered=True).status_code == 200


def test_a_post_holds_ten(kept: Any, browser: Any, mina: Any, files: Any) -> None:
    told = [kept(str(number).encode(), f"{number}.txt")["markdown"] for number in range(11)]
    one = browser("mina")
    new = "/boards/canteen/new"
    answer = one.post(new, page=new, title="Eleven", body="\n\n".join(told))
    assert answer.status_code == 422
    assert "A post can hold 10 files" in answer.text
    assert "10.txt" in answer.text
    assert {row.post_id for row in files()} == {None}
    assert one.post(new, page=new, title="Ten", body="\n\n".join(told[:10])).status_code == 303
    assert sum(row.post_id is not None for row in files()) == 10


def test_what_nobody_used_goes_after_a_day_but_not_what_a_draft_names(
    app: Flask, kept: Any, browser: Any, mina: Any, files: Any, disk: Any, worked: Any
) -> None:
    drafted, loose = kept(png()), kept(b"x", "x.txt")
    browser("mina").post("/drafts", spot="board:1", title="", body=f"Soon: {drafted['markdown']}")
    assert swept(app, NOON + DAY - 1) == 0
    assert len(files()) == 2
    assert swept(app) >= 1
    assert [row.id for row in files()] == [drafted["id"]]
    worked()
    assert len(disk()) == 1
    browser("mina").post("/drafts/drop", spot="board:1")
    swept(app)
    worked()
    assert (files(), disk()) == ([], {})
    assert kept(b"y", "y.txt")["id"] > loose["id"]  # no number is given twice


def test_somebody_elses_draft_keeps_nothing(app: Flask, kept: Any, browser: Any, idris: Any, files: Any) -> None:
    told = kept(b"x", "x.txt")
    browser("idris").post("/drafts", spot="board:1", title="", body=told["markdown"])
    swept(app)
    assert files() == []


def test_killed_at_any_moment_nothing_is_left_for_good(app: Flask, mina: Any, disk: Any, files: Any) -> None:
    """What a killed process leaves: an upload under way, bytes in their place whose row was never committed."""
    instance = Path(app.instance_path)
    with app.app_context():
        left = store.fresh(instance)
        left.write_bytes(b"half")
        os.utime(left, (0, 0))
        under_way = store.fresh(instance)
        under_way.write_bytes(b"going on")
        with intake.taken(instance, io.BytesIO(png(900, 600)), "a.png", most=10**7) as taken:
            actions.keep(mina, taken=taken, instance=instance, at=NOON)
            assert store.path(instance, taken.digest).exists()
            db.session.rollback()
        db.session.remove()
    assert files() == []
    assert len(disk()) == 4
    assert swept(app, NOON) == 2
    assert list(disk().values()) == [b"going on"]


def test_bytes_in_use_are_not_removed_by_a_late_job(app: Flask, kept: Any, files: Any, disk: Any) -> None:
    kept(b"x", "x.txt")
    (row,) = files()
    with app.app_context():
        jobs.gone({"digests": [row.digest]})
        db.session.remove()
    assert list(disk().values()) == [b"x"]


def test_a_day_has_its_measure(kept: Any, bring: Any, monkeypatch: Any, frozen: Any, disk: Any) -> None:
    monkeypatch.setattr(rules, "BYTES_A_DAY", 1_000)
    kept(b"x" * 600, "a.txt")
    answer = bring(b"y" * 600, "b.txt")
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "3600"
    assert len(disk()) == 1
    frozen(NOON + DAY + 1)
    kept(b"y" * 600, "b.txt")


def test_a_file_that_is_lost_is_not_there(app: Flask, kept: Any, browser: Any, files: Any) -> None:
    told = kept(b"x", "x.txt")
    store.remove(Path(app.instance_path), files()[0].digest)
    assert browser("mina").get(told["url"]).status_code == 404
    assert browser("mina").get("/files/999/x").status_code == 404


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("C:\\Users\\x\\My Report.pdf", "My Report.pdf"),
        ("/etc/passwd", "passwd"),
        ("..", "file"),
        ("", "file"),
        (".htaccess", "htaccess"),
        ("a..b...c.txt", "a.b.c.txt"),
        ("a\u202egpj.exe", "agpj.exe"),
        ("a\x00\n\x7fb.txt", "ab.txt"),
        ("x" * 300 + ".pdf", "x" * 96 + ".pdf"),
        ("名" * 300, "名" * 99),
        ("no ending of twelve.characters-it-is", "no ending of twelve.characters-it-is"),
        ("e\u0301.txt", "\u00e9.txt"),
    ],
)
def test_names(given: str, name: str) -> None:
    assert rules.name(given) == name
    assert rules.name(name) == name
