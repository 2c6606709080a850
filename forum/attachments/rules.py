"""What a file may be called, how many and how much, what counts as a picture: every limit once. Pure."""

from __future__ import annotations

import mimetypes
import unicodedata
from typing import Final

NAME_MAX: Final = 100
FILES_A_POST: Final = 10
BYTES_A_DAY: Final = 300_000_000
"""What one person may bring in within 24 hours."""
A_DAY: Final = 86_400
PICTURES: Final = ("jpg", "jpeg", "jpe", "jfif", "png", "webp", "gif")
"""Endings by which a file says that it is a picture. Others (svg, tiff, heic …) are files to take away."""
_SUFFIX_MAX: Final = 12
_OUT: Final = dict.fromkeys(map(ord, '/\\:*?"<>|'), " ")


def name(given: str) -> str:
    """The name without its folder, on one line, without what shows nothing or turns the reading around; at most 100 characters."""
    last = given.replace("\\", "/").rstrip("/").rpartition("/")[2]
    kept = (c for c in unicodedata.normalize("NFC", last).translate(_OUT) if unicodedata.category(c)[0] != "C")
    clean = " ".join("".join(kept).split()).lstrip(". ")
    while ".." in clean:
        clean = clean.replace("..", ".")
    stem, dot, suffix = clean.rpartition(".")
    if not dot or len(suffix) > _SUFFIX_MAX:
        stem, suffix = clean, ""
    stem = stem[: NAME_MAX - len(suffix) - 1].rstrip(". ") or "file"
    return f"{stem}.{suffix}" if suffix else stem


def picture_name(clean: str) -> str:
    """The name of the WebP that a picture became."""
    stem, dot, _ = clean.rpartition(".")
    return f"{stem if dot else clean}.webp"


def claims_to_be_a_picture(clean: str, head: bytes) -> bool:
    """Whether its ending or its first bytes say so; then it must be one."""
    shown = head.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a"))
    webp = head[:4] == b"RIFF" and head[8:12] == b"WEBP"
    return shown or webp or clean.rpartition(".")[2].lower() in PICTURES


def type_of(clean: str) -> str:
    """What a file seems to be by its name: told to programs, believed by nobody."""
    return (mimetypes.guess_type(clean)[0] or "application/octet-stream")[:100]


def told(size: int) -> str:
    """A size in words short enough for a link."""
    if size < 1_000:
        return f"{size} B"
    return f"{round(size / 1_000)} kB" if size < 999_500 else f"{size / 1_000_000:.1f} MB"


PACE: Final = ((30, 60), (200, 3600))
"""Files that one person may bring within so many seconds, however they come."""
