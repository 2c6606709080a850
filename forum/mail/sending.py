"""Mail through SMTP: composed with care for what people call themselves, sent over one connection. Never sends twice by itself."""

from __future__ import annotations

import re
import smtplib
import ssl
import time
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import formataddr, formatdate, make_msgid
from functools import lru_cache
from typing import Any, Final
from urllib.parse import unquote, urlsplit

SECONDS: Final = 10
"""A server that does not answer for so long is away."""
NAME: Final = "Say What You Want"
LONGEST_SUBJECT: Final = 150
AWAY: Final = 60
"""Seconds for which a server that could not be reached is left alone."""
WHOLE: Final = ("List-Unsubscribe",)
"""Headers that hold an address."""
_JOINER: Final = "\u2060"
_JOINS: Final = "\u200c\u200d"
"""Part of words in Persian, and of emoji."""
_LINKED: Final = re.compile(r"(?<=[^\s])(?=[.:@/\\。．｡․][^\s])|(?<=[.:@/\\。．｡․])(?=[^\s])")


class _Policy(EmailPolicy):
    """Leaves long addresses in one piece: the library would encode them, and mail programs not find them."""

    def fold(self, name: str, value: Any) -> str:
        return f"{name}: {value}{self.linesep}" if name in WHOLE else super().fold(name, value)

    def fold_binary(self, name: str, value: Any) -> bytes:
        return self.fold(name, value).encode() if name in WHOLE else super().fold_binary(name, value)


def harmless(text: str) -> str:
    """What people wrote, in one line in which no mail program finds an address to make a link of.

    Invisible characters that turn or hide words go; a word joiner, which nobody sees, stands around every dot, colon, slash and @ inside a
    word.
    """
    plain = " ".join(text.split())
    plain = "".join(one for one in plain if one in _JOINS or unicodedata.category(one) not in ("Cc", "Cf", "Cs", "Co"))
    return _LINKED.sub(_JOINER, plain)


def message(
    *,
    sender: str,
    to: str,
    subject: str,
    text: str,
    html: str = "",
    headers: Mapping[str, str] | None = None,
    key: str = "",
) -> EmailMessage:
    """A mail. `key`: letters and digits that name it, the same whenever it is made again; without one it gets a random name."""
    made = EmailMessage(policy=_Policy())
    made["From"] = sender if "<" in sender else formataddr((NAME, sender))
    made["To"] = to
    made["Subject"] = _short(" ".join(subject.split()))
    made["Date"] = formatdate(localtime=False)
    domain = sender.rpartition("@")[2].rstrip(">") or "localhost"
    made["Message-ID"] = f"<{key}@{domain}>" if key else make_msgid(domain=domain)
    made["Auto-Submitted"] = "auto-generated"
    for name, value in (headers or {}).items():
        made[name] = value
    made.set_content(text)
    if html:
        made.add_alternative(html, subtype="html")
    return made


def _short(subject: str) -> str:
    return subject if len(subject) <= LONGEST_SUBJECT else subject[: LONGEST_SUBJECT - 1].rstrip() + "…"


@lru_cache(maxsize=1)
def _trusted() -> ssl.SSLContext:
    return ssl.create_default_context()  # it reads all certificates of the machine


class Away(OSError):
    """The mail server did not answer a moment ago, and is left alone for a while."""


def away(smtp_url: str) -> bool:
    """Whether the server is left alone just now."""
    return time.monotonic() < _away.get(smtp_url, 0.0)


_away: dict[str, float] = {}


@contextmanager
def connected(smtp_url: str) -> Iterator[smtplib.SMTP]:
    """The server, greeted and signed in to. Raises OSError or smtplib.SMTPException when it cannot be reached or refuses.

    One that could not be reached is left alone for a minute, so that nothing else waits for it again and again.
    """
    if away(smtp_url):
        raise Away("the mail server is left alone for a minute")
    try:
        server = _greeted(smtp_url)
    except (OSError, smtplib.SMTPException):
        _away[smtp_url] = time.monotonic() + AWAY
        raise
    with server:
        yield server


def _greeted(smtp_url: str) -> smtplib.SMTP:
    parts = urlsplit(smtp_url)
    host = parts.hostname or "localhost"
    if parts.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, parts.port or 465, timeout=SECONDS, context=_trusted())
    else:
        server = smtplib.SMTP(host, parts.port or 25, timeout=SECONDS)
    try:
        if parts.scheme == "smtp" and server.ehlo()[0] == 250 and server.has_extn("starttls"):
            server.starttls(context=_trusted())
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
    except BaseException:
        server.close()
        raise
    return server


def send(*, smtp_url: str, sender: str, to: str, subject: str, text: str) -> None:
    """Sends one plain mail at once; raises as `connected` does."""
    made = message(sender=sender, to=to, subject=subject, text=text)
    with connected(smtp_url) as server:
        server.send_message(made)


def for_good(error: BaseException) -> bool:
    """Whether the server will say the same tomorrow: the address or the mail is refused, not put off (RFC 5321, 5yz)."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _why in error.recipients.values())
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return True  # an address in letters that the server does not know
    return isinstance(error, smtplib.SMTPDataError | smtplib.SMTPSenderRefused) and error.smtp_code >= 500
