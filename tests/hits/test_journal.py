"""Thirty-two bytes a view: nothing half-written is taken, nothing whole is lost, and a file goes only when its owner is gone."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forum.hits import journal
from forum.hits.journal import MARK, SIZE, View, Writer

views = st.builds(View, st.integers(1, 2**31), st.integers(-(2**63), 2**63 - 1), st.integers(0, 2**40))


@given(st.lists(views, max_size=20))
def test_what_is_written_is_read(given_views: list[View]) -> None:
    raw = b"".join(map(journal.record, given_views))
    assert len(raw) == SIZE * len(given_views)
    assert journal.parse(raw, ended=False) == (given_views, len(raw))


@given(st.lists(views, min_size=1, max_size=8), st.integers(1, SIZE - 1))
def test_a_last_line_that_is_half_written_waits_or_is_left(given_views: list[View], part: int) -> None:
    whole = b"".join(map(journal.record, given_views[:-1]))
    raw = whole + journal.record(given_views[-1])[:part]
    assert journal.parse(raw, ended=False) == (given_views[:-1], len(whole))
    assert journal.parse(raw, ended=True) == (given_views[:-1], len(raw))


@given(st.lists(st.one_of(views, st.binary(min_size=1, max_size=70)), max_size=12))
def test_rubbish_between_is_stepped_over(pieces: list[View | bytes]) -> None:
    raw, expected = b"", []
    for piece in pieces:
        if isinstance(piece, View):
            raw += journal.record(piece)
            expected.append(piece)
        elif MARK[:1] not in piece:
            raw += piece
    assert journal.parse(raw, ended=True) == (expected, len(raw))


@given(st.lists(views, min_size=1, max_size=8), st.integers(0, 8 * SIZE))
def test_a_file_can_be_read_in_any_pieces(given_views: list[View], cut: int) -> None:
    raw = b"".join(map(journal.record, given_views))
    first, settled = journal.parse(raw[:cut], ended=False)
    rest, _ = journal.parse(raw[settled:], ended=True)
    assert first + rest == given_views


def test_a_flipped_bit_is_no_view() -> None:
    raw = bytearray(journal.record(View(7, 8, 9)))
    raw[10] ^= 1
    assert journal.parse(bytes(raw), ended=True) == ([], SIZE)


def test_threads_of_a_process_share_a_file(tmp_path: Path) -> None:
    writer = Writer(tmp_path)
    several = [
        threading.Thread(target=lambda n=number: [writer.note(View(n, at, 5)) for at in range(300)])
        for number in range(1, 5)
    ]
    for one in several:
        one.start()
    for one in several:
        one.join()
    (path,) = journal.waiting(tmp_path)
    piece = journal.read(path, 0, 10**6)
    assert sorted(piece.views) == [View(number, at, 5) for number in range(1, 5) for at in range(300)]
    assert not piece.over
    writer.close()
    assert journal.read(path, 0, 10**6).over


def test_a_child_process_has_a_file_of_its_own(tmp_path: Path) -> None:
    writer = Writer(tmp_path)
    writer.note(View(1, 1, 1))
    child = multiprocessing.get_context("fork").Process(target=writer.note, args=(View(2, 2, 2),))
    child.start()
    child.join()
    pieces = [journal.read(path, 0, 10**6) for path in journal.waiting(tmp_path)]
    assert sorted((piece.views, piece.over) for piece in pieces) == [([View(1, 1, 1)], False), ([View(2, 2, 2)], True)]


def test_a_large_file_and_a_new_day_begin_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal, "LARGEST", 3 * SIZE)
    writer = Writer(tmp_path)
    for number in range(7):
        writer.note(View(number, 1, 10))
    writer.note(View(7, 1, 86400))
    pieces = [journal.read(path, 0, 10**6) for path in journal.waiting(tmp_path)]
    assert sorted(len(piece.views) for piece in pieces) == [1, 1, 3, 3]
    assert sorted(piece.over for piece in pieces) == [False, True, True, True]


def test_a_full_disk_costs_the_count_and_not_the_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    writer = Writer(tmp_path)
    writer.note(View(1, 1, 1))
    real = os.write
    left = [10]

    def full(file: int, raw: bytes) -> int:
        if left[0] <= 0:
            raise OSError(28, "No space left on device")
        took = real(file, raw[: left[0]])
        left[0] -= took
        return took

    monkeypatch.setattr(journal.os, "write", full)
    writer.note(View(2, 2, 2))
    writer.note(View(3, 3, 3))
    monkeypatch.setattr(journal.os, "write", real)
    writer.note(View(4, 4, 4))
    (path,) = journal.waiting(tmp_path)
    assert journal.read(path, 0, 10**6).views == [View(1, 1, 1), View(4, 4, 4)]


@pytest.mark.parametrize("rubbish", [b"", b"\xff\xfe\x00", b"../../etc", b"ABCDEFGH"])
def test_a_machine_without_a_proper_name_gets_one(tmp_path: Path, rubbish: bytes) -> None:
    (tmp_path / "machine").write_bytes(rubbish)
    writer = Writer(tmp_path)
    writer.note(View(1, 1, 1))
    (path,) = journal.waiting(tmp_path)
    assert path.name.startswith(journal.machine(tmp_path) + "-")
    assert journal.machine(tmp_path) == (tmp_path / "machine").read_text()


def test_a_removed_folder_is_made_again_and_old_files_are_found(tmp_path: Path) -> None:
    folder = tmp_path / "hits"
    writer = Writer(folder)
    writer.note(View(1, 1, 1))
    shutil.rmtree(folder)
    writer.note(View(2, 2, 2))
    (folder / "0badname-0123.journal").write_bytes(journal.record(View(3, 3, 3)))
    (folder / "machine").unlink()
    (folder / "x.journal").mkdir()
    found = [journal.read(path, 0, 10**6).views for path in journal.waiting(folder)]
    assert sorted(found) == [[View(2, 2, 2)], [View(3, 3, 3)]]
