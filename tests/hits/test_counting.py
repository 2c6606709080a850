"""What counts as a hit, through real pages and the worker, on both databases."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from forum.core.database import db, row, rows
from forum.hits import counting, jobs, journal
from forum.hits.journal import View
from forum.hits.models import Heat, Journal, ReadingDay, Seen, ThreadDay, Watch
from tests.conftest import NOON

DAY = 86400


def test_a_reader_counts_once_a_day(thread: int, person: Any, browser: Any, work: Any, hits: Any, frozen: Any) -> None:
    person("mina")
    person("idris")
    mina, idris = browser("mina"), browser("idris")
    for one in (mina, mina, mina, idris):
        assert one.get(f"/threads/{thread}-a-title").status_code == 200
    work()
    assert hits(thread) == 2
    mina.get(f"/threads/{thread}-a-title")
    work()
    assert hits(thread) == 2
    frozen(NOON + DAY)
    mina.get(f"/threads/{thread}-a-title")
    work()
    assert hits(thread) == 3


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Purpose": "prefetch"},
        {"Sec-Purpose": "prefetch;prerender"},
        {"Purpose": "preview"},
        {"X-Moz": "prefetch"},
        {"User-Agent": "Mozilla/5.0 (compatible; Googlebot/2.1)"},
        {"User-Agent": "Slackbot-LinkExpanding 1.0"},
        {"User-Agent": "curl/8.5.0"},
        {"User-Agent": "python-requests/2.32"},
    ],
)
def test_what_no_person_looks_at_counts_nothing(
    thread: int, person: Any, browser: Any, work: Any, hits: Any, headers: dict[str, str]
) -> None:
    person("mina")
    assert browser("mina").get(f"/threads/{thread}-a-title", headers=headers).status_code == 200
    work()
    assert hits(thread) == 0


def test_nor_do_the_author_a_head_an_error_or_a_stranger(
    thread: int, person: Any, browser: Any, work: Any, hits: Any
) -> None:
    person("mina")
    mina, chen = browser("mina"), browser("chen")
    chen.get(f"/threads/{thread}-a-title")
    assert mina.client.head(f"/threads/{thread}-a-title").status_code == 200
    assert mina.get(f"/threads/{thread}-a-title?page=9").status_code == 404
    assert mina.get(f"/threads/{thread}-wrong-slug").status_code == 302
    assert browser().get(f"/threads/{thread}-a-title").status_code == 303
    work()
    assert hits(thread) == 0


def test_what_was_not_counted_is_told_as_numbers(app: Flask, thread: int, person: Any, browser: Any, work: Any) -> None:
    """They grow from drain to drain; what fewer than five times happened is told to nobody."""
    person("mina")
    mina, chen = browser("mina"), browser("chen")

    def told() -> tuple[int, ...]:
        work()
        with app.app_context():
            (heat,) = rows(select(Heat.again, Heat.own, Heat.robots))
            db.session.remove()
        return tuple(heat)

    for _ in range(3):
        mina.get(f"/threads/{thread}-a-title")
    chen.get(f"/threads/{thread}-a-title")
    assert told() == (2, 1, 0)
    mina.get(f"/threads/{thread}-a-title", headers={"User-Agent": "a bot"})
    assert told() == (2, 1, 1)
    page = mina.get(f"/threads/{thread}/magic").text
    assert "Not counted: opened again the same day</th><td>fewer than 5<" in page
    assert "Not counted: by its author</th><td>fewer than 5<" in page
    for _ in range(6):
        mina.get(f"/threads/{thread}-a-title")
        chen.get(f"/threads/{thread}-a-title")
    assert told() == (8, 7, 1)
    page = mina.get(f"/threads/{thread}/magic").text
    assert "Not counted: opened again the same day</th><td>8<" in page
    assert "Not counted: by its author</th><td>7<" in page
    assert "Not counted: by programs</th><td>fewer than 5<" in page


@pytest.fixture
def apply(app: Flask) -> Any:
    """Writes views and drains them; returns how many were taken."""

    def run(*views: View, at: int = NOON) -> int:
        writer = journal.Writer(jobs.folder(Path(app.instance_path)))
        for view in views:
            writer.note(view)
        writer.close()
        with app.app_context():
            taken = counting.drain(jobs.folder(Path(app.instance_path)), at)
            db.session.remove()
        return taken

    return run


def test_a_hundred_threads_a_day_of_one_reader_count(app: Flask, board: Any, person: Any, say: Any, apply: Any) -> None:
    board()
    chen = person("chen")
    many = [say(chen, "x", title=f"T{number}", at=NOON - 9 * DAY + 60 * number).thread for number in range(103)]
    apply(*(View(thread, 77, NOON - 200 + number) for number, thread in enumerate(many)))
    apply(View(many[102], 77, NOON + 500), View(many[102], 77, NOON + DAY), at=NOON + DAY)
    with app.app_context():
        found = {
            one.day: (one.reads, one.readers)
            for one in rows(select(ReadingDay.day, ReadingDay.reads, ReadingDay.readers))
        }
        assert found == {NOON // DAY: (100, 1), NOON // DAY + 1: (1, 1)}
        days = rows(select(ThreadDay.day, func.sum(ThreadDay.reads).label("reads")).group_by(ThreadDay.day))
        assert {one.day: one.reads for one in days} == {NOON // DAY: 100, NOON // DAY + 1: 1}


def test_views_of_threads_that_are_not_here_are_left(thread: int, apply: Any, hits: Any) -> None:
    assert apply(View(thread, 5, NOON), View(999, 5, NOON), View(998, 0, NOON), View(997, 1, NOON)) == 4
    assert hits(thread) == 1


@pytest.mark.parametrize("wrong", [2**61, NOON + 30 * DAY, NOON + 1, -5, 0, NOON - 4000 * DAY])
def test_a_clock_that_was_wrong_carries_nothing_away(
    app: Flask, thread: int, apply: Any, hits: Any, wrong: int
) -> None:
    apply(View(thread, 5, wrong))
    apply(View(thread, 6, NOON + 60), at=NOON + 60)
    assert hits(thread) == 2
    with app.app_context():
        (watch,) = rows(select(Watch.at))
        assert watch.at == NOON + 60
        assert {one.day for one in rows(select(ReadingDay.day))} <= {NOON // DAY, NOON // DAY - 30}


def test_a_clock_that_was_ahead_is_set_back(app: Flask, thread: int, apply: Any, hits: Any) -> None:
    apply(View(thread, 5, NOON), at=NOON + 90 * DAY)
    apply(View(thread, 6, NOON), at=NOON)
    with app.app_context():
        (watch,) = rows(select(Watch.at))
        assert watch.at == NOON
    assert hits(thread) == 2


def test_a_journal_that_cannot_be_read_does_not_stop_the_others(
    app: Flask, thread: int, work: Any, hits: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = jobs.folder(Path(app.instance_path))
    writer = journal.Writer(folder)
    writer.note(View(thread, 5, NOON))
    (folder / "00000000-broken.journal").write_bytes(b"x")
    real = journal.read

    def read(path: Path, begin: int, most: int) -> journal.Piece:
        if path.name.endswith("broken.journal"):
            raise OSError(5, "Input/output error")
        return real(path, begin, most)

    monkeypatch.setattr(journal, "read", read)
    work()
    assert hits(thread) == 1


def test_an_applied_file_without_owner_goes_and_one_with_owner_stays(
    app: Flask, thread: int, apply: Any, hits: Any
) -> None:
    folder = jobs.folder(Path(app.instance_path))
    apply(View(thread, 5, NOON))
    assert journal.waiting(folder) == []
    writer = journal.Writer(folder)
    writer.note(View(thread, 6, NOON))
    with app.app_context():
        for _ in range(3):
            counting.drain(folder, NOON)
        assert len(journal.waiting(folder)) == 1
        (kept,) = rows(select(Journal.applied))
        assert kept.applied == journal.SIZE
        db.session.remove()
    writer.note(View(thread, 7, NOON))
    writer.close()
    with app.app_context():
        counting.drain(folder, NOON)
        assert (journal.waiting(folder), rows(select(Journal.name))) == ([], [])
        db.session.remove()
    assert hits(thread) == 3


def test_a_worker_that_dies_between_commit_and_sweep_counts_nothing_twice(
    app: Flask, thread: int, hits: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = jobs.folder(Path(app.instance_path))
    writer = journal.Writer(folder)
    writer.note(View(thread, 6, NOON))
    writer.close()
    killed = RuntimeError("killed")

    def die(*_: object) -> None:
        raise killed

    with app.app_context():
        with monkeypatch.context() as patched:
            patched.setattr(counting, "_sweep", die)
            with pytest.raises(RuntimeError, match="killed"):
                counting.drain(folder, NOON)
        db.session.remove()
        assert len(journal.waiting(folder)) == 1
        counting.drain(folder, NOON)
        db.session.remove()
        assert journal.waiting(folder) == []
    assert hits(thread) == 1


def test_several_workers_count_each_view_once(app: Flask, thread: int, hits: Any) -> None:
    folder = jobs.folder(Path(app.instance_path))
    writers = [journal.Writer(folder) for _ in range(4)]
    for number in range(400):
        writers[number % 4].note(View(thread, 1000 + number % 250, NOON))

    def drain() -> None:
        with app.app_context():
            for _ in range(5):
                counting.drain(folder, NOON)
            db.session.remove()

    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(drain) for _ in range(4)]:
            done.result()
    assert hits(thread) == 250
    for writer in writers:
        writer.close()


def test_a_backlog_is_taken_in_turns_and_in_order(
    app: Flask, thread: int, hits: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counting, "MOST", 10)
    folder = jobs.folder(Path(app.instance_path))
    writer = journal.Writer(folder)
    for number in range(35):
        writer.note(View(thread, 1000 + number, NOON + number))
    writer.close()
    with app.app_context():
        taken = [counting.drain(folder, NOON + 100) for _ in range(5)]
        db.session.remove()
    assert taken == [10, 10, 10, 5, 0]
    assert hits(thread) == 35


def test_no_page_of_anybody_changes_a_count_or_gives_magic(app: Flask) -> None:
    changing = [
        rule.rule
        for rule in app.url_map.iter_rules()
        if (rule.methods or set()) - {"GET", "HEAD", "OPTIONS"}
        and any(w in rule.rule for w in ("magic", "hits", "trend"))
    ]
    assert changing == []


def test_the_count_is_seen_where_people_expect_it(
    thread: int, person: Any, browser: Any, work: Callable[[], int]
) -> None:
    person("mina")
    mina = browser("mina")
    mina.get(f"/threads/{thread}-a-title")
    work()
    page = mina.get(f"/threads/{thread}-a-title").text
    assert f'<a href="/threads/{thread}/magic"' in page
    assert '<span class="num">1</span> reader</a>' in page


def test_the_seen_of_a_day_are_numbers_of_that_day(
    app: Flask, thread: int, person: Any, browser: Any, work: Any, frozen: Any
) -> None:
    """The same person is somebody else tomorrow, and nobody can say who."""
    mina_id = person("mina").id
    mina = browser("mina")
    tokens = []
    for day in range(2):
        frozen(NOON + day * DAY)
        mina.get(f"/threads/{thread}-a-title")
        work()
        with app.app_context():
            found = row(select(Seen.reader).where(Seen.day == NOON // DAY + day))
            assert found
            tokens.append(found.reader)
            db.session.remove()
    assert len({*tokens, mina_id}) == 3
    assert os.listdir(jobs.folder(Path(app.instance_path)))
