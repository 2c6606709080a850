"""Who acts: a few plain facts about the person signed in, and no way back to the database."""

from typing import Literal, NamedTuple

Role = Literal["employee", "hr", "management", "operator"]
ROLES: tuple[Role, ...] = ("employee", "hr", "management", "operator")


class Actor(NamedTuple):
    """A person who is signed in; `roles` always holds "employee"."""

    id: int
    handle: str
    name: str
    roles: frozenset[str] = frozenset({"employee"})
