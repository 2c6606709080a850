"""Polls as people meet them: asked beside a thread, voted in, changed until the end. Shows nobody who chose what."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from flask import Blueprint, abort, current_app, flash, render_template, request
from flask_babel import gettext
from markupsafe import Markup
from sqlalchemy import Row

from forum.boards import addresses, post_queries
from forum.core.clock import now
from forum.core.database import writing
from forum.core.errors import N_, Conflict, Invalid, Refused
from forum.polls import actions, queries, rules, showing
from forum.polls.permissions import can_ask
from forum.web import errors, limits
from forum.web.access import access, actor, go
from forum.web.dates import zone

pages = Blueprint("polls", __name__)


class Asking(NamedTuple):
    """What the form of a poll shows: what was typed so far, and what is wrong with it."""

    question: str
    choices: str
    several: bool
    until: str
    first: str
    last: str
    """The days between which a poll can end."""
    field: str = ""
    wrong: str = ""


def _thread(thread_id: int) -> Row[Any]:
    found = post_queries.thread(thread_id, actor().id)
    if found is None:
        abort(404)
    return found


def _own(thread_id: int) -> Row[Any]:
    found = _thread(thread_id)
    if not can_ask(actor(), found):
        raise Refused(N_("Only whoever began a thread can ask its readers."))
    return found


def _address(thread: Row[Any]) -> str:
    return f"{addresses.thread(thread.id, thread.slug)}#poll"


def _days() -> tuple[date, date, date]:
    """Today, the day a poll usually ends, and the last one it can."""
    today = datetime.fromtimestamp(now(), zone(current_app.config["TIMEZONE"])).date()
    return today, today + timedelta(days=rules.DAYS), today + timedelta(days=rules.DAYS_MAX)


@pages.get("/threads/<number:thread_id>/poll/new")
@access("employee")
def ask(thread_id: int) -> Any:
    """The form; with what the poll says now, while nobody has voted."""
    thread = _own(thread_id)
    if thread.title is None:
        raise Conflict(N_("You have withdrawn the words of this thread; it cannot ask anything any more."))
    first, usual, last = _days()
    asking = Asking("", "", False, str(usual), str(first), str(last))
    found = queries.poll(thread_id, actor().id)
    if found and found[0].number is not None:
        if found[0].voters:
            raise Conflict(N_("Somebody has voted; from then on the words of a poll stay as they are."))
        until = datetime.fromtimestamp(found[0].ends_at - 1, zone(current_app.config["TIMEZONE"])).date()
        words = "\n".join(one.words for one in found)
        asking = asking._replace(
            question=found[0].question or "", choices=words, several=found[0].several, until=str(max(until, first))
        )
    return render_template("polls/ask.html", thread=thread, asking=asking, there=bool(found))


@pages.post("/threads/<number:thread_id>/poll/new")
@access("employee")
@limits.limit("60/minute")
def save(thread_id: int) -> Any:
    thread, form = _own(thread_id), request.form
    first, _, last = _days()
    asking = Asking(
        form.get("question", ""),
        form.get("choices", ""),
        "several" in form,
        form.get("until", ""),
        str(first),
        str(last),
    )
    try:
        question, choices = rules.question(asking.question), rules.choices(asking.choices)
        ends_at = rules.end(asking.until, now(), zone(current_app.config["TIMEZONE"]))
        with writing():
            actions.ask(
                actor(),
                thread=thread_id,
                question=question,
                choices=choices,
                several=asking.several,
                ends_at=ends_at,
                at=now(),
            )
    except Invalid as error:
        asking = asking._replace(field=error.field, wrong=errors.said(error))
        there = bool(queries.poll(thread_id, actor().id))
        return render_template("polls/ask.html", thread=thread, asking=asking, there=there), errors.STATUS[Invalid]
    return go(_address(thread))


@pages.post("/threads/<number:thread_id>/poll/drop")
@access("employee")
def drop(thread_id: int) -> Any:
    thread = _own(thread_id)
    with writing():
        actions.drop(actor(), thread=thread_id, at=now())
    flash(gettext("The poll is gone; nobody had voted."))
    return go(addresses.thread(thread_id, thread.slug))


@pages.post("/threads/<number:thread_id>/poll/end")
@access("employee")
def end(thread_id: int) -> Any:
    thread = _own(thread_id)
    with writing():
        actions.end(actor(), thread=thread_id, at=now())
    return go(_address(thread))


@pages.get("/threads/<number:thread_id>/poll")
@access("employee")
def poll(thread_id: int) -> Any:
    """Where a refused vote left the address bar: a reload leads back to the thread."""
    return go(_address(_thread(thread_id)))


@pages.post("/threads/<number:thread_id>/poll")
@access("employee")
@limits.limit("60/minute")
def vote(thread_id: int) -> Any:
    thread, chosen = _thread(thread_id), rules.chosen(request.form.getlist("choice"))
    try:
        with writing():
            if request.form.get("act") == "back":
                actions.take_back(actor(), thread=thread_id, at=now())
            else:
                actions.vote(actor(), thread=thread_id, chosen=chosen, seen=request.form.get("seen", ""), at=now())
    except Invalid as error:
        found = _shown(thread)
        if found is None:
            abort(404)
        page = render_template(
            "polls/again.html",
            thread=thread,
            poll=found,
            chosen=chosen,
            address=_address(thread),
            wrong=errors.said(error),
        )
        return page, errors.STATUS[Invalid]
    return go(_address(thread))


def _shown(thread: Any) -> showing.Shown | None:
    found = queries.poll(thread.id, actor().id)
    return showing.shown(found, stands=thread.title is not None, at=now())


def of_thread(thread: Any) -> Markup:
    """The poll of a thread, for its first page; nothing where there is none."""
    found = _shown(thread)
    if found is None:
        return Markup()
    mine = can_ask(actor(), thread)
    return Markup(render_template("polls/poll.html", thread=thread, poll=found, mine=mine))  # noqa: S704 (our own template)


def tool(thread: Any) -> Markup:
    """The way to make one, for whoever began a thread that has none."""
    if thread.title is None or not can_ask(actor(), thread):
        return Markup()
    words = gettext("Add a poll")
    return Markup('· <a href="/threads/{}/poll/new">{}</a>').format(thread.id, words)


def choice() -> Markup:
    """In the form of a new thread: whether the form of its poll shall come next."""
    box = '<label class="tick"><input type="checkbox" name="poll" value="1"{}><span>{}</span></label>'
    checked = Markup(" checked") if "poll" in request.form else ""
    return Markup(box).format(checked, gettext("With a poll: its choices come next"))  # noqa: S704 (a constant)
