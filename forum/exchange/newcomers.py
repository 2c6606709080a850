"""Makes people of the writers of a source and finds them again at the next import. They cannot sign in; nobody here is taken over."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import islice
from typing import Any, NamedTuple, Protocol

from sqlalchemy import insert, select

from forum.accounts.models import Person, PersonName
from forum.core.database import db, row, rows
from forum.exchange import cutting
from forum.exchange.models import ImportedPerson
from forum.exchange.numbering import reserve
from forum.exchange.tally import Tally

MANY = 1000
"""Keys looked up by one statement."""


class Newcomer(NamedTuple):
    """What a source knows of a writer: a display name, and since when the writer was there (Unix seconds, None: unknown)."""

    name: str
    joined_at: int | None = None


class Authors(Protocol):
    """Knows the people behind a source's keys."""

    def ids(self, first_seen: Mapping[str, int]) -> Mapping[str, int]:
        """Person numbers by key, inside the writing transaction under way; `first_seen` says when each was first heard of."""


class Newcomers:
    """The writers of one source; `describe` tells what the source knows of a key, `between` joins the words of a handle."""

    def __init__(self, source: str, describe: Callable[[str], Newcomer], tally: Tally, *, between: str = "") -> None:
        self.source = source
        self.describe = describe
        self.tally = tally
        self.between = between
        self.known: dict[str, int] = {}
        self.next_number: dict[str, int] = {}

    def ids(self, first_seen: Mapping[str, int]) -> Mapping[str, int]:
        """Finds the people of earlier imports and adds the others."""
        asked = [key for key in first_seen if key not in self.known]
        for keys in in_turns(asked):
            found = rows(
                select(ImportedPerson.key, ImportedPerson.person_id).where(
                    ImportedPerson.source == self.source, ImportedPerson.key.in_(keys)
                )
            )
            self.known |= {one.key: one.person_id for one in found}
        self._add({key: first_seen[key] for key in asked if key not in self.known})
        return self.known

    def _add(self, new: Mapping[str, int]) -> None:
        taken: set[str] = set()
        people: list[dict[str, Any]] = []
        for number, (key, seen) in zip(reserve(Person, len(new)), new.items(), strict=True):
            writer = self.describe(key)
            shown = cutting.name(writer.name) or f"Member {number}"
            free = self._free_handle(cutting.handle(shown, self.between) or f"member{self.between}{number}", taken)
            taken.add(free)
            at = seen if writer.joined_at is None else min(writer.joined_at, seen)
            people.append({"id": number, "handle": free, "name": shown, "joined_at": at})
            self.known[key] = number
        if not people:
            return
        connection = db.session.connection()
        connection.execute(insert(Person), people)
        connection.execute(
            insert(PersonName),
            [{"person_id": one["id"], "name": one["name"], "since": one["joined_at"]} for one in people],
        )
        connection.execute(
            insert(ImportedPerson),
            [{"source": self.source, "key": key, "person_id": self.known[key]} for key in new],
        )
        self.tally.people += len(people)

    def _free_handle(self, wanted: str, taken: set[str]) -> str:
        number = self.next_number.get(wanted, 1)
        while True:
            candidate = wanted if number == 1 else f"{wanted}-{number}"
            number += 1
            if candidate not in taken and not row(select(Person.id).where(Person.handle == candidate)):
                self.next_number[wanted] = number
                return candidate


def in_turns(keys: Iterable[str]) -> Iterable[Sequence[str]]:
    """The keys in lists that one statement can take."""
    waiting = iter(keys)
    while turn := list(islice(waiting, MANY)):
        yield turn
