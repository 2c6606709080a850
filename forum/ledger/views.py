"""The ledger in public, without sign-in: what it is, the checkpoint, the strip for the wall, and the files that other programs read."""

from __future__ import annotations

import json
from base64 import b64encode
from typing import Any, NamedTuple

from flask import Blueprint, Response, abort, current_app, render_template, request
from flask_babel import gettext

from forum.core.clock import now
from forum.ledger import queries
from forum.ledger.checkpoints import checked
from forum.ledger.leaves import COMMAND
from forum.ledger.showing import Sources
from forum.ledger.tiles import tile_of
from forum.web.access import access, acting
from forum.web.codes import qr
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
    by_command: bool
    names: list[tuple[str, str | None]]
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
        compared=_compared(),
        origin=current_app.config["ORIGIN"],
    )


@pages.get("/ledger/print")
@access("anyone")
def strip() -> Any:
    day = dates().today.isoformat()
    point = queries.checkpoint(day) or queries.checkpoint()
    if point is None:
        return render_template("ledger/unsigned.html"), 200, {"Refresh": "5"}
    code = qr(point.note, gettext("QR code that holds the signed checkpoint"), error="l")
    return render_template("ledger/strip.html", point=_point(point), qr=code, key=_signed_by(point.note))


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


def _signed_by(note: str) -> str:
    """The key that signed: not the present one, when it was changed since."""
    known = queries.keys()
    return next((str(one) for one in known if checked(note, [one])), "")


def _compared() -> dict[str, Any] | None:
    """The letters that a strip with so many entries must bear; they are the same for ever."""
    given = "".join(request.args.get("entries", "").split()).replace(",", "").replace(".", "")
    if not given:
        return None
    size = int(given) if given.isascii() and given.isdigit() and len(given) < 18 else 0
    if not 0 < size <= queries.size():
        return {"given": given[:30], "groups": None}
    return {"given": given, "size": size, "groups": _groups(b64encode(queries.root(size)).decode())}


def _groups(root: str) -> list[str]:
    return [root[begin : begin + 4] for begin in range(0, len(root), 4)]


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
        "groups": _groups(root),
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
            _named(by, handles)[0],
            by == COMMAND,
            [_named(who, handles) for _, who in some[:NAMED]],
            len(some),
            some[-1][0],
        )
        for (kind, words, at, by), some in alike.items()
    ]


def _named(who: str, handles: dict[int, str]) -> tuple[str, str | None]:
    """A handle, to be read and to be followed, for who is signed in; the number, which is public, for everybody else."""
    if not who.startswith("u:"):
        return "", None
    number = int(who[2:])
    handle = handles.get(number)
    return handle or gettext("colleague no. %(number)s", number=number), handle
