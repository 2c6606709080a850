"""On one page: which job wakes which handler, who fills whose slot, and what the worker does at each turn."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from markupsafe import Markup

from forum.accounts import jobs as accounts
from forum.accounts import queries as people
from forum.attachments import jobs as attachments
from forum.boards import actions as boards
from forum.boards import post_queries as posts
from forum.boards import proving as boards_proving
from forum.config import Settings
from forum.core import outbox
from forum.core.clock import now
from forum.core.database import flush_log, writing
from forum.follow import jobs as follow
from forum.follow import mailing as letters
from forum.follow import views as following
from forum.hits import jobs as hits
from forum.hits import proving as hits_proving
from forum.hits import views as magic
from forum.ledger import jobs as ledger
from forum.ledger.showing import Sources
from forum.pads import jobs as pads
from forum.pads import proving as pads_proving
from forum.polls import jobs as polls
from forum.polls import views as asking
from forum.reactions import jobs as reactions
from forum.reactions import views as reacting
from forum.search import jobs as search
from forum.search import views as finding
from forum.trends import brief as brief_of
from forum.trends import jobs as trends


def gone(payload: Mapping[str, Any]) -> None:
    """The words of a post are gone, and what higher slices kept of it goes, too; each may be done twice."""
    for part in (polls.gone, reactions.gone):
        part(payload)


HANDLERS: dict[str, outbox.Handler] = {
    "accounts.reset": accounts.send_reset,
    "accounts.invite": accounts.send_invitation,
    "accounts.address": accounts.send_address_check,
    "accounts.told": accounts.send_told,
    "pads.dry": accounts.send_pads_dry,
    "attachments.gone": attachments.gone,
    "boards.said": follow.said,
    "boards.answered": follow.answered,
    "boards.magic": follow.magic,
    "boards.gone": gone,
    "database.flush": lambda _payload: flush_log(),
}
TOGETHER: dict[str, outbox.Batched] = {
    "boards.posts": search.changed,
    "boards.thread": search.threads,
    "pads.notes": search.jotted,
    "search.tidy": search.tidied,
    "search.broken": search.broken,
}
"""Jobs whose handlers take many at once."""
SLOTS: dict[str, Callable[..., Markup]] = {
    "thread.magic": magic.sentence,
    "thread.similar": finding.similar,
    "thread.follow": following.of_thread,
    "thread.poll": asking.of_thread,
    "thread.ask": asking.tool,
    "thread.new": asking.choice,
    "thread.react": reacting.forms,
    "board.follow": following.of_board,
    "person.follow": following.of_person,
    "page.bell": following.bell,
}
"""Places of lower pages that higher slices fill."""
UNDER: Callable[..., tuple[Markup, ...]] = reacting.under
"""What stands under each floor of a page, for all of them at once."""
PROVEN = Sources(
    shown=(boards_proving.shown, hits_proving.shown, pads_proving.shown),
    rendered=boards_proving.rendered,
    roles=people.roles_granted,
    handles=people.handles,
    leaf_of=posts.leaf_of,
)
"""All that people see and the ledger binds: its verification compares the two."""
SWEEP_EVERY = 3600
_swept = 0


def tick(instance: Path, settings: Settings) -> int:
    """One turn of the worker: the pads' hour, due jobs, a piece of the search index, journals of views, figures by day, the checkpoint,
    letters.

    Returns how much was done. What stops one kind of work does not stop the others; all that failed is raised together at the end.
    """
    global _swept
    at = now()
    done, failed = 0, []
    for part in (
        lambda: pads.tick(instance, at, settings),
        lambda: outbox.work(HANDLERS, at=at, batched=TOGETHER),
        lambda: search.tick(instance, at, settings.search),
        lambda: hits.tick(instance, at),
        lambda: trends.tick(at),
        lambda: ledger.tick(instance, at, settings),
        lambda: letters.tick(at, settings, brief_of.brief),
    ):
        try:
            done += part() or 0
        except Exception as error:  # told below, with the others
            failed.append(error)
    if abs(at - _swept) >= SWEEP_EVERY:
        _swept = at
        with writing():
            boards.forget_submissions(at)
            follow.sweep(at)
            letters.sweep(at)
        attachments.sweep(instance, at)
    if failed:
        raise ExceptionGroup("a turn of the worker", failed)
    return done
