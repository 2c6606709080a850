"""The pads as everybody meets them, at the door or at a desk: read, write, agree, hold a slip. No sign-in, no cookie, no trace.

Refuses to know who asks: these pages stand in web's room for nobody, and this module may not import accounts.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Blueprint, abort, current_app, render_template, request
from flask_babel import gettext
from markupsafe import Markup

from forum import markup
from forum.config import ROOT, Settings
from forum.core.clock import now
from forum.core.database import Busy, writing, writing_if_free
from forum.core.errors import N_, Away, Conflict, ForumError, Invalid, Missing, TooFast
from forum.pads import actions, printing, publishing, queries, rotating, rules, slips
from forum.pads.flood import Flood
from forum.pads.shown import Shown, shown, tongue
from forum.pads.waiting import Waiting
from forum.web import errors, limits, nobody
from forum.web.access import access, go
from forum.web.codes import qr
from forum.web.dates import zone
from forum.web.fragments import fragment
from forum.web.paging import wanted

pages = Blueprint("pads", __name__)
flood = Flood()
LOST = N_("This form has lost a part on its way. Your words are here: press the button once more.")
NOTE = re.compile(r"[0-9a-f]{32}")


def settings() -> Settings:
    """What differs from one installation to the next."""
    found: Settings = current_app.extensions["forum.settings"]
    return found


def company_zone() -> Any:
    """The company's time zone."""
    return zone(settings().timezone)


def waiting() -> Waiting:
    """The notes of this instance that wait for their hour."""
    return Waiting(Path(current_app.instance_path))


def next_hour() -> int:
    """When a note written now goes up at the earliest."""
    return publishing.next_hour(now(), settings().pads_batch_seconds, company_zone())


@pages.before_request
def from_our_page() -> None:
    """Forms come from our own pages."""
    if request.method == "POST":
        nobody.check_origin()


def _slow(what: str, door: str) -> None:
    """Raises TooFast for a door or an address that writes too fast."""
    if settings().testing:
        return
    seconds = flood.wait(what, door, limits.address(), now())
    if seconds:
        raise TooFast(
            N_("Many are writing just now. Wait %(seconds)s seconds and press the button once more."),
            retry_after=seconds,
            seconds=seconds,
        )


def _pad(door: str) -> Any:
    """The door; a change that is due and was missed is made up first. 404 when there is none."""
    found = queries.pad(door)
    if found is None:
        abort(404)
    at = publishing.full_hour(now(), publishing.HOUR, company_zone())  # a visitor's moment is written down nowhere
    if found.due_at is not None and found.due_at <= at and (found.tried_at is None or found.tried_at < found.due_at):
        try:
            with writing_if_free():
                rotating.rotate(at, company_zone())
        except Busy:
            return found  # somebody else writes, perhaps this very change; the worker sees to it
        found = queries.pad(door)
    return found


@pages.get("/pads")
@access("anyone")
def wall() -> Any:
    doors = queries.wall()
    return render_template(
        "pads/wall.html",
        forum=settings().base_url,
        doors=[one for one in doors if one.retired_at is None],
        retired=[one for one in doors if one.retired_at is not None],
        tongue=tongue,
    )


@pages.get("/pads/<door>")
@access("anyone")
def door(door: str) -> Any:
    found = _pad(door)
    if found.retired_at is not None:
        return _archive(found)
    return _page(found)


def _page(found: Any, *, body: str = "", wrong: str = "", slip: int | None = None) -> str:
    """The pad with its sheet; with what was typed and what is wrong with it, if anything."""
    page = last = 1
    notes: list[Shown] = []
    if found.sheet is not None:
        last = max(1, -(-found.standing // rules.PAGE))
        page = wanted(last)
        notes = shown(queries.notes(found.sheet, page), queries.by_note(queries.answers(found.sheet)))
    return render_template(
        "pads/door.html",
        pad=found,
        notes=laid_out(notes, page),
        page=page,
        last=last,
        torn=queries.torn(found.id),
        slip=slips.shown(slip if slip is not None else slips.new()),
        body=body,
        wrong=wrong,
        most=rules.NOTE_MAX,
        tongue=tongue,
        week=_week,
    )


def laid_out(notes: list[Shown], page: int) -> list[Markup]:
    """Notes as HTML. Each is remembered by itself, not the page: how long a page takes must not tell whether somebody opened it before."""
    return [fragment("pads/notes.html", "note", one, page) for one in notes]


def _week(at: int, since: int = 0) -> int:
    """The number of a week; of a sheet that was torn off, of its last whole day."""
    return int(actions.week(max(at - 86400, since) if since else at, company_zone())[6:])


@pages.post("/pads/<door>/notes")
@access("anyone")
def pin(door: str) -> Any:
    body = request.form.get("body", "")
    slip = slips.read(request.form.get("slip", ""))
    sheet = request.form.get("sheet", "")
    found = _pad(door)
    if found.retired_at is not None or found.sheet is None:
        abort(404)
    try:
        text = rules.note(body)
        if slip is None or not sheet.isascii() or not sheet.isdigit() or len(sheet) > 9:
            raise Conflict(LOST)
        actions.check_hangs(door, int(sheet), now())
        _slow("note", door)
        slip, made = actions.pin(
            waiting(), door=door, sheet=int(sheet), slip=slip, body=text, at=now(), zone=company_zone()
        )
    except (Invalid, Conflict, Missing, TooFast, Away) as error:
        return _again(found, error, body, slip)
    return render_template(
        "pads/pinned.html", pad=found, made=made, slip=slips.shown(slip), next=next_hour(), tongue=tongue
    )


def _again(found: Any, error: ForumError, body: str, slip: int | None) -> Any:
    """The pad once more, with the words and what is wrong next to them."""
    status = errors.STATUS[type(error)]
    headers = {"Retry-After": str(error.retry_after)} if isinstance(error, TooFast) else {}
    if isinstance(error, Away):
        nobody.note_fault(error.__cause__ or error)
    keep = slip if isinstance(error, (TooFast, Away)) else None
    return _page(found, body=body, wrong=errors.said(error), slip=keep), status, headers


@pages.get("/pads/<door>/sheets")
@access("anyone")
def sheets(door: str) -> Any:
    return _archive(_pad(door))


def _archive(found: Any) -> str:
    ever = queries.torn_ever(found.id)
    last = max(1, -(-ever // queries.SHEETS))
    page = wanted(last)
    torn = queries.torn(found.id, most=queries.SHEETS, skip=(page - 1) * queries.SHEETS)
    return render_template(
        "pads/sheets.html", pad=found, torn=torn, ever=ever, page=page, last=last, tongue=tongue, week=_week
    )


@pages.get("/pads/<door>/sheets/<number:number>")
@access("anyone")
def sheet(door: str, number: int) -> Any:
    found = queries.sheet(door, number)
    if found is None:
        abort(404)
    if found.torn_at is None:
        return go(f"/pads/{found.slug}")
    last = max(1, -(-queries.standing(found.sheet) // rules.PAGE))
    page = wanted(last)
    notes = shown(queries.notes(found.sheet, page), queries.by_note(queries.answers(found.sheet)))
    return render_template(
        "pads/sheet.html", sheet=found, notes=laid_out(notes, page), page=page, last=last, tongue=tongue, week=_week
    )


@pages.get("/pads/topics/<number:number>")
@access("anyone")
def topic(number: int) -> Any:
    found = queries.topic(number)
    if found is None or not found.sheets:
        abort(404)
    last = max(1, -(-found.notes // rules.PAGE))
    page = wanted(last)
    notes = queries.topic_notes(number, page)
    return render_template(
        "pads/topic.html",
        topic=found,
        notes=laid_out(shown(notes, queries.by_note(queries.topic_answers(notes))), page),
        sheets=queries.topic_sheets(number) if found.notes >= rules.FEW else [],
        page=page,
        last=last,
        tongue=tongue,
        week=_week,
    )


@pages.get("/pads/<door>/print")
@access("anyone")
def print_door(door: str) -> Any:
    found = _pad(door)
    if found.retired_at is not None or found.sheet is None:
        abort(404)
    return paper([found])


def paper(pads: list[Any]) -> str:
    """Sheets of A4, one a door."""
    return render_template("pads/paper.html", **paper_values(pads))


def paper_values(pads: list[Any]) -> dict[str, Any]:
    """What the sheets of paper show."""
    base = settings().pads_base
    return {
        "pads": pads,
        "base": base,
        "shown_base": base.partition("://")[2],
        "qr": qr,
        "size": printing.size,
        "tongue": tongue,
        "week": _week,
    }


@pages.post("/pads/notes/<note>/plus")
@access("anyone")
def plus(note: str) -> Any:
    if not NOTE.fullmatch(note):
        abort(404)
    _slow("plus", note)
    with writing():
        sheet = actions.agree(note)
    found = queries.sheet_by_id(sheet)
    assert found
    where = f"/pads/{found.slug}" + ("" if found.torn_at is None else f"/sheets/{found.number}")
    page = request.form.get("page", "")
    return go(where + (f"?page={page}" if re.fullmatch(r"[1-9]\d{0,3}", page) else "") + f"#n-{note[:8]}")


@pages.get("/pads/slip")
@access("anyone")
def slip_page() -> Any:
    return _slip_page()


def _slip_page(typed: str = "", wrong: str = "", **values: Any) -> str:
    known = {"typed": typed, "wrong": wrong, "found": None, "tongue": tongue} | values
    return render_template("pads/slip.html", **known)


@pages.post("/pads/slip")
@access("anyone")
def hold_slip() -> Any:
    """What a slip's holder may do: see the note, correct it, take it back. The slip travels in the body, never in an address."""
    typed, act = request.form.get("slip", ""), request.form.get("act", "")
    slip = slips.read(typed)
    if slip is None:
        wrong = gettext("A slip has 26 letters and digits. Please look at it once more.")
        return _slip_page(typed[:100], wrong), errors.STATUS[Invalid]
    body, again, status = request.form.get("body", ""), "", 200
    before = actions.find(waiting(), slip)
    act = "" if before.state == "unknown" else act
    try:
        if act in ("correct", "take back"):
            _slow("slip", slips.note_id(slip))
        if act == "correct":
            actions.correct(waiting(), slip=slip, body=body, at=now())
        elif act == "take back":
            actions.take_back(waiting(), slip=slip, at=now())
    except (Invalid, Missing, TooFast) as error:
        again, status = errors.said(error), errors.STATUS[type(error)]
    found = actions.find(waiting(), slip)
    if (found.state, act, again) == ("unknown", "take back", ""):  # its hour struck meanwhile and swept it away
        found = before._replace(state="taken back", body=None)
    if found.state == "unknown":
        wrong = gettext(
            "No note belongs to this slip. One wrong letter is enough; please compare them. A note taken back before its hour is gone."
        )
        return _slip_page(typed[:100], wrong), errors.STATUS[Invalid]
    assert found.sheet is not None
    return _slip_page(
        found=found,
        slip=slips.shown(slip),
        sheet=queries.sheet_by_id(found.sheet),
        said=queries.said_to(found.note),
        next=next_hour(),
        again=again,
        body=body if again else found.body,
        done="" if again else act,
        most=rules.NOTE_MAX,
    ), status


@lru_cache(maxsize=1)
def _promise() -> Markup:
    """docs/anonymity.md, as everybody reads it."""
    text = (ROOT / "docs" / "anonymity.md").read_text(encoding="utf-8").partition("\n")[2]  # the page has its own title
    html = (
        markup.render(text, {}).html.replace("<h3>", "<h2>").replace("</h3>", "</h2>")
    )  # a post's headings stand lower
    return Markup(html)  # noqa: S704 (cleaned like any post)


@pages.get("/pads/how")
@access("anyone")
def how() -> Any:
    return render_template("pads/how.html", text=_promise())
