"""The pages where a person sees to the own account: name, password, address."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, render_template
from flask_babel import gettext
from flask_wtf import FlaskForm

from forum.accounts import actions, queries, session, tokens
from forum.accounts.forms import AddressForm, NameForm, PasswordForm
from forum.accounts.views import settings, show
from forum.core.clock import now
from forum.core.database import writing
from forum.core.errors import Conflict, Invalid
from forum.web import limits
from forum.web.access import access, actor, go

pages = Blueprint("settings", __name__)
FORMS: dict[str, type[FlaskForm]] = {"name": NameForm, "password": PasswordForm, "address": AddressForm}


def _page(sent: FlaskForm | None = None, which: str = "", status: int = 200) -> Any:
    person = queries.person(actor().id)
    forms = {name: sent if sent is not None and name == which else form(formdata=None) for name, form in FORMS.items()}
    if person is not None and which != "name":
        forms["name"].name.data = person.name
    html = render_template(
        "accounts/settings.html",
        forms=forms,
        email=person.email if person else None,
        keeps=session.reader().keeps_place,
        names=queries.names(actor().id),
        mail=bool(settings().smtp_url),
        wrong=which if status != 200 else "",
    )
    return html, status


@pages.get("/settings")
@access("employee")
def settings_page() -> Any:
    return _page()


@pages.post("/settings/name")
@access("employee")
@limits.limit("20/hour")
def settings_name() -> Any:
    form = NameForm()
    if form.validate_on_submit():
        try:
            with writing():
                changed = actions.change_name(actor(), name=form.name.data, at=now())
        except Invalid as error:
            show(form, error)
        else:
            if changed:
                flash(
                    gettext(
                        "You are called %(name)s now. The earlier name stays readable on your page.",
                        name=form.name.data,
                    )
                )
            return go("/settings")
    return _page(form, "name", 422)


@pages.post("/settings/password")
@access("employee")
@limits.limit("20/hour")
def settings_password() -> Any:
    form = PasswordForm()
    if form.validate_on_submit():
        try:
            actions.change_password(actor(), old=form.old.data, new=form.new.data, token=session.reader().token)
        except Invalid as error:
            show(form, error)
        else:
            flash(gettext("Your new password is set. Other browsers have been signed out."))
            return go("/settings")
    return _page(form, "password", 422)


@pages.post("/settings/address")
@access("employee")
@limits.limit("10/hour")
def settings_address() -> Any:
    form = AddressForm()
    if form.validate_on_submit():
        domains = settings().signup_domains if settings().signup == "domain" else ()
        try:
            actions.ask_address(actor(), email=form.email.data, password=form.password.data, domains=domains, at=now())
        except Invalid as error:
            show(form, error)
        else:
            flash(
                gettext(
                    "We have sent a link to %(email)s. The address is yours once you open it.", email=form.email.data
                )
            )
            return go("/settings")
    return _page(form, "address", 422)


@pages.get("/settings/address/<token>")
@access("employee")
def settings_address_proof(token: str) -> Any:
    proof = tokens.confirmed(settings().secret_key, token)
    if proof is None or proof[1] != actor().id:
        raise Conflict(actions.SPENT)
    return render_template("accounts/confirm_address.html", email=proof[0], token=token)


@pages.post("/settings/address/<token>")
@access("employee")
def settings_address_take(token: str) -> Any:
    proof = tokens.confirmed(settings().secret_key, token)
    if proof is None or proof[1] != actor().id:
        raise Conflict(actions.SPENT)
    with writing():
        actions.take_address(email=proof[0], person_id=actor().id)
    flash(gettext("%(email)s is your address now.", email=proof[0]))
    return go("/settings")


@pages.post("/settings/notice")
@access("employee")
def settings_notice() -> Any:
    with writing():
        actions.dismiss_notice(actor())
    return go("/")
