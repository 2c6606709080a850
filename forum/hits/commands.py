"""The counter's command line: replaying a stream of views."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import click
from flask.cli import AppGroup, with_appcontext

from forum.core.console import plain
from forum.hits import replay as replaying

hits = AppGroup("hits", help="Readers and Magic.")


@hits.command("replay")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write the promotions to this file.")
@with_appcontext
@plain
def replay(folder: Path, out: Path | None) -> None:
    """Replays raw views through the real counter and rule, in a scratch database.

    FOLDER holds boards.jsonl, threads.jsonl and hits.jsonl (or .jsonl.gz). One JSON line a thread that became Magic.

    Example: flask --app wsgi hits replay ../shared/data/hits --out promotions.jsonl
    """
    begin = time.monotonic()
    try:
        stream = replaying.load(folder)
    except replaying.BadStream as error:
        raise click.ClickException(str(error)) from error
    label = f"{len(stream.hits):,} views of {len(stream.threads):,} threads"
    with click.progressbar(length=len(stream.hits), label=label, file=sys.stderr) as bar:
        done = replaying.run(stream, bar.update)
    lines = "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in done.promotions)
    if out:
        out.write_text(lines)
    else:
        click.echo(lines, nl=False)
    took = time.monotonic() - begin
    click.echo(f"{done.views:,} views, {done.counted:,} counted, {len(done.promotions)} Magic, {took:.0f} s", err=True)
