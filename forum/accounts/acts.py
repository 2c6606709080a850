"""How what operators do to accounts is written in the ledger, where everybody can read it. Pure."""

from __future__ import annotations

from typing import Final

from forum.ledger.leaves import COMMAND, Act, person

ACCOUNT: Final = "account"
"""The account was made."""
PASSWORD: Final = "password"  # noqa: S105 (the word, not one)
ADDRESS: Final = "address"
TOKEN: Final = "token"  # noqa: S105
LEFT: Final = "left"


def access(number: int, *what: str) -> Act:
    """An operator made, opened or ended somebody's way in: one or more of the words above."""
    return Act("account.access", COMMAND, person(number), content=" ".join(what).encode(), public=True)


def role(number: int, name: str, *, granted: bool) -> Act:
    """A role was granted or taken back."""
    kind = "role.grant" if granted else "role.revoke"
    return Act(kind, COMMAND, person(number), content=name.encode(), public=True)
