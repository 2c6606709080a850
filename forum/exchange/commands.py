"""`flask import …` and `flask demo`: what comes in, with a bar while it comes and a summary at the end. Refuses an unknown board."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

import click
from flask import current_app
from flask.cli import AppGroup, with_appcontext

from forum.boards import queries
from forum.core.clock import now
from forum.core.console import plain
from forum.core.database import db
from forum.core.errors import Missing
from forum.exchange import demo, demo_following, demo_pads, demo_polls, demo_readers, demo_words, mbox, stackexchange
from forum.exchange.dump import Dump
from forum.exchange.mail_file import MailFile
from forum.exchange.tally import Tally
from forum.trends import rollups

importing = AppGroup("import", help="Brings in what a company has today.")
A_DAY = 86400
"""How far ahead of ours another clock may be."""


def _board(slug: str) -> int:
    found = queries.board(slug)
    if found is None:
        raise Missing(f"There is no board {slug}. `boards add {slug} --name NAME` opens it.")
    number = int(found.id)
    db.session.rollback()
    return number


def _report(tally: Tally) -> None:
    """The figures on standard output; the records that were left out, by name, on standard error."""
    for line in tally.named():
        click.echo(line, err=True)
    for line in tally.lines():
        click.echo(line)


@importing.command("stackexchange")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--board", "slug", required=True, help="Address of the board that takes the threads.")
@plain
def import_stackexchange(folder: Path, slug: str) -> None:
    """Brings in a Stack Exchange dump: Posts.xml, and Users.xml, Comments.xml, PostHistory.xml if they are there (or .xml.gz).

    A second run adds what is new since, and nothing twice. Only who wrote something becomes a person here.

    Example: flask --app wsgi import stackexchange dumps/history --board history
    """
    board, tally = _board(slug), Tally()
    dump = Dump(tally)
    with click.progressbar(length=stackexchange.size(folder), label="Reading", file=sys.stderr) as bar:
        dump.read(folder, bar.update)
    with click.progressbar(length=dump.count(), label="Importing", file=sys.stderr) as bar:
        stackexchange.run(dump, board=board, board_slug=slug, tally=tally, on=bar.update)
    dump.close()
    _report(tally)


@importing.command("mbox")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--board", "slug", required=True, help="Address of the board that takes the threads.")
@plain
def import_mbox(file: Path, slug: str) -> None:
    """Brings in a mailing-list archive.

    A second run adds what is new since, and nothing twice; a later archive of the list continues its threads. Mail
    addresses are not shown, and kept as hashes only.

    Example: flask --app wsgi import mbox archives/2024-05.mbox --board engineering
    """
    board, tally = _board(slug), Tally()
    mails = MailFile(file, tally, now() + A_DAY)
    with click.progressbar(length=file.stat().st_size, label="Reading", file=sys.stderr) as bar:
        mails.read(bar.update)
    with click.progressbar(length=mails.count(), label="Importing", file=sys.stderr) as bar:
        mbox.run(mails, board=board, board_slug=slug, tally=tally, on=bar.update)
    mails.close()
    _report(tally)


@click.command("demo")
@click.option("--posts", type=click.IntRange(0, 5_000_000), default=0, help="Fill up to so many posts, for measuring.")
@click.option(
    "--if-empty", is_flag=True, help="Leave a forum that has posts as it is, and say only whom one can sign in as."
)
@with_appcontext
@plain
def fill_demo(posts: int, if_empty: bool) -> None:
    """Fills an empty forum with the demo company: people, boards, threads of the last months, a desk to sign in to.

    Example: flask --app wsgi demo --posts 100000
    """
    at = now()
    people = demo_words.colleagues(at)
    if if_empty and demo.has_posts():
        if demo.is_here():
            _sign_ins(people)
        return
    demo.refuse_unless_empty()
    zone = ZoneInfo(current_app.extensions["forum.settings"].timezone)
    threads = demo.written(people, at, zone)
    total = sum(len(list(thread.posts)) for _, thread in threads)
    with click.progressbar(length=total, label="Laying out", file=sys.stderr) as bar:
        conversations = demo.laid_out(threads, people, bar.update)
    with click.progressbar(length=max(total, posts), label="Filling", file=sys.stderr) as bar:
        tally = demo.fill(conversations, people, now=at, posts=posts, on=bar.update)
    if tally.skipped:
        _report(tally)
        raise Missing("The demo is not whole: some of its own texts could not be laid out, see above.")
    wanted = demo_readers.unread(conversations)
    with click.progressbar(length=sum(goal for *_, goal in wanted) * 13 // 10, label="Reading", file=sys.stderr) as bar:
        views = demo_readers.read(wanted, Path(current_app.instance_path), at, bar.update)
    demo_following.follow(at)
    demo_readers.answer(demo_words.answers())
    demo_following.tell(at)
    demo_polls.fill(at, reader=demo.READER)
    rollups.catch_up(at)
    notes = demo_pads.fill(at, zone)
    click.echo(
        f"{tally.threads:,} threads, {tally.posts:,} posts, {len(people)} people who write, {views:,} views, {notes:,} notes."
    )
    _sign_ins(people)


def _sign_ins(people: Sequence[demo_words.Colleague]) -> None:
    roles = {one.handle: ", ".join(sorted(one.roles)) or "employee" for one in people}
    click.echo(f"Sign in as one of these; the password of everybody is: {demo.PASSWORD}")
    for handle in demo.SIGN_INS:
        click.echo(f"  {handle:<12} {roles[handle]}")
