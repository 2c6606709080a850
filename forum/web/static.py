"""Static files under an address that changes with their content, so that browsers may keep them for ever. Sends nothing else."""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from functools import lru_cache
from pathlib import Path

from flask import Flask, abort, request
from flask.wrappers import Response
from werkzeug.security import safe_join

from forum.config import ROOT
from forum.web.access import access

FOLDER = ROOT / "static"
mimetypes.add_type("text/javascript", ".js")


@lru_cache(maxsize=1)
def version() -> str:
    """One short hash over all static files: part of each of their addresses."""
    digest = hashlib.sha256()
    for path in sorted(FOLDER.rglob("*")):
        if path.is_file():
            digest.update(path.relative_to(FOLDER).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:12]


def address(name: str) -> str:
    """Where a static file is found."""
    return f"/static/{version()}/{name}"


@lru_cache(maxsize=128)
def _content(path: Path, zipped: bool) -> bytes:
    content = path.read_bytes()
    return gzip.compress(content, 9, mtime=0) if zipped else content


def init_app(app: Flask) -> None:
    """Adds the one route; an old version's address still gives the present file, but not for keeps."""

    @app.get("/static/<tag>/<path:name>", endpoint="static")
    @access("anyone")
    def static_file(tag: str, name: str) -> Response:
        found = safe_join(str(FOLDER), name)
        path = Path(found) if found else None
        try:
            if path is None or not path.is_file():
                abort(404)
        except OSError:  # a name longer than the file system takes
            abort(404)
        kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        text = kind.startswith("text/") or kind in ("image/svg+xml", "application/json", "application/manifest+json")
        zipped = text and "gzip" in request.headers.get("Accept-Encoding", "")
        response = Response(_content(path, zipped), mimetype=kind)
        if text:
            response.headers["Vary"] = "Accept-Encoding"
        if zipped:
            response.headers["Content-Encoding"] = "gzip"
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if tag == version() else "no-cache"
        return response

    app.jinja_env.globals["static"] = address
