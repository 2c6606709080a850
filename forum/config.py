"""The settings, typed, from the environment; a wrong one stops the start with a line that names it. Nothing else reads the environment."""

from __future__ import annotations

import difflib
import importlib.util
import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

ROOT = Path(__file__).resolve().parent.parent
SignUp = Literal["open", "domain", "closed"]
Search = Literal["auto", "whoosh", "database"]
MAIL_DOMAIN = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+")


class SettingError(Exception):
    """A setting is wrong: one line for the person who starts the forum."""


@dataclass(frozen=True)
class Settings:
    """Everything that differs from one installation to the next."""

    instance: Path
    database_url: str
    secret_key: str
    base_url: str = "http://127.0.0.1:8000"
    signup: SignUp = "closed"
    signup_domains: tuple[str, ...] = ()
    smtp_url: str = ""
    mail_from: str = "forum@localhost"
    proxy_hops: int = 0
    redis_url: str = ""
    timezone: str = "UTC"
    testing: bool = False
    pads_url: str = ""
    pads_batch_seconds: int = 3600
    search: Search = "auto"
    max_upload_mb: int = 10

    @property
    def origin(self) -> str:
        """Scheme, host and port that browsers name in `Origin`."""
        parts = urlsplit(self.base_url)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def pads_base(self) -> str:
        """Where the pads are: their own address, or the forum's."""
        return self.pads_url or self.base_url

    @property
    def secure(self) -> bool:
        """Whether people reach the forum over TLS."""
        return self.base_url.startswith("https://")

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Settings:
        """Reads `FORUM_…`; raises SettingError on a value or a name that is wrong."""
        env = os.environ if environment is None else environment
        given = {name: value.strip() for name, value in env.items() if name.startswith("FORUM_") and value.strip()}
        for name in given:
            if name not in NAMES:
                raise SettingError(f"{name} is no setting{_nearest(name)}. All of them stand in the README.")
        instance = Path(given.get("FORUM_INSTANCE", ROOT / "instance")).expanduser().absolute()
        try:
            instance.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise SettingError(f"FORUM_INSTANCE: the folder {instance} cannot be used ({error.strerror}).") from error
        return cls(
            instance=instance,
            database_url=_database(given.get("FORUM_DATABASE_URL", f"sqlite:///{instance / 'forum.sqlite3'}")),
            secret_key=_secret(given, instance),
            base_url=_address("FORUM_BASE_URL", given.get("FORUM_BASE_URL", cls.base_url), ("http", "https")).rstrip(
                "/"
            ),
            signup=cast(
                SignUp, _one_of("FORUM_SIGNUP", given.get("FORUM_SIGNUP", cls.signup), ("open", "domain", "closed"))
            ),
            signup_domains=_domains(given),
            smtp_url=_address("FORUM_SMTP_URL", given.get("FORUM_SMTP_URL", ""), ("smtp", "smtps")),
            mail_from=_mail_from(given.get("FORUM_MAIL_FROM", cls.mail_from)),
            proxy_hops=_whole("FORUM_PROXY_HOPS", given.get("FORUM_PROXY_HOPS", "0"), 0, 10),
            redis_url=_redis(given.get("FORUM_REDIS_URL", "")),
            timezone=_timezone(given.get("FORUM_TIMEZONE", cls.timezone)),
            testing=_one_of("FORUM_TESTING", given.get("FORUM_TESTING", "0"), ("0", "1")) == "1",
            pads_url=_address("FORUM_PADS_URL", given.get("FORUM_PADS_URL", ""), ("http", "https")).rstrip("/"),
            pads_batch_seconds=_batch_seconds(given),
            search=cast(
                Search, _one_of("FORUM_SEARCH", given.get("FORUM_SEARCH", cls.search), ("auto", "whoosh", "database"))
            ),
            max_upload_mb=_whole(
                "FORUM_MAX_UPLOAD_MB", given.get("FORUM_MAX_UPLOAD_MB", str(cls.max_upload_mb)), 1, 100
            ),
        )


NAMES = (
    "FORUM_INSTANCE",
    "FORUM_DATABASE_URL",
    "FORUM_SECRET_KEY",
    "FORUM_BASE_URL",
    "FORUM_SIGNUP",
    "FORUM_SIGNUP_DOMAINS",
    "FORUM_SMTP_URL",
    "FORUM_MAIL_FROM",
    "FORUM_PROXY_HOPS",
    "FORUM_REDIS_URL",
    "FORUM_TIMEZONE",
    "FORUM_TESTING",
    "FORUM_PADS_URL",
    "FORUM_PADS_BATCH_SECONDS",
    "FORUM_SEARCH",
    "FORUM_MAX_UPLOAD_MB",
)


def _nearest(name: str) -> str:
    near = difflib.get_close_matches(name, NAMES, n=1)
    return f" (did you mean {near[0]}?)" if near else ""


def _one_of(name: str, value: str, allowed: tuple[str, ...]) -> str:
    if value not in allowed:
        raise SettingError(f"{name} is {value!r}, but must be one of {', '.join(allowed)}.")
    return value


def _whole(name: str, value: str, low: int, high: int) -> int:
    if not value.isascii() or not value.isdigit() or len(value) > 9 or not low <= int(value) <= high:
        raise SettingError(f"{name} is {value!r}, but must be a whole number from {low} to {high}.")
    return int(value)


def _address(name: str, value: str, schemes: tuple[str, ...]) -> str:
    if not value:
        return ""
    try:
        parts = urlsplit(value)
        named = bool(parts.hostname) and parts.port != 0
    except ValueError:
        named = False
    if (
        name in ("FORUM_BASE_URL", "FORUM_PADS_URL")
        and named
        and (parts.username or parts.path.strip("/") or parts.query or parts.fragment)
    ):
        raise SettingError(f"{name} is {value!r}, but must be scheme, host and port alone: https://forum.example.com.")
    if not named or parts.scheme not in schemes:
        raise SettingError(f"{name} is {value!r}, but must be an address such as {schemes[0]}://host:port.")
    return value


def _batch_seconds(given: Mapping[str, str]) -> int:
    if "FORUM_PADS_BATCH_SECONDS" not in given:
        return 3600
    if given.get("FORUM_TESTING") != "1":
        raise SettingError(
            "FORUM_PADS_BATCH_SECONDS is for rehearsals and needs FORUM_TESTING=1: notes are pinned up at full hours only."
        )
    return _whole("FORUM_PADS_BATCH_SECONDS", given["FORUM_PADS_BATCH_SECONDS"], 1, 3600)


def _redis(value: str) -> str:
    address = _address("FORUM_REDIS_URL", value, ("redis", "rediss"))
    if address and importlib.util.find_spec("redis") is None:
        raise SettingError("FORUM_REDIS_URL is set, but the package redis is missing: pip install redis.")
    return address


def _database(value: str) -> str:
    try:
        url = make_url(value)
    except ArgumentError as error:
        raise SettingError(
            "FORUM_DATABASE_URL is no database address (sqlite:///… or postgresql+psycopg://…)."
        ) from error
    if url.get_backend_name() == "postgresql":
        return url.set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
    if url.get_backend_name() != "sqlite":
        raise SettingError(
            f"FORUM_DATABASE_URL names {url.get_backend_name()!r}; only sqlite and postgresql are supported."
        )
    if not url.database or url.database == ":memory:":
        raise SettingError(
            "FORUM_DATABASE_URL names a database in memory; words need a file: sqlite:////folder/forum.sqlite3."
        )
    if not Path(url.database).absolute().parent.is_dir():
        raise SettingError(f"FORUM_DATABASE_URL: there is no folder {Path(url.database).absolute().parent}.")
    return value


def _secret(given: Mapping[str, str], instance: Path) -> str:
    """The key that signs cookies and links; made on first start and kept, readable by its owner alone."""
    if "FORUM_SECRET_KEY" in given:
        if len(given["FORUM_SECRET_KEY"]) < 32:
            raise SettingError("FORUM_SECRET_KEY is shorter than 32 characters; leave it unset to have one made.")
        return given["FORUM_SECRET_KEY"]
    path = instance / "secret_key"
    fresh = instance / f".secret_key.{secrets.token_hex(8)}"
    try:
        if not path.exists():
            with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(secrets.token_urlsafe(48))
            try:
                os.link(fresh, path)  # two processes may start at once: the first key stays
            except FileExistsError:
                pass
            finally:
                fresh.unlink()
        key = path.read_text()
    except OSError as error:
        raise SettingError(f"FORUM_INSTANCE: {path} cannot be read or made ({error.strerror}).") from error
    if len(key) < 32:
        raise SettingError(f"FORUM_INSTANCE: {path} holds no key; remove the file to have one made.")
    return key


def _domains(given: Mapping[str, str]) -> tuple[str, ...]:
    domains = tuple(part.strip().lower() for part in given.get("FORUM_SIGNUP_DOMAINS", "").split(",") if part.strip())
    for domain in domains:
        if not MAIL_DOMAIN.fullmatch(domain):
            raise SettingError(f"FORUM_SIGNUP_DOMAINS: {domain!r} is no mail domain such as example.com.")
    if given.get("FORUM_SIGNUP") == "domain":
        if not domains:
            raise SettingError("FORUM_SIGNUP_DOMAINS is empty, but FORUM_SIGNUP is 'domain'.")
        if "FORUM_SMTP_URL" not in given:
            raise SettingError(
                "FORUM_SMTP_URL is not set, but FORUM_SIGNUP is 'domain': the address must be confirmed by mail."
            )
    return domains


def _mail_from(value: str) -> str:
    if value.count("@") != 1 or "" in value.split("@") or any(ord(c) < 33 for c in value):
        raise SettingError(f"FORUM_MAIL_FROM is {value!r}, but must be a mail address.")
    return value


def _timezone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise SettingError(
            f"FORUM_TIMEZONE is {value!r}, which is no time zone such as Europe/Berlin or UTC."
        ) from error
    return value
