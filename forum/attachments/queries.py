"""What is known of files. Everybody who may see a post sees its files; one without a post is seen by its owner alone."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy import Row, bindparam, column, or_, select, table

from forum.attachments.models import PICTURE, File
from forum.core.database import Read, row, rows

NONE: Final[Mapping[int, tuple[int, int]]] = MappingProxyType({})
_posts = table("posts", column("id"), column("withdrawn_at"))  # that slice stands above this one
_shown = Read(
    select(File.id, File.kind, File.name, File.digest, File.size, File.width, File.height)
    .outerjoin(_posts, _posts.c.id == File.post_id)
    .where(
        File.id == bindparam("file"),
        or_(File.owner_id == bindparam("person"), File.post_id.is_not(None)),
        _posts.c.withdrawn_at.is_(None),
    )
)


def shown(file: int, person: int) -> Row[Any] | None:
    """The file, if this person may see it."""
    return row(_shown, file=file, person=person)


def sizes(files: Collection[int], person: int | None) -> Mapping[int, tuple[int, int]]:
    """Width and height of pictures by number: those of posts, and this person's own."""
    if not files:
        return NONE
    found = select(File.id, File.width, File.height).where(
        File.id.in_(files), File.kind == PICTURE, or_(File.owner_id == person, File.post_id.is_not(None))
    )
    return {one.id: (one.width, one.height) for one in rows(found)}


def named(digests: Collection[str]) -> set[str]:
    """Which of these digests some file still has."""
    return {one.digest for one in rows(select(File.digest).where(File.digest.in_(digests)).distinct())}


def own(files: Collection[int], person: int) -> Sequence[Row[Any]]:
    """(id, kind, name, size, post_id) of those of these files that this person brought, by number."""
    found = select(File.id, File.kind, File.name, File.size, File.post_id)
    return rows(found.where(File.id.in_(files), File.owner_id == person).order_by(File.id))
