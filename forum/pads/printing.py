"""The sheet of paper for a door: its QR code, and how large the question may stand. Pure but for the code's library."""

from __future__ import annotations

import io
from functools import lru_cache
from typing import Final

import segno
from markupsafe import Markup

from forum.markup.language import language

SIZES: Final = ((26, "huge"), (56, "large"), (88, "middle"))
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


def size(question: str) -> str:
    """How large a question can stand so that the sheet keeps room to write; Chinese characters are twice as wide."""
    wide = len(question) * (2 if language(question) else 1)
    return next((name for most, name in SIZES if wide <= most), "small")
