"""`flask ledger …`: how the log stands, whether everything fits, a receipt for a post, a new key. Changes nothing that was written."""

from __future__ import annotations

import sys
from base64 import b64encode
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click
from flask import current_app
from flask.cli import AppGroup, with_appcontext

from forum.core.clock import now
from forum.core.console import plain
from forum.core.errors import N_, Conflict, Missing
from forum.ledger import queries, receipts, remote, signing, verifying
from forum.ledger.checkpoints import Checkpoint, Key, checked, key_of
from forum.ledger.showing import Sources
from forum.ledger.verifying import Report
from forum.web.dates import dates

ledger = AppGroup("ledger", help="The proof that nothing was taken away.")
NAMED = 50
"""Flaws that are named one by one."""


def _instance() -> Path:
    return Path(current_app.instance_path)


def _sources() -> Sources:
    found: Sources = current_app.extensions["forum.proven"]
    return found


@ledger.command("status")
@with_appcontext
@plain
def status() -> None:
    """Prints how many leaves there are, the latest checkpoint, and the key that signs.

    Example: flask --app wsgi ledger status
    """
    point, keys = queries.checkpoint(), queries.keys()
    click.echo(f"leaves\t{queries.size()}")
    if point is None:
        click.echo("checkpoint\tnone yet: the worker signs the first one (`flask --app wsgi worker`)")
        return
    click.echo(f"checkpoint\t{point.size} leaves, signed {dates().full(point.at)}")
    click.echo(f"root\t{point.note.splitlines()[2]}")
    click.echo(f"key\t{keys[0]}")
    mine = signing.signer(_instance())
    here = "signs on this machine" if mine is not None and mine.key == keys[0] else "is not on this machine"
    click.echo(f"\t{here}")


@ledger.command("verify")
@click.option("--url", metavar="BASE", help="A forum elsewhere, read over HTTP.")
@click.option("--key", "key_file", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Its key, kept.")
@click.option("--token", help="A personal token: the words are compared too.")
@click.option(
    "--checkpoint",
    "pinned",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A checkpoint that was kept: nothing before it may differ.",
)
@click.option("--rendered", is_flag=True, help="Also render every post again and compare it with its page.")
@with_appcontext
@plain
def verify(url: str | None, key_file: Path | None, token: str | None, pinned: Path | None, rendered: bool) -> None:
    """Recomputes the log and compares it with everything that is shown; names what is missing, altered, unlogged or hidden.

    Example: flask --app wsgi ledger verify --checkpoint monday.txt --rendered
    """
    if url is not None and key_file is None:
        raise click.UsageError("--url needs --key FILE: the key as you got it, not as the forum says it today.")
    if url is not None and rendered:
        raise click.UsageError("--rendered looks into this forum's own database; it does not go with --url.")
    if url is None and token is not None:
        raise click.UsageError("--token goes with --url.")
    keys = _keys(key_file) if key_file else queries.keys()
    kept = _pinned(pinned, keys) if pinned else None
    bar: Any
    with click.progressbar(length=1, label="Looking", file=sys.stderr) as bar:

        def on(more: int, total: int) -> None:
            bar.length = max(total, bar.pos + more)
            bar.update(more)

        if url is not None:
            report, newer = remote.verify(url, keys, token=token, pinned=kept, on=on)
        else:
            newer = 0
            report = verifying.verify(_sources(), keys=keys, pinned=kept, rendered=rendered, on=on)
    _told(report, words=url is None or token is not None, pinned=kept)
    if url is None and not rendered:
        click.echo("The pages made of these words were not looked at: --rendered does that.")
    if newer:
        click.echo(f"{newer} versions are newer than the checkpoint and were not compared; ask again in a minute.")


def _keys(path: Path) -> list[Key]:
    """The key, or after a change of keys one a line, the newest first."""
    try:
        found = [key_of(line) for line in path.read_text().splitlines() if line.strip()]
        if not found:
            raise ValueError("an empty file")
        return found
    except ValueError as error:
        raise Conflict(N_("%(path)s holds no key such as stands at /ledger/key."), path=path) from error


def _pinned(path: Path, keys: list[Key]) -> Checkpoint:
    try:
        found = checked(path.read_text(), keys)
    except UnicodeDecodeError:
        found = None
    if found is None:
        raise Conflict(N_("%(path)s is no checkpoint that the ledger's key signed."), path=path)
    return found


def _printable(text: str) -> str:
    """Without what a terminal would obey: a hostile forum chooses some of these words."""
    return "".join(char if char.isprintable() else f"\\x{ord(char):02x}" for char in text)


def _told(report: Report, *, words: bool, pinned: Checkpoint | None) -> None:
    for flaw in report.flaws[:NAMED]:
        click.echo(f"WRONG  {_printable(flaw)}")
    if len(report.flaws) > NAMED:
        click.echo(f"… and {len(report.flaws) - NAMED} more")
    if report.flaws:
        many = "One thing is" if len(report.flaws) == 1 else f"{len(report.flaws)} things are"
        raise Conflict(N_("%(many)s wrong in %(leaves)s leaves; see above."), many=many, leaves=report.size)
    compared = (
        f"{report.shown} things that are shown fit them" if words else "the words were not looked at (no --token)"
    )
    click.echo(f"{report.size} leaves, root {b64encode(report.root).decode()}: {compared}.")
    if pinned is None:
        click.echo(
            "No checkpoint was given that somebody kept: a log rewritten from its beginning would look the same."
        )
    else:
        click.echo(f"The first {pinned.size} are those of the checkpoint that was kept.")


@ledger.command("receipt")
@click.argument("post", type=click.IntRange(1, 2**31 - 1))
@with_appcontext
@plain
def receipt(post: int) -> None:
    """Prints a post's receipt, a .tlog-proof file.

    Example: flask --app wsgi ledger receipt 6666 > post-6666.tlog-proof
    """
    leaf = _sources().leaf_of(post)
    if leaf is None:
        raise Missing(N_("There is no such post."))
    made = receipts.of(leaf) or _signed_now(leaf)
    click.echo(made, nl=False)


def _signed_now(leaf: int) -> str:
    """Where this machine has the key, nobody has to wait for the worker."""
    settings = current_app.extensions["forum.settings"]
    signing.tick(_instance(), now() + signing.EVERY, signing.name(settings.base_url), ZoneInfo(settings.timezone))
    made = receipts.of(leaf)
    if made is None:
        raise Conflict(N_("The post's leaf is not signed yet: the worker does that. Try again in a few seconds."))
    return made


@ledger.command("rotate")
@with_appcontext
@plain
def rotate() -> None:
    """Begins a new key: a public line says so, and the old key signs that line. Checkpoints that people kept stay valid.

    Example: flask --app wsgi ledger rotate
    """
    made = signing.rotate(_instance(), now())
    click.echo(f"From now on this key signs: {made.key}")
