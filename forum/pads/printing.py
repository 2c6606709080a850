"""The sheet of paper for a door: its QR code, and how large the question may stand. Pure but for the code's library."""

from __future__ import annotations

import io
import unicodedata
from functools import lru_cache
from typing import Final

import segno
from markupsafe import Markup

SIZES: Final = ((26, "huge"), (56, "large"), (88, "middle"), (190, "small"))
"""Up to so many letters, the question stands so large."""


@lru_cache(maxsize=256)
def qr(address: str, label: str) -> Markup:
    """The QR code of an address as SVG without colours or size of its own. Level Q: a quarter of it may be worn off."""
    out = io.BytesIO()
    segno.make(address, error="q", micro=False).save(
        out, kind="svg", xmldecl=False, svgns=False, omitsize=True, border=0, svgclass="qr", lineclass=None, nl=False
    )
    drawn = Markup(out.getvalue().decode().removeprefix("<svg"))  # noqa: S704 (drawn here, from numbers)
    return Markup('<svg role="img" aria-label="{}"').format(label) + drawn


def size(question: str, intro: str) -> str:
    """How large a question can stand so that the sheet keeps room to write. What is twice as wide counts twice, an introduction a third."""
    wide = sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in question)
    wide += sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in intro) // 3
    return next((name for most, name in SIZES if wide <= most), "least")
