"""`flask boards …`, `flask markup …`, `flask legal …`: open a board, renew stored HTML, and what a court can order, never in silence."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from forum import markup
from forum.boards import actions, arranging, post_queries, rerendering, rules
from forum.core.clock import now
from forum.core.console import plain
from forum.core.database import db, writing
from forum.core.errors import N_, Conflict, Missing

boards = AppGroup("boards", help="Boards.")
legal = AppGroup("legal", help="What the law demands; everybody can read that it happened, and why.")
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


@legal.command("erase")
@click.argument("post", type=click.IntRange(1, 2**31 - 1))
@click.option("--reason", required=True, help="Which order demands it; everybody will read this.")
@plain
def erase(post: int, reason: str) -> None:
    """Erases the words of a post because the law demands it. A public line with the reason stays for ever.

    Example: flask --app wsgi legal erase 6666 --reason "Regional court of Lübeck, 4 O 221/26, order of 2 November"
    """
    clean = rules.reason(reason)
    found = post_queries.post(post)
    db.session.rollback()
    if found is None:
        raise Missing(N_("There is no such post."))
    if found.withdrawn_at is not None:
        raise Conflict(N_("The words of this post are gone already."))
    click.echo(f"Post {post}: floor {found.floor} of “{found.thread_title}”, by {found.handle}.")
    click.echo("Its words, and every version of them, will be gone for good. This line will stand on /ledger for ever:")
    click.echo(f"    A post was erased because the law demanded it: {clean}")
    if click.prompt("Type the number of the post to erase it", default="", show_default=False).strip() != str(post):
        raise Conflict(N_("That is not the number; nothing was erased."))
    with writing():
        actions.erase(post=post, reason=clean, at=now())
    click.echo(f"Erased. /ledger says so, and so does the floor where post {post} stood.")
