"""The sheet of paper for a door: how large the question may stand. Pure."""

from __future__ import annotations

import unicodedata
from typing import Final

SIZES: Final = ((26, "huge"), (56, "large"), (88, "middle"), (190, "small"))
"""Up to so many letters, the question stands so large."""


def size(question: str, intro: str) -> str:
    """How large a question can stand so that the sheet keeps room to write. What is twice as wide counts twice, an introduction a third."""
    wide = sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in question)
    wide += sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in intro) // 3
    return next((name for most, name in SIZES if wide <= most), "least")
