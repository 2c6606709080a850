"""Where HR and management read and answer notes, HR types in what was written on paper, a sheet becomes CSV. No note can be removed."""

from __future__ import annotations

import csv
import io
import secrets
from typing import Any

from flask import Blueprint, Response, abort, flash, render_template, request
from flask_babel import gettext, ngettext

from forum.core.clock import now
from forum.core.database import writing
from forum.core.errors import Away, Invalid
from forum.pads import actions, hr_queries, queries, rotating, rules
from forum.pads.shown import shown, tongue
from forum.pads.views import NOTE, company_zone, next_hour, paper, waiting
from forum.web import errors, limits
from forum.web.access import access, actor, go
from forum.web.spreadsheets import harmless

pages = Blueprint("note_answers", __name__, url_prefix="/hr/pads")


def _sheet(number: int) -> Any:
    found = hr_queries.sheet(number)
    if found is None:
        abort(404)
    return found


def role() -> str:
    """In which role somebody answers: management's word weighs more, whoever has both."""
    return "management" if "management" in actor().roles else "hr"


@pages.get("/answers")
@access("hr or management")
def answers() -> Any:
    since = now() - hr_queries.RECENTLY
    found = [(head, shown(some, {})) for head, some in hr_queries.unanswered(since)]
    return render_template(
        "pads/hr/answers.html", found=found, waits=hr_queries.waits(since), role=role(), tongue=tongue
    )


@pages.get("/sheets/<number:number>")
@access("hr or management")
def sheet(number: int) -> Any:
    return _sheet_page(_sheet(number))


def _sheet_page(found: Any, *, typed: str = "", wrong: str = "") -> str:
    notes = hr_queries.all_notes(found.id)
    return render_template(
        "pads/hr/sheet.html",
        sheet=found,
        notes=shown(notes, queries.by_note(queries.answers(found.id))),
        role=role(),
        typed=typed,
        wrong=wrong,
        nonce=secrets.token_hex(16),
        most=rules.PAPER_MOST,
        tongue=tongue,
    )


@pages.get("/notes/<note>")
@access("hr or management")
def note(note: str) -> Any:
    return _note_page(note)


def _note_page(note: str, *, typed: str = "", wrong: str = "") -> str:
    found = hr_queries.note(note) if NOTE.fullmatch(note) else None
    if found is None:
        abort(404)
    (one,) = shown([found], {note: queries.by_note(queries.answers(found.sheet_id)).get(note, [])})
    return render_template(
        "pads/hr/note.html",
        found=found,
        note=one,
        role=role(),
        typed=typed,
        wrong=wrong,
        most=rules.ANSWER_MAX,
        tongue=tongue,
    )


@pages.post("/notes/<note>")
@access("hr or management")
@limits.limit("60/hour")
def answer(note: str) -> Any:
    text = request.form.get("text", "")
    if not NOTE.fullmatch(note):
        abort(404)
    try:
        with writing():
            actions.answer(note, role=role(), text=text)
    except Invalid as error:
        return _note_page(note, typed=text, wrong=errors.said(error)), errors.STATUS[Invalid]
    found = hr_queries.note(note)
    assert found
    flash(gettext("Answered, in the name of %(role)s.", role=gettext("management") if role() == "management" else "HR"))
    return go(f"/hr/pads/sheets/{found.sheet_id}#n-{note[:8]}")


@pages.post("/sheets/<number:number>/paper")
@access("hr")
@limits.limit("60/hour")
def type_in(number: int) -> Any:
    found = _sheet(number)
    text, nonce = request.form.get("body", ""), request.form.get("nonce", "")[:64]
    try:
        typed = actions.type_in(waiting(), sheet=number, text=text, nonce=nonce, at=now(), zone=company_zone())
    except (Invalid, Away) as error:
        return _sheet_page(found, typed=text, wrong=errors.said(error)), errors.STATUS[type(error)]
    flash(
        ngettext(
            "%(num)s note from paper goes up at the next full hour.",
            "%(num)s notes from paper go up at the next full hour.",
            typed,
        )
    )
    return go(f"/hr/pads/sheets/{number}")


@pages.get("/sheets/<number:number>.csv")
@access("hr or management")
def sheet_csv(number: int) -> Any:
    found = _sheet(number)
    said = queries.by_note(queries.answers(number))
    out = io.StringIO()
    lines = csv.writer(out)
    lines.writerow(("question", "door", "week", "note", "agree", "from_paper", "answers"))
    for one in hr_queries.all_notes(number):
        words = " / ".join(f"{each.role}: {each.text}" for each in said.get(one.id, ()))
        cells = (found.question, found.name, one.week, one.body)
        lines.writerow((*map(harmless, cells), one.pluses, "yes" if one.paper else "", harmless(words)))
    return Response(
        "\ufeff" + out.getvalue(),
        mimetype="text/csv",
        headers={"Content-Disposition": f'attachment; filename="{found.slug}-{found.number}.csv"'},
    )


@pages.get("/figures")
@access("hr or management")
def figures() -> Any:
    return render_template(
        "pads/hr/figures.html",
        topics=sorted((one for one in hr_queries.topics() if one.sheets), key=lambda one: -one.notes),
        sheets=hr_queries.read_sheets(),
        hour=hr_queries.hour(),
        next=next_hour(),
        few=rules.FEW,
        tongue=tongue,
    )


@pages.get("/print")
@access("hr")
def print_all() -> Any:
    """Every sheet that hangs, or, with ?next, every sheet that will hang after its door's next change."""
    zone = company_zone()
    found = hr_queries.coming(rotating.plan(zone), now()) if "next" in request.args else hr_queries.to_print()
    if not found:
        abort(404)
    return paper(list(found))
