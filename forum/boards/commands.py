"""`flask boards …` and `flask markup …`: open a board, renew stored HTML. Nothing here can touch what somebody wrote."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from forum import markup
from forum.boards import arranging, rerendering
from forum.core.clock import now
from forum.core.console import plain
from forum.core.database import writing

boards = AppGroup("boards", help="Boards.")
markups = AppGroup("markup", help="Stored HTML.")


@boards.command("add")
@click.argument("slug")
@click.option("--name", required=True)
@click.option("--group", default="Company", show_default=True, help="Heading it stands under; made when missing.")
@click.option("--description", default="", help="One line on what it is for.")
@plain
def add(slug: str, name: str, group: str, description: str) -> None:
    """Opens a board.

    Example: flask --app wsgi boards add canteen --name "Canteen" --group Company --description "What was on the plate"
    """
    with writing():
        board = arranging.open_board(
            None, slug=slug, name=name, description=description, group=group, at=now(), make_group=True
        )
    click.echo(f"Board /boards/{board.slug} is open, and stays so.")


@markups.command("rerender")
@click.option("--all", "every", is_flag=True, help="Also what the present renderer made.")
@plain
def rerender(every: bool) -> None:
    """Renews the stored HTML of posts that an older renderer made; the words as written stay untouched.

    Example: flask --app wsgi markup rerender
    """
    total = rerendering.waiting(every)
    with click.progressbar(length=total, label="Rendering") as bar:
        for done in rerendering.rerender(every):
            bar.update(done)
    click.echo(f"{total} posts rendered by renderer {markup.RENDERER}.")
