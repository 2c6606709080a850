"""Files over HTTP: taken in for the writing form, shown to whoever may read the post. Nothing that is sent from here can run anything."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any
from urllib.parse import quote

from flask import Blueprint, abort, current_app, send_file
from flask.blueprints import BlueprintSetupState

from forum.attachments import queries, receiving, references, store
from forum.attachments.models import PICTURE
from forum.core.errors import ForumError, TooFast
from forum.web import errors, limits, uploads
from forum.web.access import access, actor

log = logging.getLogger(__name__)
pages = Blueprint("files", __name__)
POLICY = "default-src 'none'; sandbox"
ALONE = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
"""Of a picture, which holds nothing but pixels: the browser's own page around it, when it is opened alone, has a style."""
KEPT = 86_400
"""Seconds for which a browser shows a file without asking: what was withdrawn shall not live on there for long."""
SMALL = "small"


@pages.record
def _largest(state: BlueprintSetupState) -> None:
    state.app.jinja_env.globals["megabytes"] = lambda: uploads.most() // 1_000_000


@pages.post("/files")
@access("employee")
@uploads.takes_files()
@limits.limit("30/minute;200/hour")
def take() -> Any:
    """For the script of the writing form: {id, url, name, type, size, width, height, markdown}, or {error}."""
    try:
        sent = receiving.chosen()
        if not sent:
            abort(400)
        kept = receiving.keep(actor(), sent[0])
    except ForumError as error:
        headers = {"Retry-After": str(error.retry_after)} if isinstance(error, TooFast) else {}
        return {"error": errors.said(error)}, errors.STATUS[type(error)], headers
    told = kept._asdict() | {"url": references.address(kept), "markdown": references.markdown(kept)}
    return told, 201


@pages.get("/files/<number:file_id>/<called>")
@access("employee")
def show(file_id: int, called: str) -> Any:
    """A picture in the page, or small; anything else to take away. The name in the address is for people."""
    found = queries.shown(file_id, actor().id)
    if found is None:
        abort(404)
    pictured = found.kind == PICTURE
    instance = Path(current_app.instance_path)
    path = store.path(instance, found.digest)
    tag = found.digest[:32]
    if pictured and called == SMALL and (small := store.path(instance, found.digest, small=True)).exists():
        path, tag = small, f"{tag}-small"
    if not path.is_file():
        log.error("file %s is not on the disk", file_id)
        abort(404)
    mimetype = "image/webp" if pictured else "application/octet-stream"
    answer = send_file(path, mimetype=mimetype, etag=tag, conditional=True, max_age=KEPT)
    answer.headers["Content-Disposition"] = (
        f"{'inline' if pictured else 'attachment'}; filename*=UTF-8''{quote(found.name, safe='')}"
    )
    answer.headers["Content-Security-Policy"] = ALONE if pictured else POLICY
    answer.headers["Cache-Control"] = f"private, max-age={KEPT}, immutable"
    return answer
