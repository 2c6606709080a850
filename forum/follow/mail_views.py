"""What somebody wants by mail, and the address in every letter that ends it: that one asks for no sign-in, as RFC 8058 wants."""

from __future__ import annotations

from typing import Any, NamedTuple

from flask import Blueprint, abort, current_app, flash, render_template, request
from flask_babel import gettext

from forum.accounts import queries as people
from forum.config import Settings
from forum.core.database import writing
from forum.follow import letters, mailing, rhythm
from forum.web import limits
from forum.web.access import access, actor, go

pages = Blueprint("letters", __name__)
stopping = Blueprint("stopping", __name__)
"""Apart, because its forms carry no token of a session: the token in their address is all they need."""


class Row(NamedTuple):
    """A kind of letter, and how often it comes."""

    kind: str
    label: str
    offered: list[tuple[str, str]]
    chosen: str
    error: str


@pages.get("/settings/mail")
@access("employee")
def choices() -> Any:
    return _page({})


@pages.post("/settings/mail")
@access("employee")
def choose() -> Any:
    asked = {kind: request.form[kind] for kind in _labels() if kind in request.form}
    wrong = {kind for kind, chosen in asked.items() if chosen not in dict(_offered(kind))}
    if wrong:
        return _page(asked, wrong), 422
    with writing():
        letters.choose(actor(), chosen=asked)
    flash(gettext("That is how mail comes from now on."))
    return go("/settings/mail")


@stopping.get("/mail/stop/<token>")
@access("anyone")
@limits.limit("60/minute")
def ask(token: str) -> Any:
    person, which = _meant(token)
    return render_template("follow/stop.html", done=False, words=_words(which), ended=_ended(person, which))


@stopping.post("/mail/stop/<token>")
@access("anyone")
@limits.limit("60/minute")
def stop(token: str) -> Any:
    person, which = _meant(token)
    ended = _ended(person, which)
    mailing.stop(person, which)
    return render_template(
        "follow/stop.html", done=True, words=gettext("The bell in the forum tells you as before."), ended=ended
    )


def _meant(token: str) -> tuple[int, str]:
    settings: Settings = current_app.extensions["forum.settings"]
    found = mailing.stopped(settings.secret_key, token)
    if found is None or people.person(found[0]) is None:
        abort(404)
    return found


def _page(asked: dict[str, str], wrong: set[str] = frozenset()) -> str:  # type: ignore[assignment]
    settings: Settings = current_app.extensions["forum.settings"]
    me = people.person(actor().id)
    chosen = letters.choices(actor().id)
    chosen[rhythm.BRIEF] = rhythm.WEEK if letters.wants_brief(actor().id) else rhythm.NEVER
    error = gettext("Choose one of these.")
    return render_template(
        "follow/mail.html",
        rows=[
            Row(kind, label, _offered(kind), asked.get(kind, chosen[kind]), error if kind in wrong else "")
            for kind, label in _labels().items()
        ],
        email=me.email if me else None,
        mail=bool(settings.smtp_url),
        zone=settings.timezone,
    )


def _labels() -> dict[str, str]:
    return {
        "reply": gettext("Replies to me"),
        "mention": gettext("Mentions of me"),
        "quote": gettext("Quotations of me"),
        "answer": gettext("Management’s answers to threads of mine, or that I follow"),
        "magic": gettext("Threads of mine, or that I follow, becoming Magic"),
        "thread": gettext("New replies in threads that I follow"),
        "person": gettext("Posts of colleagues that I follow"),
        "board": gettext("New threads on boards that I follow"),
        rhythm.BRIEF: gettext("The weekly brief: what became Magic, what moves, what waits for an answer"),
    }


def _offered(kind: str) -> list[tuple[str, str]]:
    monday = (rhythm.WEEK, gettext("on Mondays"))
    never = (rhythm.NEVER, gettext("never"))
    if kind == rhythm.BRIEF:
        return [monday, never]
    return [(rhythm.ONCE, gettext("at once")), (rhythm.DAY, gettext("every morning")), monday, never]


def _words(which: str) -> Any:
    if which == rhythm.BRIEF:
        return gettext("The weekly brief will come no more.")
    if which == rhythm.DAY:
        return gettext("The morning letter will come no more. The bell in the forum tells you as before.")
    if which == rhythm.WEEK:
        return gettext("The Monday letter will come no more. The bell in the forum tells you as before.")
    return gettext("Letters at once will come no more. The bell in the forum tells you as before.")


def _ended(person: int, which: str) -> list[str]:
    """What the letters of that rhythm tell of."""
    kinds = [which] if which == rhythm.BRIEF else letters.kinds_of(person, which)
    return [label for kind, label in _labels().items() if kind in kinds]
