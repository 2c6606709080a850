"""Turns arriving words into what a post keeps, in processes of its own where there is much; refuses to touch the database."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context, parent_process
from types import TracebackType
from typing import NamedTuple

from forum.boards.actions import Written, render
from forum.core.errors import ForumError
from forum.exchange import cutting, from_html

CHUNK = 50
"""Posts handed to a process at a time."""


class Sheet(NamedTuple):
    """Words to be laid out: the versions of a post, and what is said instead when there are none."""

    versions: tuple[str, ...]
    html: bool
    instead: str = ""


class LaidOut(NamedTuple):
    """A post ready to be kept: earlier versions, the last one in as many parts as it needs. No parts: `why`."""

    earlier: tuple[str | None, ...]
    parts: tuple[Written, ...]
    mended: tuple[str, ...] = ()
    why: str = ""


def lay_out(sheets: Sequence[Sheet], known: dict[str, str]) -> list[LaidOut]:
    """Lays out one sheet after the other; `known` are the people that a mention may link to."""
    return [_one(sheet, known) for sheet in sheets]


def _one(sheet: Sheet, known: dict[str, str]) -> LaidOut:
    try:
        return _laid_out(sheet, known)
    except Exception as error:  # one post that no test foresaw must not end an import of a hundred thousand
        return LaidOut((), (), why=f"posts that cannot be laid out ({type(error).__name__})")


def _laid_out(sheet: Sheet, known: dict[str, str]) -> LaidOut:
    mended: list[str] = []
    sources = [from_html.markdown(one) if sheet.html else one for one in sheet.versions]
    clean = [cutting.body(one) for one in sources]
    if any(cutting.kept(one) != one for one in sheet.versions):
        mended.append("posts with characters that cannot be kept")
    last = clean[-1]
    if not last and sheet.instead:
        last = sheet.instead
        mended.append("opening posts without words, which say their title")
    if not last:
        return LaidOut((), (), why="posts without words")
    parts = cutting.parts(last)
    if len(parts) > 1:
        mended.append("posts so long that they go on in the next floors")
    return LaidOut(
        tuple(one or None for one in clean[:-1]), tuple(render(part, known) for part in parts), tuple(mended)
    )


def _begin_process() -> None:
    """Ctrl-C is the main process's business; when that is killed, its helpers go too."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


class Press:
    """Lays out in the background, one process a core; the processes start when the first large pile comes."""

    def __init__(self, large: int) -> None:
        self.large = large
        self.pool: ProcessPoolExecutor | None = None
        self.cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1

    def __enter__(self) -> Press:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.pool is not None:
            self.pool.shutdown(wait=True, cancel_futures=True)

    def begin(self, sheets: Sequence[Sheet], known: dict[str, str]) -> Callable[[], list[LaidOut]]:
        """Begins to lay out a pile; what it returns waits for the end of it."""
        if self.cores > 1 and self.pool is None and len(sheets) >= self.large:
            # spawned, not forked: the database's connections and locks stay in this process
            self.pool = ProcessPoolExecutor(self.cores, mp_context=get_context("spawn"), initializer=_begin_process)
        if self.pool is None:
            done = lay_out(sheets, known)
            return lambda: done
        chunks = [sheets[at : at + CHUNK] for at in range(0, len(sheets), CHUNK)]
        futures = [self.pool.submit(lay_out, chunk, known) for chunk in chunks]

        def wait() -> list[LaidOut]:
            try:
                return [laid for future in futures for laid in future.result()]
            except BrokenProcessPool as error:
                raise ForumError(
                    "A helper process was ended from outside; perhaps memory ran out. What came so far stays: run it again."
                ) from error

        return wait
