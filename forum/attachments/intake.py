"""Takes what somebody sends: a picture becomes a clean one, anything else stays as it is; up to here nothing is kept."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, NamedTuple

from forum.attachments import decoding, rules, store
from forum.attachments.models import FILE, PICTURE
from forum.core.errors import N_, Invalid

WEBP = "image/webp"


class Taken(NamedTuple):
    """Bytes ready to be kept, lying in `new` (and `small`), and what is known of them."""

    kind: str
    name: str
    type: str
    size: int
    width: int | None
    height: int | None
    digest: str
    new: Path
    small: Path


@contextmanager
def taken(instance: Path, stream: IO[bytes], name: str, *, most: int) -> Iterator[Taken]:
    """What was sent, for as long as it takes to keep it. Raises Invalid at `file`, TooFast when too many pictures wait."""
    source, new, small = (store.fresh(instance) for _ in range(3))
    try:
        yield _taken(source, new, small, stream, rules.name(name), most)
    finally:
        for left in (source, new, small):
            left.unlink(missing_ok=True)


def _taken(source: Path, new: Path, small: Path, stream: IO[bytes], name: str, most: int) -> Taken:
    try:
        size = store.received(stream, source, most)
    except store.TooMuch as error:
        raise Invalid(
            "file",
            N_("%(name)s is larger than %(most)s MB, the most a file may be."),
            name=name,
            most=most // 1_000_000,
        ) from error
    if not size:
        raise Invalid("file", N_("%(name)s is empty."), name=name)
    with source.open("rb") as opened:
        pictured = rules.claims_to_be_a_picture(name, opened.read(16))
    if not pictured:
        digest = store.settled(source)
        return Taken(FILE, name, rules.type_of(name), size, None, None, digest, source, small)
    width, height = decoding.clean(source, new, small)
    digest = store.settled(new)
    if small.exists():
        store.settled(small)
    return Taken(PICTURE, rules.picture_name(name), WEBP, new.stat().st_size, width, height, digest, new, small)
