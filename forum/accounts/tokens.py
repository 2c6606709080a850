"""Signed links that go out by mail: reset a password, confirm an address. They hold no secret and end by themselves."""

from __future__ import annotations

import hashlib

from itsdangerous import BadData, TimestampSigner, URLSafeTimedSerializer

from forum.core.clock import now

RESET_SECONDS = 2 * 3600
CONFIRM_SECONDS = 24 * 3600


class _Signer(TimestampSigner):
    """Asks the forum's own clock."""

    def get_timestamp(self) -> int:
        return now()


def _signer(secret: str, purpose: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(secret, salt=f"forum/{purpose}", signer=_Signer)


def _mark(password_hash: str | None, email: str | None) -> str:
    return hashlib.sha256(f"{password_hash or ''}\0{email or ''}".encode()).hexdigest()[:16]


def reset(secret: str, person: int, password_hash: str | None, email: str | None) -> str:
    """A link's token to set a new password; it ends with the next password or address, or after two hours."""
    return _signer(secret, "reset").dumps([person, _mark(password_hash, email)])


def reset_person(secret: str, token: str) -> tuple[int, str] | None:
    """Person number and the mark of the password and address then valid, or None when the token is wrong or old."""
    try:
        person, mark = _signer(secret, "reset").loads(token, max_age=RESET_SECONDS)
    except (BadData, ValueError, TypeError):
        return None
    return int(person), str(mark)


def still_valid(mark: str, password_hash: str | None, email: str | None) -> bool:
    """Whether password and address are still those the token was made for."""
    return mark == _mark(password_hash, email)


def confirm(secret: str, email: str, person: int | None = None) -> str:
    """A link's token that proves who holds it reads the mail of `email`."""
    return _signer(secret, "confirm").dumps([email, person])


def confirmed(secret: str, token: str) -> tuple[str, int | None] | None:
    """The address (and the person that asked, if signed in), or None when the token is wrong or old."""
    try:
        email, person = _signer(secret, "confirm").loads(token, max_age=CONFIRM_SECONDS)
    except (BadData, ValueError, TypeError):
        return None
    return str(email), None if person is None else int(person)
