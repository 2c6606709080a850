"""`flask people …`: add colleagues, grant roles, set a password in the open, say goodbye. Speaks for nobody."""

from __future__ import annotations

import sys

import click
from flask.cli import AppGroup

from forum.accounts import actions, passwords, queries, rules
from forum.accounts.models import roles_of
from forum.core.actor import ROLES
from forum.core.clock import now
from forum.core.console import plain
from forum.core.database import writing
from forum.core.errors import Invalid

people = AppGroup("people", help="Colleagues, their roles and their leaving.")


def _password_from_stdin(handle: str) -> str:
    return passwords.hashed(rules.password(sys.stdin.readline().rstrip("\r\n"), handle))


@people.command("add")
@click.argument("handle")
@click.option("--name", required=True, help="Display name; may be a nickname.")
@click.option("--email", help="Mail address, for a new password.")
@click.option("--role", "roles", multiple=True, type=click.Choice(ROLES), help="May be given more than once.")
@click.option("--password-stdin", is_flag=True, help="Read the password from the first line of standard input.")
@plain
def add(handle: str, name: str, email: str | None, roles: tuple[str, ...], password_stdin: bool) -> None:
    """Adds a colleague.

    Example: echo "a long sentence" | flask --app wsgi people add lin --name "Lin Wanqing" --role management --password-stdin
    """
    checked = rules.handle(handle)
    password_hash = _password_from_stdin(checked) if password_stdin else None
    with writing():
        actions.join(
            handle=checked,
            name=rules.name(name),
            email=rules.email(email) if email else None,
            password_hash=password_hash,
            at=now(),
            roles=frozenset(roles),
            operator_at=now(),
        )
    click.echo(
        f"{checked} has joined." + ("" if password_stdin else " No password yet: set one with `people password`.")
    )


@people.command("role", context_settings={"ignore_unknown_options": True})
@click.argument("handle")
@click.argument("change")
@plain
def role(handle: str, change: str) -> None:
    """Grants (+ROLE) or takes back (-ROLE) a role.

    Example: flask --app wsgi people role lin +management
    """
    if change[:1] not in ("+", "-"):
        raise click.UsageError("Say +ROLE to grant or -ROLE to take back, for example +hr.")
    granted = change[0] == "+"
    if change[1:] not in ROLES[1:]:
        raise click.UsageError(f"The roles are {', '.join(ROLES[1:])}; everybody is an employee.")
    with writing():
        changed = actions.set_role(handle=handle, role=change[1:], granted=granted, at=now())
    click.echo(
        f"{handle}: {'granted' if granted else 'taken back'} {change[1:]}."
        if changed
        else f"{handle}: nothing to change."
    )


@people.command("password")
@click.argument("handle")
@click.option(
    "--password-stdin", is_flag=True, required=True, help="Read the password from the first line of standard input."
)
@plain
def password(handle: str, password_stdin: bool) -> None:
    """Sets a colleague's password; the colleague is told so at the next visit.

    Example: echo "a long sentence" | flask --app wsgi people password lin --password-stdin
    """
    password_hash = _password_from_stdin(handle)
    with writing():
        actions.set_password(handle=handle, password_hash=password_hash, at=now())
    click.echo(f"{handle}: new password set, every browser signed out; {handle} is told.")


@people.command("token")
@click.argument("handle")
@click.option("--name", "label", default="command line", show_default=True, help="What it is for.")
@plain
def token(handle: str, label: str) -> None:
    """Makes a personal token for the JSON API and prints it, once; the colleague is told so at the next visit.

    Example: flask --app wsgi people token lin --name "ledger verify" > token
    """
    with writing():
        made = actions.make_token(handle=handle, name=label, at=now())
    click.echo(made)
    click.echo(f"Everybody can read at /ledger that this token was made; {handle} is told.", err=True)


@people.command("list")
@plain
def list_people() -> None:
    """Lists everybody: handle, name, roles.

    Example: flask --app wsgi people list
    """
    for one in queries.everyone():
        roles = ",".join(sorted(roles_of(one.hr, one.management, one.operator)))
        click.echo(f"{one.handle}\t{one.name}\t{roles}" + ("\tleft" if one.left_at else ""))


@people.command("deactivate")
@click.argument("handle")
@plain
def deactivate(handle: str) -> None:
    """Ends a leaver's access; every post stays.

    Example: flask --app wsgi people deactivate lin
    """
    with writing():
        done = actions.deactivate(handle=handle, at=now())
    if not done:
        raise Invalid("handle", f"{handle} has left already.")
    click.echo(f"{handle} can no longer sign in. What {handle} said stays.")
