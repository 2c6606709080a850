"""Files that come with a request, taken in one after another. Parses; what they may be is decided elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from flask import current_app, request
from werkzeug.datastructures import FileStorage

from forum.attachments import actions, intake, queries, references
from forum.attachments.rules import FILES_A_POST
from forum.core.actor import Actor
from forum.core.clock import now
from forum.core.database import writing
from forum.core.errors import N_, Invalid
from forum.web import uploads

FIELD = "file"


def chosen() -> list[FileStorage]:
    """The files that were chosen; an untouched field sends one without a name."""
    return [one for one in request.files.getlist(FIELD) if one.filename]


def keep(actor: Actor, sent: FileStorage) -> references.Named:
    """Takes one in and keeps it. Raises Invalid at `file`, and TooFast."""
    instance = Path(current_app.instance_path)
    with intake.taken(instance, sent.stream, sent.filename or "", most=uploads.most()) as taken:
        with writing():
            paced = not current_app.extensions["forum.settings"].testing
            number = actions.keep(actor, taken=taken, instance=instance, at=now(), paced=paced)
        return references.Named(number, taken.kind, taken.name, taken.type, taken.size, taken.width, taken.height)


def named(actor: Actor, body: str, files: Sequence[int]) -> str:
    """The words with files at their end that a program brought before. Raises Invalid at `files`."""
    wanted = list(dict.fromkeys(files))
    found = {one.id: one for one in queries.own(wanted, actor.id) if one.post_id is None}
    if missing := [one for one in wanted if one not in found]:
        raise Invalid(
            "files", N_("File %(number)s is not yours to attach, or stands in a post already."), number=missing[0]
        )
    return references.added(body, [found[one] for one in wanted])


def into(actor: Actor, body: str) -> str:
    """The words with the files of this form at their end. "Attach" without any is told. Raises Invalid at `file`, and TooFast."""
    sent = chosen()
    if not sent and "attach" in request.form:
        raise Invalid(FIELD, N_("Choose a picture or a file first."))
    if len(sent) > FILES_A_POST:
        raise Invalid(
            FIELD, N_("A post can hold %(most)s files; these are %(many)s."), most=FILES_A_POST, many=len(sent)
        )
    return references.added(body, [keep(actor, one) for one in sent])
