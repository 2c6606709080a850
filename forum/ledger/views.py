"""The ledger in public, without sign-in: what it is, the checkpoint, the strip for the wall, and the files that other programs read."""

from __future__ import annotations

import json
from base64 import b64decode
from typing import Any, NamedTuple

import segno
from flask import Blueprint, Response, abort, current_app, render_template, request
from flask_babel import gettext
from markupsafe import Markup

from forum.core.clock import now
from forum.ledger import queries
from forum.ledger.showing import Sources
from forum.ledger.tiles import tile_of
from forum.web.access import access, acting
from forum.web.dates import dates

pages = Blueprint("ledger", __name__)
LARGEST = 2**62
FOR_EVER = "public, max-age=31536000, immutable"
NAMED = 3
"""People named in a line that is about many."""


class Line(NamedTuple):
    """Something an operator did to one or to many: which kind, the words, whose handles, how many."""

    kind: str
    words: str
    at: int
    by: str
    names: list[str]
    many: int
    number: int


@pages.get("/ledger")
@access("anyone")
def about() -> Any:
    before = _before()
    erased, done = queries.lines(LARGEST, erased=True), queries.lines(before, erased=False)
    more = done[queries.LINES - 1].number if len(done) > queries.LINES else None
    return render_template(
        "ledger/ledger.html",
        point=_point(queries.checkpoint()),
        keys=queries.keys(),
        erased=[(one, json.loads(one.leaf)) for one in erased[: queries.LINES]],
        lines=_lines(done[: queries.LINES]),
        more=more,
        first=before == LARGEST,
    )


@pages.get("/ledger/print")
@access("anyone")
def strip() -> Any:
    day = dates().today.isoformat()
    point = queries.checkpoint(day) or queries.checkpoint()
    if point is None:
        return render_template("ledger/unsigned.html"), 200, {"Refresh": "5"}
    code = segno.make(point.note, error="l")
    drawn = code.svg_inline(border=0, omitsize=True, svgclass="qr", lineclass=None)
    label = gettext("QR code that holds the signed checkpoint")
    qr = Markup(drawn.replace("<svg ", f'<svg role="img" aria-label="{label}" ', 1))  # noqa: S704 (segno's own figures)
    return render_template("ledger/strip.html", point=_point(point), note=point.note, qr=qr, key=queries.keys()[0])


@pages.get("/ledger/checkpoint")
@access("anyone")
def checkpoint() -> Response:
    found = queries.checkpoint()
    if found is None:
        abort(404)
    return _text(found.note)


@pages.get("/ledger/key")
@access("anyone")
def key() -> Response:
    found = queries.keys()
    if not found:
        abort(404)
    return _text(f"{found[0]}\n")


@pages.get("/ledger/tile/<path:name>")
@access("anyone")
def tile(name: str) -> Response:
    wanted = tile_of(name)
    found = queries.file(wanted, queries.size()) if wanted is not None else None
    if found is None:
        abort(404)
    return Response(found, mimetype="application/octet-stream", headers={"Cache-Control": FOR_EVER})


def _text(words: str) -> Response:
    return Response(words, content_type="text/plain; charset=utf-8", headers={"Cache-Control": "no-cache"})


def _before() -> int:
    given = request.args.get("before", "")
    if not given:
        return LARGEST
    if not given.isascii() or not given.isdigit() or len(given) > 18:
        abort(404)
    return int(given)


def _point(found: Any) -> dict[str, Any] | None:
    """A checkpoint as people read it: its root in groups of four, its age."""
    if found is None:
        return None
    lines = found.note.splitlines()
    root = lines[2]
    return {
        "origin": lines[0],
        "size": found.size,
        "root": root,
        "groups": [root[begin : begin + 4] for begin in range(0, len(root), 4)],
        "hex": b64decode(root).hex(),
        "at": found.at,
        "late": now() - found.at > 86400 + 3600,
    }


def _lines(found: Any) -> list[Line]:
    """Acts of one moment that differ only in whom they are about are one line."""
    told = [(one, json.loads(one.leaf)) for one in found]
    sources: Sources = current_app.extensions["forum.proven"]
    numbers = {int(who[2:]) for _, leaf in told for who in (leaf["o"], leaf["b"]) if who.startswith("u:")}
    handles = sources.handles(numbers) if acting() is not None and numbers else {}
    alike: dict[tuple[str, str, int, str], list[Any]] = {}
    for one, leaf in told:
        alike.setdefault((leaf["t"], one.words, leaf["at"], leaf["b"]), []).append((one.number, leaf["o"]))
    return [
        Line(
            kind,
            words,
            at,
            _named(by, handles),
            [_named(who, handles) for _, who in some[:NAMED]],
            len(some),
            some[-1][0],
        )
        for (kind, words, at, by), some in alike.items()
    ]


def _named(who: str, handles: dict[int, str]) -> str:
    """A handle for who is signed in; the number, which is public, for everybody else."""
    if not who.startswith("u:"):
        return ""
    number = int(who[2:])
    return handles.get(number) or gettext("colleague no. %(number)s", number=number)
