"""Argon2id, a bounded number at once; checks take as long for a handle that does not exist."""

from __future__ import annotations

import threading

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_hasher = PasswordHasher(time_cost=2, memory_cost=65536, parallelism=1)
_turn = threading.BoundedSemaphore(2)  # 64 MB each: two in one process, the rest wait their turn
_NOBODY = "$argon2id$v=19$m=65536,t=2,p=1$QLYBk4rJTQfODLnj6V8AOQ$Z0Jgb2DDo0klUIQffp7zyi7h93KqVOCD1Ycin0Ro2Ik"
"""A well-formed hash of nothing anybody knows: what an unknown handle is compared with."""


def hashed(password: str) -> str:
    """The Argon2id hash to store; about 100 ms and 64 MB."""
    with _turn:
        return _hasher.hash(password)


def matches(password_hash: str | None, password: str) -> bool:
    """Whether the password fits; None (nobody, or no password set) costs the same time and never fits."""
    with _turn:
        try:
            fits = _hasher.verify(password_hash or _NOBODY, password)
        except (VerificationError, InvalidHashError, UnicodeEncodeError):
            return False
    return fits and password_hash is not None
