"""QR codes as SVG, for paper. Pure but for the codes' library."""

from __future__ import annotations

import io
from functools import lru_cache

import segno
from markupsafe import Markup


@lru_cache(maxsize=256)
def qr(text: str, label: str, error: str = "q") -> Markup:
    """A text as a QR code without colours or size of its own. Level q: a quarter of it may be worn off; l, for long texts: a fifteenth."""
    out = io.BytesIO()
    segno.make(text, error=error, micro=False).save(
        out, kind="svg", xmldecl=False, svgns=False, omitsize=True, border=0, svgclass="qr", lineclass=None, nl=False
    )
    drawn = Markup(out.getvalue().decode().removeprefix("<svg"))  # noqa: S704 (drawn here, from numbers)
    return Markup('<svg role="img" aria-label="{}"').format(label) + drawn
