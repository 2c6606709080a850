"""Every setting: what it is when unset, what it takes, and that a wrong one stops the start with a line naming it."""

from __future__ import annotations

import importlib.machinery
import importlib.util
import os
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest

from forum.config import NAMES, ROOT, SettingError, Settings

MAIL = {"FORUM_SMTP_URL": "smtp://mail.example.com"}


def read(folder: Path, **given: str) -> Settings:
    return Settings.from_environment({"FORUM_INSTANCE": str(folder), **given})


def test_what_is_not_set_has_a_default(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "instance"
    found = read(folder)
    assert found == Settings(
        instance=folder,
        database_url=f"sqlite:///{folder}/forum.sqlite3",
        secret_key=(folder / "secret_key").read_text(),
        base_url="http://127.0.0.1:8000",
        signup="closed",
        signup_domains=(),
        smtp_url="",
        mail_from="forum@localhost",
        proxy_hops=0,
        redis_url="",
        timezone="UTC",
        testing=False,
    )
    assert folder.stat().st_mode & 0o777 == 0o700


def test_the_folder_for_data_has_a_default() -> None:
    found = Settings.from_environment({"FORUM_SECRET_KEY": "s" * 32})
    assert found.instance == ROOT / "instance"


def test_an_empty_value_is_no_value(tmp_path: Path) -> None:
    assert read(tmp_path, **{name: "  " for name in NAMES if name != "FORUM_INSTANCE"}) == read(tmp_path)


def test_every_setting_is_read(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        FORUM_DATABASE_URL=" postgresql://forum:pass%2Fword@db/forum ",
        FORUM_SECRET_KEY="s" * 32,
        FORUM_BASE_URL="https://say.example.com/",
        FORUM_SIGNUP="domain",
        FORUM_SIGNUP_DOMAINS="Example.com, example.org,",
        FORUM_SMTP_URL="smtps://user:word@mail.example.com:465",
        FORUM_MAIL_FROM="say@example.com",
        FORUM_PROXY_HOPS="2",
        FORUM_TIMEZONE="Asia/Shanghai",
        FORUM_TESTING="1",
    )
    assert found == Settings(
        instance=tmp_path,
        database_url="postgresql+psycopg://forum:pass%2Fword@db/forum",
        secret_key="s" * 32,
        base_url="https://say.example.com",
        signup="domain",
        signup_domains=("example.com", "example.org"),
        smtp_url="smtps://user:word@mail.example.com:465",
        mail_from="say@example.com",
        proxy_hops=2,
        redis_url="",
        timezone="Asia/Shanghai",
        testing=True,
    )
    assert len(fields(found)) == len(NAMES)
    assert found.secure
    assert found.origin == "https://say.example.com"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("FORUM_DATABASE_URL", value) for value in ("nonsense", "mysql://db/forum", "forum.sqlite3", "sqlite://")),
        ("FORUM_SECRET_KEY", "s" * 31),
        *(
            ("FORUM_BASE_URL", value)
            for value in ("localhost:8000", "ftp://a.b", "http://", "http://[::1", "http://a:0")
        ),
        *(
            ("FORUM_BASE_URL", value)
            for value in ("http://a:65536", "http://a/forum", "http://me@a", "http://a?x", "http://a#x")
        ),
        *(("FORUM_DATABASE_URL", value) for value in ("sqlite:///:memory:", "sqlite:////no/such/folder/forum.sqlite3")),
        *(("FORUM_SIGNUP", value) for value in ("maybe", "Open", "1")),
        *(("FORUM_SIGNUP_DOMAINS", value) for value in ("@example.com", "com", ".com", "a.b/c", "*.example.com")),
        ("FORUM_SIGNUP_DOMAINS", "example.com,exa mple.org"),
        *(("FORUM_SMTP_URL", value) for value in ("mail.example.com", "http://mail", "smtp://", "smtp://mail:port")),
        *(("FORUM_MAIL_FROM", value) for value in ("nobody", "a@b@c", "a b@c", "@example.com", "forum@")),
        *(("FORUM_PROXY_HOPS", value) for value in ("-1", "11", "two", "1.5", "²", "1e0", "1" * 5000)),
        *(("FORUM_REDIS_URL", value) for value in ("cache", "http://cache", "redis://")),
        *(("FORUM_TIMEZONE", value) for value in ("Mars/Base", "../etc/passwd", "Europe", "/etc/localtime")),
        *(("FORUM_TESTING", value) for value in ("yes", "true", "2")),
    ],
)
def test_a_wrong_value_is_named(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(SettingError) as caught:
        read(tmp_path, **{name: value})
    assert str(caught.value).startswith(name)
    assert "\n" not in str(caught.value)


def test_shared_limits_need_their_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    there = importlib.machinery.ModuleSpec("redis", None)
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: there)
    assert read(tmp_path, FORUM_REDIS_URL="rediss://cache:6379/1").redis_url == "rediss://cache:6379/1"
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)
    with pytest.raises(SettingError, match=r"^FORUM_REDIS_URL .*pip install redis"):
        read(tmp_path, FORUM_REDIS_URL="redis://cache")


def test_a_folder_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingError, match=r"^FORUM_INSTANCE"):
        read(tmp_path / "file")


@pytest.mark.parametrize(
    ("missing", "given"),
    [
        ("FORUM_SIGNUP_DOMAINS", MAIL),
        ("FORUM_SIGNUP_DOMAINS", MAIL | {"FORUM_SIGNUP_DOMAINS": " , "}),
        ("FORUM_SMTP_URL", {"FORUM_SIGNUP_DOMAINS": "example.com"}),
    ],
)
def test_sign_up_by_domain_needs_domains_and_mail(tmp_path: Path, missing: str, given: dict[str, str]) -> None:
    with pytest.raises(SettingError, match=f"^{missing}"):
        read(tmp_path, FORUM_SIGNUP="domain", **given)


@pytest.mark.parametrize(
    ("name", "meant"), [("FORUM_SINGUP", "FORUM_SIGNUP"), ("FORUM_TIME_ZONE", "FORUM_TIMEZONE"), ("FORUM_X9", None)]
)
def test_an_unknown_name_is_refused_and_the_nearest_one_offered(tmp_path: Path, name: str, meant: str | None) -> None:
    with pytest.raises(SettingError) as caught:
        read(tmp_path, **{name: "1"})
    assert str(caught.value).startswith(f"{name} is no setting")
    assert (f"did you mean {meant}?" in str(caught.value)) is (meant is not None)


def test_other_programs_settings_are_left_alone(tmp_path: Path) -> None:
    assert read(tmp_path, FLASK_DEBUG="1", PATH="/bin", FORUMS="x") == read(tmp_path)


@pytest.mark.parametrize("start", [["-c", "import wsgi"], ["-m", "flask", "--app", "wsgi", "people", "list"]])
def test_the_start_ends_with_one_line(tmp_path: Path, start: list[str]) -> None:
    environment = os.environ | {"FORUM_INSTANCE": str(tmp_path), "FORUM_SIGNUP": "maybe"}
    ended = subprocess.run([sys.executable, *start], cwd=ROOT, env=environment, capture_output=True, text=True)
    assert ended.returncode == 1
    assert ended.stdout == ""
    assert ended.stderr.startswith("Cannot start: FORUM_SIGNUP is 'maybe'")
    assert ended.stderr.count("\n") == 1
