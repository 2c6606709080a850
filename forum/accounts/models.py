"""People, the names they bore, where they are signed in, their tokens, and failed attempts. Times are Unix seconds."""

from __future__ import annotations

from sqlalchemy import BigInteger, ForeignKey, LargeBinary, String, Text, false, true
from sqlalchemy.orm import Mapped, mapped_column

from forum.core.database import Model


class Person(Model):
    """One colleague. The handle never changes; the display name may, and its history is public."""

    __tablename__ = "people"

    id: Mapped[int] = mapped_column(primary_key=True)
    handle: Mapped[str] = mapped_column(String(32), unique=True)
    name: Mapped[str] = mapped_column(Text)
    email: Mapped[str | None] = mapped_column(Text, unique=True)
    password_hash: Mapped[str | None] = mapped_column(Text)
    hr: Mapped[bool] = mapped_column(default=False, server_default=false())
    management: Mapped[bool] = mapped_column(default=False, server_default=false())
    operator: Mapped[bool] = mapped_column(default=False, server_default=false())
    joined_at: Mapped[int] = mapped_column(BigInteger)
    left_at: Mapped[int | None] = mapped_column(BigInteger)
    keeps_place: Mapped[bool] = mapped_column(default=True, server_default=true())
    posts: Mapped[int] = mapped_column(default=0, server_default="0")
    came: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether the person ever signed in; who never came cannot be a reader."""
    notice: Mapped[str | None] = mapped_column(Text)
    """What the person must be told at the next visit, a line for each thing that an operator did to the account."""

    muted_words: Mapped[str | None] = mapped_column(Text)
    """Words the person reads folded, one a line: read with who is signed in, so that nobody pays for others' mutes."""

    @property
    def roles(self) -> frozenset[str]:
        """Everybody is an employee; the rest is granted."""
        return roles_of(self.hr, self.management, self.operator)


def roles_of(hr: bool, management: bool, operator: bool) -> frozenset[str]:
    """The roles as words, from the three columns."""
    given = (("hr", hr), ("management", management), ("operator", operator))
    return frozenset(["employee", *(role for role, on in given if on)])


class PersonName(Model):
    """A display name from the moment it was taken; the public history of nicknames."""

    __tablename__ = "person_names"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    name: Mapped[str] = mapped_column(Text)
    since: Mapped[int] = mapped_column(BigInteger)


class SignIn(Model):
    """One browser that is signed in. The cookie's token is kept only as its SHA-256."""

    __tablename__ = "sign_ins"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    created_at: Mapped[int] = mapped_column(BigInteger)


class ApiToken(Model):
    """With it a program acts as the person. Kept only as its SHA-256; `used_on`: the last day (UTC, 2026-11-23) it was used, no time."""

    __tablename__ = "api_tokens"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    name: Mapped[str] = mapped_column(Text)
    created_at: Mapped[int] = mapped_column(BigInteger)
    used_on: Mapped[str | None] = mapped_column(String(10))


class Attempt(Model):
    """Failed sign-ins of an account or an address, under a keyed hash: neither name nor address is kept."""

    __tablename__ = "sign_in_attempts"

    key: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    failures: Mapped[int]
    last_at: Mapped[int] = mapped_column(BigInteger)
