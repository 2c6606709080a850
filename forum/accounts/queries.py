"""Everything that is read about people: plain rows, nothing loaded by surprise."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Row, bindparam, select

from forum.accounts.models import ApiToken, Person, PersonName, SignIn, roles_of
from forum.core.database import Read, db, row, rows
from forum.ledger.leaves import person as numbered

_signed_in = Read(
    select(
        Person.id,
        Person.handle,
        Person.name,
        Person.hr,
        Person.management,
        Person.operator,
        Person.joined_at,
        Person.keeps_place,
        Person.notice,
        Person.muted_words,
    )
    .join(SignIn, SignIn.person_id == Person.id)
    .where(SignIn.token_hash == bindparam("token"), SignIn.created_at > bindparam("since"), Person.left_at.is_(None))
)
_bearer = Read(
    select(
        ApiToken.id.label("token_id"),
        ApiToken.used_on,
        Person.id,
        Person.handle,
        Person.name,
        Person.hr,
        Person.management,
        Person.operator,
    )
    .join(Person, Person.id == ApiToken.person_id)
    .where(ApiToken.token_hash == bindparam("token"), Person.left_at.is_(None))
)
_profile = Read(
    select(
        Person.id,
        Person.handle,
        Person.name,
        Person.hr,
        Person.management,
        Person.operator,
        Person.joined_at,
        Person.left_at,
        Person.posts,
    ).where(Person.handle == bindparam("handle"))
)
_names = Read(
    select(PersonName.name, PersonName.since).where(PersonName.person_id == bindparam("person")).order_by(PersonName.id)
)


def token_hash(token: str) -> bytes:
    """What is stored of a token, a cookie's or a program's."""
    return hashlib.sha256(token.encode()).digest()


def signed_in(token: str, since: int) -> Row[Any] | None:
    """The person behind a cookie's token, unless it was made before `since` (Unix seconds) or the person left."""
    return row(_signed_in, token=token_hash(token), since=since)


def bearer(token: str) -> Row[Any] | None:
    """The person whose personal token this is, unless it was ended or the person left; with the token's number and last day."""
    return row(_bearer, token=token_hash(token))


def profile(handle: str) -> Row[Any] | None:
    """What everybody may know about one person."""
    return row(_profile, handle=handle)


def names(person: int) -> Sequence[Row[Any]]:
    """The display names, oldest first: (name, since)."""
    return rows(_names, person=person)


def names_of(handles: Iterable[str]) -> dict[str, str]:
    """Display names by handle, of those handles that exist."""
    wanted = sorted(set(handles))
    if not wanted:
        return {}
    found = rows(select(Person.handle, Person.name).where(Person.handle.in_(wanted)))
    return {one.handle: one.name for one in found}


def by_login(text: str) -> Row[Any] | None:
    """The person a sign-in names, by handle or by mail address: (id, handle, password_hash, left_at, email)."""
    wanted = text.strip().lower()
    if "\x00" in wanted:  # nobody has it, and PostgreSQL would not even look
        return None
    column = Person.email if "@" in wanted else Person.handle
    return row(
        select(Person.id, Person.handle, Person.password_hash, Person.left_at, Person.email).where(
            column == bindparam("wanted")
        ),
        wanted=wanted,
    )


def person(person_id: int) -> Person | None:
    """The entity, for writing."""
    return db.session.get(Person, person_id)


def everyone() -> Sequence[Row[Any]]:
    """All people for the command line."""
    return rows(
        select(
            Person.handle, Person.name, Person.email, Person.hr, Person.management, Person.operator, Person.left_at
        ).order_by(Person.handle)
    )


def addresses_of(role: str) -> list[str]:
    """Mail addresses of everybody who has a role."""
    column = {"hr": Person.hr, "management": Person.management, "operator": Person.operator}[role]
    found = rows(
        select(Person.email).where(column, Person.email.is_not(None), Person.left_at.is_(None)).order_by(Person.id)
    )  # fmt: skip
    return [one.email for one in found]


def roles_granted() -> set[tuple[str, str]]:
    """Who has which role, as the ledger writes it: (u:133, management)."""
    found = select(Person.id, Person.hr, Person.management, Person.operator)
    return {
        (numbered(one.id), role)
        for one in rows(found.where(Person.hr | Person.management | Person.operator))
        for role in roles_of(one.hr, one.management, one.operator) - {"employee"}
    }


def handles(numbers: Iterable[int]) -> dict[int, str]:
    """Handles of people by number."""
    return {one.id: one.handle for one in rows(select(Person.id, Person.handle).where(Person.id.in_(set(numbers))))}
