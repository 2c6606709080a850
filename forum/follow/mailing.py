"""Writes letters and sends them, for a moment at each of the worker's turns. Refuses to change one that may have gone out."""

from __future__ import annotations

import hashlib
import hmac
import logging
import smtplib
import time
from collections.abc import Callable
from contextlib import ExitStack
from email.message import EmailMessage
from typing import Any, Final, NamedTuple

from flask import current_app, render_template
from flask_babel import force_locale, gettext, ngettext
from itsdangerous import BadData, URLSafeSerializer

from forum.accounts import queries as people
from forum.config import Settings
from forum.core.clock import now
from forum.core.database import db, writing
from forum.follow import letters, lines, queries, rhythm
from forum.follow.letters import Claimed
from forum.mail import sending
from forum.mail.sending import harmless
from forum.web.dates import zone

log = logging.getLogger(__name__)

SECONDS: Final = 1.0
"""Of one turn of the worker: other work waits no longer for letters."""
MOST: Final = 30
"""Lines of one letter; what is beyond is on the page."""


class Said(NamedTuple):
    """What a letter says: its subject, in plain words and as HTML."""

    subject: str
    text: str
    html: str


Compose = Callable[[int, Settings, str], Said]
"""Writes the brief: the moment, settings, and the address at which it ends."""


def due(at: int) -> dict[str, int] | None:
    """For each rhythm, when letters go out about what happens at that moment; None where no mail is sent."""
    settings: Settings = current_app.extensions["forum.settings"]
    return rhythm.due(at, zone(settings.timezone)) if settings.smtp_url else None


def tick(at: int, settings: Settings, brief: Compose) -> int:
    """Sends letters that are due, for about a second; returns how many were dealt with."""
    if not settings.smtp_url or sending.away(settings.smtp_url):
        return 0
    until, done = time.monotonic() + SECONDS, 0
    with ExitStack() as stack:
        server: smtplib.SMTP | None = None
        while time.monotonic() < until and (letter := letters.claim(at)) is not None:
            mail = _written(letter, at, settings, brief)
            try:
                if mail is not None:
                    server = server or stack.enter_context(sending.connected(settings.smtp_url))
                    server.send_message(mail)
            except (OSError, smtplib.SMTPException) as error:
                if not _refused(letter, at, settings, error):
                    break
                server = None
                stack.close()
            else:
                letters.ended(letter, due=rhythm.due(at, zone(settings.timezone)))
            done += 1
    return done


def _refused(letter: Claimed, at: int, settings: Settings, error: Exception) -> bool:
    """Puts a letter off, or gives it up; whether the server is there, and others may be tried."""
    answers = smtplib.SMTPResponseException | smtplib.SMTPRecipientsRefused | smtplib.SMTPNotSupportedError
    there = isinstance(error, answers)
    if sending.for_good(error) or letter.attempts >= letters.MOST_ATTEMPTS:
        log.warning("a letter is given up: %s", type(error).__name__)
        letters.ended(letter, due=rhythm.due(at, zone(settings.timezone)))
    else:
        log.warning("a letter could not be sent, it waits: %s", type(error).__name__)
        letters.put_off(letter, at)
    return there and not isinstance(error, smtplib.SMTPConnectError | smtplib.SMTPAuthenticationError)


def sweep(at: int) -> None:
    """Inside the writing transaction under way: whoever wants the brief waits for the next."""
    moments = due(at)
    if moments is not None:
        letters.brief(moments[rhythm.BRIEF])


def _written(letter: Claimed, at: int, settings: Settings, brief: Compose) -> EmailMessage | None:
    """The mail; None when there is nothing to tell any more, or nobody to tell it to."""
    person = people.person(letter.person)
    to = person.email if person is not None and person.left_at is None else None
    muted_words = (person.muted_words or "") if person is not None else ""
    db.session.rollback()
    if to is None:
        return None
    stop = f"{settings.base_url}/mail/stop/{token(settings.secret_key, letter.person, letter.rhythm)}"
    with force_locale("en"):
        if letter.rhythm == rhythm.BRIEF:
            said = brief(at, settings, stop) if letters.wants_brief(letter.person) else None
        else:
            said = _told(letter, settings, stop, muted_words)
    db.session.rollback()
    if said is None:
        return None
    return sending.message(
        sender=settings.mail_from,
        to=to,
        subject=said.subject,
        text=said.text,
        html=said.html,
        headers={"List-Unsubscribe": f"<{stop}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"},
        key=_key(settings.secret_key, letter),
    )


def _told(letter: Claimed, settings: Settings, stop: str, muted_words: str) -> Said | None:
    kinds = letters.kinds_of(letter.person, letter.rhythm)
    found = queries.to_mail(letter.person, kinds, after=letter.after, upto=letter.upto, most=MOST + 1)
    shown = [_harmless(one) for one in lines.lines(found[:MOST], muted_words) if not one.fold]
    if not shown:
        return None
    values = {
        "lines": shown,
        "more": len(found) > MOST,
        "rhythm": letter.rhythm,
        "base": settings.base_url,
        "stop": stop,
    }
    return Said(
        _subject(letter.rhythm, shown),
        render_template("mail/letter.txt", **values),
        render_template("mail/letter.html", **values),
    )


def _harmless(line: lines.Line) -> Any:
    """The line with all that people wrote made harmless."""
    return line._replace(
        sentence=harmless(line.sentence),
        title=harmless(line.title) if line.title else None,
        board_name=harmless(line.board_name),
        name=harmless(line.name),
        excerpt=harmless(line.excerpt) if line.excerpt else None,
    )


def _subject(rhythm_: str, shown: list[Any]) -> Any:
    first = f"{shown[0].sentence}: {shown[0].title}" if shown[0].title else shown[0].sentence
    if len(shown) == 1:
        return str(first)
    more = ngettext("%(first)s, and %(num)s more", "%(first)s, and %(num)s more", len(shown) - 1, first=first)
    if rhythm_ == rhythm.DAY:
        return gettext("Your day: %(first)s", first=more)
    return gettext("Your week: %(first)s", first=more) if rhythm_ == rhythm.WEEK else str(more)


def token(secret: str, person: int, rhythm_: str) -> str:
    """What ends somebody's letters of that rhythm, for whoever holds it: it stands in each of them."""
    return str(_signer(secret).dumps([person, rhythm_]))


def stopped(secret: str, token: str) -> tuple[int, str] | None:
    """(person, rhythm) of such a token, or None."""
    try:
        person, rhythm_ = _signer(secret).loads(token)
    except (BadData, ValueError, TypeError):
        return None
    return int(person), str(rhythm_)


def stop(person: int, rhythm_: str) -> None:
    """Ends those letters. A transaction of its own."""
    with writing():
        letters.stop(person, rhythm_)


def _signer(secret: str) -> URLSafeSerializer:
    return URLSafeSerializer(secret, salt="forum/letters")


def _key(secret: str, letter: Claimed) -> str:
    """The same for the same letter, however often it is tried: a mail program that gets it twice shows it once."""
    at = now() // (86400 * 7) if letter.rhythm == rhythm.BRIEF else 0
    named = f"{letter.person}/{letter.rhythm}/{letter.after}/{letter.upto}/{at}"
    return hmac.new(secret.encode(), named.encode(), hashlib.sha256).hexdigest()[:32]
