"""HR's desk: the plan of the coming weeks, the queue, doors, holidays. Ordinary sign-in, role hr; the actor is web's."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, render_template, request
from flask_babel import gettext

from forum.core.clock import now
from forum.core.database import writing
from forum.core.errors import Conflict, Invalid
from forum.pads import hr_queries, planning, rotating, rotation, rules
from forum.pads.shown import tongue
from forum.pads.views import company_zone, settings
from forum.web import errors
from forum.web.access import access, go

pages = Blueprint("plan", __name__, url_prefix="/hr/pads")
TOPIC = ("question", "intro", "mood", "not_before", "not_after")
DOOR = ("slug", "name", "place", "rhythm", "every")


@pages.get("")
@access("hr")
def plan() -> Any:
    at, zone = now(), company_zone()
    topics = hr_queries.topics()
    ahead = hr_queries.ahead(rotating.plan(zone), at)
    found = hr_queries.doors()
    return render_template(
        "pads/hr/plan.html",
        doors=[one for one in found if one.retired_at is None],
        topics=topics,
        by_id={one.id: one for one in topics},
        ahead=ahead,
        coming=any(turn for weeks in ahead.turns.values() for turn in weeks),
        soonest=min(ahead.dry.values(), default=None),
        hour=hr_queries.hour(),
        at=at,
        undo=rotating.UNDO,
        nine=rotation.HOUR,
        zone=zone,
        tongue=tongue,
    )


# --- topics ----------------------------------------------------------------------------------------------------------


def _asked(names: tuple[str, ...]) -> dict[str, str]:
    return {name: request.form.get(name, "") for name in names}


def _number(name: str) -> int | None:
    """A number sent in a form; None for nothing, 404 for anything else."""
    text = request.form.get(name, "")
    if not text:
        return None
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        abort(404)
    return int(text)


@pages.get("/topics/new")
@access("hr")
def new_topic() -> Any:
    return _topic_page({"mood": "light"})


@pages.post("/topics/new")
@access("hr")
def add_topic() -> Any:
    values = _asked(TOPIC)
    try:
        with writing():
            planning.add_topic(values, at=now(), zone=company_zone())
    except Invalid as error:
        return _topic_page(values, error), errors.STATUS[Invalid]
    flash(gettext("“%(question)s” waits in the queue.", question=" ".join(values["question"].split())))
    return go("/hr/pads#queue")


@pages.get("/topics/<number:number>")
@access("hr")
def topic(number: int) -> Any:
    found = planning.topic(number)
    values = {name: getattr(found, name) or "" for name in TOPIC}
    return _topic_page(values, topic=found)


@pages.post("/topics/<number:number>")
@access("hr")
def change_topic(number: int) -> Any:
    values = _asked(TOPIC)
    try:
        with writing():
            planning.change_topic(number, values, at=now(), zone=company_zone())
    except Invalid as error:
        return _topic_page(values, error, planning.topic(number)), errors.STATUS[Invalid]
    flash(gettext("Saved. A sheet that hangs already keeps the words people answered to."))
    return go("/hr/pads#queue")


def _topic_page(values: dict[str, str], error: Invalid | None = None, topic: Any = None) -> str:
    wrong = {error.field: errors.said(error)} if error else {}
    return render_template("pads/hr/topic.html", values=values, errors=wrong, topic=topic, rules=rules)


@pages.post("/topics/<number:number>/retire")
@access("hr")
def retire_topic(number: int) -> Any:
    with writing():
        if request.form.get("back"):
            planning.bring_back_topic(number, at=now(), zone=company_zone())
        else:
            planning.retire_topic(number, at=now())
            flash(gettext("Retired: it hangs nowhere anew. You can bring it back at the end of the queue."))
    return go("/hr/pads#queue")


@pages.post("/queue")
@access("hr")
def queue() -> Any:
    """The whole order, as dragging sends it, or one step of one topic, as its buttons do."""
    with writing():
        order = _ordered([str(one.id) for one in hr_queries.topics() if one.retired_at is None])
        planning.queue([int(one) for one in order])
    return go("/hr/pads#queue")


def _ordered(present: list[str]) -> list[str]:
    order = request.form.get("order")
    if order is not None:
        known = set(present)
        return [one for one in order.split(",") if one in known]
    moved, by = request.form.get("move", ""), request.form.get("by", "")
    if moved not in present or by not in ("-1", "1"):
        abort(404)
    place = present.index(moved)
    present.insert(max(0, place + int(by)), present.pop(place))
    return present


# --- doors -----------------------------------------------------------------------------------------------------------


@pages.get("/doors")
@access("hr")
def doors() -> Any:
    return _doors_page({"rhythm": "weekly", "every": "7"})


def _doors_page(values: dict[str, str], error: Invalid | None = None) -> str:
    found = hr_queries.doors()
    wrong = {error.field: errors.said(error)} if error else {}
    return render_template(
        "pads/hr/doors.html",
        doors=[one for one in found if one.retired_at is None],
        retired=[one for one in found if one.retired_at is not None],
        values=values,
        errors=wrong,
        tongue=tongue,
    )


@pages.post("/doors")
@access("hr")
def add_door() -> Any:
    values = _asked(DOOR)
    try:
        with writing():
            made = planning.add_door(
                slug=values["slug"],
                name=values["name"],
                place=values["place"],
                rhythm=values["rhythm"],
                every=rules.every(values["every"]) if values["rhythm"] == rotation.DAYS else 7,
                at=now(),
                zone=company_zone(),
            )
    except Invalid as error:
        return _doors_page(values, error), errors.STATUS[Invalid]
    flash(gettext("%(name)s has a pad. Print its sheet and hang it up.", name=made.name))
    return go(f"/hr/pads/doors/{made.slug}")


@pages.get("/doors/<slug>")
@access("hr")
def door(slug: str) -> Any:
    found = _door(slug)
    values = {"name": found.name, "place": found.place, "rhythm": found.rhythm, "every": str(found.every)}
    return _door_page(found, values | {"wish": str(found.wish_id or "")})


def _door(slug: str) -> Any:
    found = hr_queries.door(slug)
    if found is None:
        abort(404)
    return found


def _door_page(found: Any, values: dict[str, str], error: Invalid | None = None) -> str:
    at = now()
    return render_template(
        "pads/hr/door.html",
        door=found,
        values=values,
        errors={error.field: errors.said(error)} if error else {},
        topics=[one for one in hr_queries.topics() if one.retired_at is None],
        sheets=hr_queries.sheets(found.id),
        base=settings().pads_base,
        undoable=found.flipped_from is not None and 0 <= at - (found.flipped_at or 0) <= rotating.UNDO,
        tongue=tongue,
    )


@pages.post("/doors/<slug>")
@access("hr")
def change_door(slug: str) -> Any:
    values = _asked((*DOOR[1:], "wish"))
    try:
        with writing():
            planning.change_door(
                slug,
                name=values["name"],
                place=values["place"],
                rhythm=values["rhythm"],
                every=rules.every(values["every"]) if values["rhythm"] == rotation.DAYS else 7,
                wish=_number("wish"),
                at=now(),
                zone=company_zone(),
            )
    except Invalid as error:
        return _door_page(_door(slug), values, error), errors.STATUS[Invalid]
    flash(gettext("Saved."))
    return go(f"/hr/pads/doors/{slug}")


@pages.post("/doors/<slug>/wish")
@access("hr")
def wish(slug: str) -> Any:
    with writing():
        planning.wish(slug, _number("topic"), at=now(), zone=company_zone())
    flash(gettext("%(door)s shows it at its next change.", door=_door(slug).name))
    return go("/hr/pads")


@pages.post("/doors/<slug>/flip")
@access("hr")
def flip(slug: str) -> Any:
    found = _door(slug)
    if found.retired_at is not None:
        abort(404)
    try:
        with writing():
            rotating.flip(found.id, now(), company_zone(), topic=_number("topic"))
    except Invalid as error:
        values = {"name": found.name, "place": found.place, "rhythm": found.rhythm, "every": str(found.every)}
        return _door_page(found, values, error), errors.STATUS[Invalid]
    turned = _door(slug)
    flash(
        gettext(
            "%(door)s now asks “%(question)s” Notes of the old sheet follow in their hour.",
            door=turned.name,
            question=turned.question,
        )
    )
    return go("/hr/pads" if request.form.get("back") == "plan" else f"/hr/pads/doors/{slug}")


@pages.post("/doors/<slug>/undo")
@access("hr")
def undo(slug: str) -> Any:
    found = _door(slug)
    try:
        with writing():
            rotating.undo(found.id, now(), company_zone())
        flash(gettext("%(door)s has its old sheet again. Nothing was published.", door=found.name))
    except Conflict as error:
        flash(errors.said(error))
    return go("/hr/pads" if request.form.get("back") == "plan" else f"/hr/pads/doors/{slug}")


@pages.post("/doors/<slug>/retire")
@access("hr")
def retire_door(slug: str) -> Any:
    with writing():
        if request.form.get("back"):
            planning.bring_back_door(slug, at=now(), zone=company_zone())
        else:
            planning.retire_door(slug, at=now())
            flash(
                gettext("The pad is off that door. Its sheets stay readable, and you can bring it back below the list.")
            )
    return go("/hr/pads/doors")


@pages.post("/walk")
@access("hr")
def walk() -> Any:
    """The doors' order, as dragging sends it, or one step of one door."""
    with writing():
        planning.walk(_ordered([one.slug for one in hr_queries.doors() if one.retired_at is None]))
    return go("/hr/pads/doors")


# --- holidays --------------------------------------------------------------------------------------------------------


@pages.get("/holidays")
@access("hr")
def holidays() -> Any:
    return _holidays_page({})


def _holidays_page(values: dict[str, str], error: Invalid | None = None) -> str:
    wrong = {error.field: errors.said(error)} if error else {}
    return render_template("pads/hr/holidays.html", days=hr_queries.holidays(), values=values, errors=wrong)


@pages.post("/holidays")
@access("hr")
def change_holidays() -> Any:
    values = _asked(("day", "name"))
    try:
        with writing():
            if request.form.get("drop"):
                planning.drop_holiday(request.form["drop"][:10], zone=company_zone())
            else:
                planning.add_holiday(values["day"], values["name"], zone=company_zone())
    except Invalid as error:
        return _holidays_page(values, error), errors.STATUS[Invalid]
    return go("/hr/pads/holidays")
