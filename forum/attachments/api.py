"""Files for programs: taken in as from a person, named afterwards in `files` of what is said."""

from __future__ import annotations

from typing import Any

from flask import Blueprint

from forum.attachments import receiving, references
from forum.attachments.models import PICTURE
from forum.core.errors import N_, Invalid
from forum.web import api, limits
from forum.web.access import access, actor
from forum.web.uploads import takes_files

pages = Blueprint("files_api", __name__, url_prefix=api.PATH)


@pages.post("/files")
@access("employee")
@takes_files()
@limits.limit("30/minute;200/hour")
def take() -> Any:
    """One file in the field `file` of a multipart form."""
    sent = receiving.chosen()
    if len(sent) != 1:
        raise Invalid("file", N_("This takes one file, with its name, in the field file of a multipart form."))
    kept = receiving.keep(actor(), sent[0])
    told = {"id": kept.id, "url": api.absolute(references.path(kept)), "name": kept.name, "type": kept.type}
    told["size"] = kept.size
    if kept.kind == PICTURE:
        told |= {"width": kept.width, "height": kept.height}
    return told, 201
