"""The ledger's turn of the worker: a checkpoint when there is news, and one a day for the wall."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

from forum.ledger import signing


class Told(Protocol):
    """What it needs of the settings."""

    @property
    def base_url(self) -> str: ...

    @property
    def timezone(self) -> str: ...


def tick(instance: Path, at: int, settings: Told) -> None:
    """Signs what is new. That is no work which calls for another turn at once."""
    signing.tick(instance, at, signing.name(settings.base_url), ZoneInfo(settings.timezone))
