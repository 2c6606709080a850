"""The pads' command line: what hangs where, changes that are due, sheets to print."""

from __future__ import annotations

from pathlib import Path

import click
from flask import render_template
from flask.cli import AppGroup, with_appcontext

from forum.config import ROOT
from forum.core.clock import now
from forum.core.console import plain
from forum.core.database import writing
from forum.core.errors import N_, Missing
from forum.pads import hr_queries, planning, rotating
from forum.pads.views import company_zone, paper_values
from forum.web.dates import dates

pads = AppGroup("pads", help="The pads on the doors.")
EVERY = "all"


@pads.command("list")
@with_appcontext
@plain
def list_doors() -> None:
    """Prints every door: its address, what hangs there, its notes, and when it changes.

    Example: flask --app wsgi pads list
    """
    words = dates()
    for one in hr_queries.doors():
        if one.retired_at is not None:
            click.echo(f"{one.slug}\t{one.name}\t(retired)")
            continue
        changes = (
            "by hand"
            if one.due_at is None
            else "when there is a question"
            if one.due_at <= now()
            else words.full(one.due_at)
        )
        click.echo(
            f"{one.slug}\t{one.name}\t{one.question or '(nothing hangs)'}\t{one.notes or 0} notes\tchanges: {changes}"
        )


@pads.command("rotate")
@click.option("--door", "slug", metavar="SLUG", help="This door, whether it is due or not.")
@with_appcontext
@plain
def rotate(slug: str | None) -> None:
    """Makes every change that is due, or changes one door now. Publishes nothing.

    Example: flask --app wsgi pads rotate --door 3-left
    """
    with writing():
        if slug is None:
            made = len(rotating.rotate(now(), company_zone()))
        else:
            found = planning.door(slug)
            if found.retired_at is not None:
                raise Missing(N_("This door is retired: no pad hangs there."))
            rotating.flip(found.id, now(), company_zone())
            made = 1
    click.echo(f"{made} {'door shows' if made == 1 else 'doors show'} another question.")


@pads.command("print")
@click.argument("door")
@click.option(
    "--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="An .html file, ready to print."
)
@with_appcontext
@plain
def print_sheet(door: str, out: Path) -> None:
    """Writes a door's sheet of A4 to a file that prints from any browser; DOOR may be "all".

    Example: flask --app wsgi pads print 3-left --out 3-left.html
    """
    if out.suffix != ".html":
        raise click.UsageError("--out names an .html file; open it and print it, to paper or to PDF.")
    found = [one for one in hr_queries.to_print() if door in (EVERY, one.slug)]
    if not found:
        raise click.ClickException(f"No sheet hangs on {door!r}. `flask --app wsgi pads list` names the doors.")
    css = "\n".join((ROOT / "static" / "css" / f"{one}.css").read_text("utf-8") for one in ("tokens", "base", "paper"))
    out.write_text(render_template("pads/paper_file.html", css=css, **paper_values(found)), encoding="utf-8")
    click.echo(f"{out}: {len(found)} {'page' if len(found) == 1 else 'pages'} of A4.")
