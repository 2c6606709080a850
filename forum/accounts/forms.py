"""The forms about an account. What may be in a field is said in rules.py; here only which fields there are."""

from __future__ import annotations

from typing import Any

from flask import request
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.form import _Auto
from wtforms import EmailField, PasswordField, StringField
from wtforms.validators import InputRequired, Length

from forum.accounts import rules


class Form(FlaskForm):  # type: ignore[misc]
    """A form of words: a file sent in a field's place is no answer to it."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        """Reads what was typed, never what was uploaded."""

        def wrap_formdata(self, form: FlaskForm, formdata: Any) -> Any:
            """The typed fields of a request that carries a form."""
            sent = formdata is _Auto and request.method in ("POST", "PUT", "PATCH")
            return request.form if sent else (None if formdata is _Auto else formdata)


_given = InputRequired(_l("Please fill this in."))


class SignInForm(Form):
    """Handle or mail address, and password."""

    login = StringField(_l("Handle or mail address"), [_given, Length(max=300)], render_kw={"autocomplete": "username"})
    password = PasswordField(_l("Password"), [_given, Length(max=1000)], render_kw={"autocomplete": "current-password"})


class SignUpForm(Form):
    """Who joins."""

    handle = StringField(
        _l("Handle"),
        [_given],
        description=_l("Your short name here, for good, such as ada.lovelace: 2 to 32 of a–z, 0–9, - _ and a dot."),
        render_kw={
            "autocomplete": "username",
            "autocapitalize": "none",
            "spellcheck": "false",
            "maxlength": rules.HANDLE_MAX,
        },
    )
    name = StringField(
        _l("Name"),
        [_given],
        description=_l("What colleagues see; a nickname is fine, and you can change it. Earlier names stay readable."),
        render_kw={"autocomplete": "nickname", "maxlength": rules.NAME_MAX},
    )
    email = EmailField(
        _l("Mail address"),
        description=_l("Only for a new password, if you ever need one. Nobody sees it."),
        render_kw={"autocomplete": "email"},
    )
    password = PasswordField(
        _l("Password"),
        [_given],
        description=_l("At least 10 characters; a short sentence is good."),
        render_kw={"autocomplete": "new-password"},
    )


class AskAddressForm(Form):
    """Where to send a link to."""

    email = EmailField(_l("Your company mail address"), [_given], render_kw={"autocomplete": "email"})


class AskResetForm(Form):
    """Whose password is to be set anew."""

    login = StringField(_l("Handle or mail address"), [_given, Length(max=300)], render_kw={"autocomplete": "username"})


class NewPasswordForm(Form):
    """A password to be set by a mailed link."""

    password = PasswordField(
        _l("New password"),
        [_given],
        description=_l("At least 10 characters; a short sentence is good."),
        render_kw={"autocomplete": "new-password"},
    )


class NameForm(Form):
    """A new display name."""

    name = StringField(
        _l("What colleagues see"), [_given], render_kw={"autocomplete": "nickname", "maxlength": rules.NAME_MAX}
    )


class PasswordForm(Form):
    """The old password and a new one."""

    old = PasswordField(_l("Current password"), [_given], render_kw={"autocomplete": "current-password"})
    new = PasswordField(
        _l("New password"),
        [_given],
        description=_l("At least 10 characters; a short sentence is good."),
        render_kw={"autocomplete": "new-password"},
    )


class AddressForm(Form):
    """A new mail address, confirmed with the password and by a mailed link."""

    email = EmailField(_l("New mail address"), [_given], render_kw={"autocomplete": "email"})
    password = PasswordField(_l("Current password"), [_given], render_kw={"autocomplete": "current-password"})
