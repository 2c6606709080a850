"""Letters about an account, sent by the worker: links are made at the moment of sending and stored nowhere."""

from __future__ import annotations

import logging
import smtplib
from collections.abc import Mapping
from typing import Any

from flask import current_app, render_template
from flask_babel import force_locale, gettext

from forum.accounts import acts, queries, tokens
from forum.config import Settings
from forum.mail import sending
from forum.web.dates import Dates

log = logging.getLogger(__name__)


def _settings() -> Settings:
    settings: Settings = current_app.extensions["forum.settings"]
    return settings


def _send(to: str, subject: str, template: str, **values: object) -> None:
    settings = _settings()
    text = render_template(f"mail/{template}.txt", base=settings.base_url, **values)
    try:
        sending.send(smtp_url=settings.smtp_url, sender=settings.mail_from, to=to, subject=subject, text=text)
    except smtplib.SMTPException as error:
        if not sending.for_good(error):
            raise
        log.warning("a letter about an account is refused for good: %s", type(error).__name__)


def send_reset(payload: Mapping[str, Any]) -> None:
    """The link to set a new password."""
    person = queries.person(payload["person"])
    if person is None or person.email is None or person.left_at is not None:
        return
    token = tokens.reset(_settings().secret_key, person.id, person.password_hash, person.email)
    with force_locale("en"):
        _send(
            person.email, gettext("A new password for the forum"), "reset", handle=person.handle, path=f"/reset/{token}"
        )


def send_invitation(payload: Mapping[str, Any]) -> None:
    """The link to join, to an address of the company."""
    token = tokens.confirm(_settings().secret_key, payload["email"])
    with force_locale("en"):
        _send(payload["email"], gettext("Your way into the forum"), "invite", path=f"/signup/{token}")


def send_address_check(payload: Mapping[str, Any]) -> None:
    """The link that makes a new address the person's own."""
    token = tokens.confirm(_settings().secret_key, payload["email"], payload["person"])
    with force_locale("en"):
        _send(payload["email"], gettext("Is this your address?"), "address", path=f"/settings/address/{token}")


def send_told(payload: Mapping[str, Any]) -> None:
    """What an operator did to the account."""
    person = queries.person(payload["person"])
    if person is not None and person.email is not None:
        with force_locale("en"):
            subject = gettext("An operator changed your account")
            _send(person.email, subject, "told", handle=person.handle, what=payload.get("what", acts.PASSWORD))


def send_pads_dry(payload: Mapping[str, Any]) -> None:
    """To everybody of HR who has an address: topics for the pads run out."""
    settings = _settings()
    with force_locale("en"):
        day = Dates(settings.timezone).day(payload["at"])
        for address in queries.addresses_of("hr"):
            _send(
                address, gettext("The pads are running out of questions"), "pads_dry", day=day, doors=payload["doors"]
            )
