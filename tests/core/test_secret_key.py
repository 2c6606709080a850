"""The key that signs cookies and links is made once, whoever starts first, and only its owner can read it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from forum.config import ROOT, SettingError, Settings

START = "from forum.config import Settings; print(Settings.from_environment().secret_key)"


def read(folder: Path) -> Settings:
    return Settings.from_environment({"FORUM_INSTANCE": str(folder)})


def test_it_is_made_once_and_kept(tmp_path: Path) -> None:
    first = read(tmp_path).secret_key
    assert len(first) >= 64
    assert read(tmp_path).secret_key == first
    assert (tmp_path / "secret_key").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["secret_key"]


def test_each_forum_has_its_own(tmp_path: Path) -> None:
    assert read(tmp_path / "one").secret_key != read(tmp_path / "two").secret_key


def test_processes_that_start_at_once_agree(tmp_path: Path) -> None:
    environment = os.environ | {"FORUM_INSTANCE": str(tmp_path)}
    command = [sys.executable, "-c", START]
    started = [
        subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) for _ in range(4)
    ]
    keys = {process.communicate()[0].strip() for process in started}
    assert [process.returncode for process in started] == [0] * 4
    assert keys == {(tmp_path / "secret_key").read_text()}
    assert (tmp_path / "secret_key").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["secret_key"]


@pytest.mark.parametrize("content", ["", "short"])
def test_a_file_without_a_key_stops_the_start(tmp_path: Path, content: str) -> None:
    (tmp_path / "secret_key").write_text(content)
    with pytest.raises(SettingError, match=r"^FORUM_INSTANCE"):
        read(tmp_path)


def test_a_key_that_is_given_is_not_written_down(tmp_path: Path) -> None:
    found = Settings.from_environment({"FORUM_INSTANCE": str(tmp_path), "FORUM_SECRET_KEY": "s" * 40})
    assert found.secret_key == "s" * 40
    assert list(tmp_path.iterdir()) == []
