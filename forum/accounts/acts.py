"""How what operators do to accounts is written in the ledger, where everybody can read it, and told to the person. Pure."""

from __future__ import annotations

from typing import Final

from forum.core.errors import N_
from forum.ledger.leaves import COMMAND, Act, person

ACCOUNT: Final = "account"
"""The account was made."""
PASSWORD: Final = "password"  # noqa: S105 (the word, not one)
ADDRESS: Final = "address"
TOKEN: Final = "token"  # noqa: S105
LEFT: Final = "left"
ERASED: Final = "erased"
TOLD: Final = {
    PASSWORD: N_("An operator set a new password for your account. If you did not ask for it, ask them why."),
    TOKEN: N_(
        "An operator made a token for your account: with it a program can act as you. If you did not ask for it, ask them"
        " why, and set a new password: that ends it."
    ),
    ERASED: N_("A post of yours was erased because the law demanded it. The ledger says which one, and why."),
}
"""What the person reads of it at the next visit."""


def access(number: int, *what: str) -> Act:
    """An operator made, opened or ended somebody's way in: one or more of the words above."""
    return Act("account.access", COMMAND, person(number), content=" ".join(what).encode(), public=True)


def role(number: int, name: str, *, granted: bool) -> Act:
    """A role was granted or taken back."""
    kind = "role.grant" if granted else "role.revoke"
    return Act(kind, COMMAND, person(number), content=name.encode(), public=True)
