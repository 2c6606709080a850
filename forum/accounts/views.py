"""Pages to come in and go out: sign-in, sign-up, a forgotten password."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, flash, render_template, request
from flask_babel import gettext
from flask_wtf import FlaskForm

from forum.accounts import actions, session, tokens
from forum.accounts.forms import AskAddressForm, AskResetForm, NewPasswordForm, SignInForm, SignUpForm
from forum.config import Settings
from forum.core.clock import now
from forum.core.database import writing
from forum.core.errors import Conflict, Invalid, TooFast
from forum.web import access, errors, limits
from forum.web.access import go

pages = Blueprint("accounts", __name__)


def settings() -> Settings:
    """The forum's settings."""
    found: Settings = current_app.extensions["forum.settings"]
    return found


def show(form: FlaskForm, error: Invalid) -> None:
    """Puts a refusal next to its field."""
    field = form[error.field] if error.field in form else next(iter(form))
    field.errors = [*field.errors, errors.said(error)]


def kept() -> dict[str, str]:
    """Words that were typed before the session ended, carried through the sign-in page."""
    if not errors.from_here():
        return {}
    return {name: request.form[name] for name in ("spot", "title", "body", "back") if request.form.get(name)}


@pages.get("/login")
@access.access("anyone")
def login() -> Any:
    if access.acting():
        return go(access.safe_next(request.args.get("next")) or "/")
    return render_template(
        "accounts/login.html", form=SignInForm(formdata=None), kept={}, next=request.args.get("next", "")
    )


@pages.post("/login")
@access.access("anyone")
def sign_in() -> Any:
    form = SignInForm()
    status = 422
    if form.validate_on_submit():
        try:
            token = actions.sign_in(
                login=form.login.data,
                password=form.password.data,
                address=limits.address(),
                secret=settings().secret_key,
                at=now(),
                paced=not settings().testing,
            )
        except Invalid as error:
            show(form, error)
        except TooFast as error:
            form.password.errors = [errors.said(error)]
            page = render_template("accounts/login.html", form=form, kept=kept(), next=request.form.get("next", ""))
            return page, 429, {"Retry-After": str(error.retry_after)}
        else:
            words = kept()
            target = access.safe_next(request.form.get("next")) or "/"
            actor = session.begin(token)
            back = session.keep_words(actor) if actor and words else None
            return go(back or target)
    return render_template("accounts/login.html", form=form, kept=kept(), next=request.form.get("next", "")), status


def signed_out_post() -> Any:
    """A form came after the session had ended: the sign-in page carries its words along."""
    words = kept()
    if not words.get("body") and not words.get("title"):
        return go(access.sign_in_address(access.safe_next(request.form.get("back"))))
    return render_template("accounts/login.html", form=SignInForm(formdata=None), kept=words, next=""), 401


@pages.get("/logout")
@access.access("employee")
def logout() -> Any:
    return render_template("accounts/logout.html")


@pages.post("/logout")
@access.access("employee")
def sign_out() -> Any:
    token = session.reader().token
    with writing():
        actions.sign_out(token)
    session.end()
    response = go("/login")
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


@pages.route("/signup", methods=["GET", "POST"])
@access.access("anyone")
@limits.limit("30/hour", methods=["POST"])
def sign_up() -> Any:
    if access.acting():
        return go("/")
    if settings().signup == "closed":
        return render_template("accounts/closed.html")
    if settings().signup == "domain":
        return _ask_invitation()
    form = SignUpForm()
    if not settings().smtp_url:
        del form.email  # nothing could be sent to it
    return _join(form, email=None)


def _ask_invitation() -> Any:
    form = AskAddressForm()
    if form.validate_on_submit():
        try:
            with writing():
                actions.ask_invitation(email=form.email.data, domains=settings().signup_domains, at=now())
        except Invalid as error:
            show(form, error)
        else:
            return render_template("accounts/sent.html", to=form.email.data)
    domains = ", ".join(settings().signup_domains)
    return render_template("accounts/ask.html", form=form, domains=domains), 422 if form.errors else 200


@pages.route("/signup/<token>", methods=["GET", "POST"])
@access.access("anyone")
@limits.limit("30/hour", methods=["POST"])
def sign_up_invited(token: str) -> Any:
    proof = tokens.confirmed(settings().secret_key, token)
    if settings().signup != "domain" or proof is None or proof[1] is not None:
        raise Conflict(actions.SPENT)
    form = SignUpForm()
    del form.email
    return _join(form, email=proof[0])


def _join(form: SignUpForm, email: str | None) -> Any:
    if form.validate_on_submit():
        try:
            person = actions.sign_up(
                handle=form.handle.data,
                name=form.name.data,
                email=email or (form.email.data if "email" in form else None) or None,
                password=form.password.data,
                at=now(),
            )
        except Invalid as error:
            show(form, error)
        else:
            with writing():
                token = actions.open_session(person.id, now())
            session.begin(token)
            flash(gettext("Welcome, %(name)s. Nobody above you can take down what you say here.", name=person.name))
            return go("/")
    return render_template("accounts/signup.html", form=form, email=email), 422 if form.errors else 200


@pages.route("/forgot", methods=["GET", "POST"])
@access.access("anyone")
@limits.limit("10/hour", methods=["POST"])
def forgot() -> Any:
    if not settings().smtp_url:
        return render_template("accounts/no_mail.html")
    form = AskResetForm()
    if form.validate_on_submit():
        with writing():
            actions.ask_reset(login=form.login.data, at=now())
        return render_template("accounts/sent.html", to=None)
    return render_template("accounts/forgot.html", form=form), 422 if form.errors else 200


@pages.route("/reset/<token>", methods=["GET", "POST"])
@access.access("anyone")
@limits.limit("30/hour", methods=["POST"])
def reset(token: str) -> Any:
    person = actions.reset_target(token, settings().secret_key)
    if person is None:
        raise Conflict(actions.SPENT)
    form = NewPasswordForm()
    if form.validate_on_submit():
        try:
            actions.reset_password(token=token, password=form.password.data, secret=settings().secret_key)
        except Invalid as error:
            show(form, error)
        else:
            session.end()
            flash(gettext("Your new password is set. Please sign in with it."))
            return go("/login")
    return render_template("accounts/reset.html", form=form, handle=person.handle), 422 if form.errors else 200
