"""`python -m tests.browser.pictures OUT [INSTANCE]`: every page at two widths by day and by lamp, as PNG; for people to look at.

Shows the demo, or a copy of the instance that is named. Whatever passwords it needs are the demo's.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, expect
from sqlalchemy import func, select

from forum.accounts.models import Person
from forum.boards import addresses
from forum.boards.models import Board, Post, Thread
from forum.boards.rules import PAGE
from forum.core.database import db
from forum.pads.models import Door, Note, NoteAnswer, Sheet
from forum.polls.models import Poll
from tests.browser import server, visiting
from tests.browser.people import PASSWORD, Site, beside
from tests.browser.places import PLACES, Facts, Place, at

SIZES = {"desk": 1280, "phone": 390}
THEMES = ("light", "dark")
COMPONENTS = at("components", "anyone", "/dev/components")


def found(site: Site) -> Facts:
    """Looks in the instance for something to show of every kind."""
    with site.inside():
        one = db.session.execute(
            select(Person.id, Person.handle)
            .where(~Person.operator, Person.id.in_(select(Thread.author_id).where(Thread.title.is_not(None))))
            .order_by(Person.handle != "mina", Person.posts.desc())
        ).first()
        assert one, "Nobody has said anything in this instance."
        operator = db.session.execute(select(Person.handle).where(Person.operator)).scalars().first()
        colleague = select(Person.handle).where(Person.id != one.id).order_by(Person.posts.desc())
        threads = select(Thread.id, Thread.slug, Thread.board_id).order_by(Thread.hits.desc(), Thread.id)
        edited = select(Post.id).where(Post.withdrawn_at.is_(None)).order_by(Post.revisions.desc(), Post.id)
        own = (
            select(Post.id).where(Post.author_id == one.id, Post.withdrawn_at.is_(None)).order_by(Post.floor, -Post.id)
        )
        gone = select(Post.id, Thread.id.label("thread"), Thread.slug).join(Thread, Thread.id == Post.thread_id)
        gone = gone.order_by(func.coalesce(Post.withdrawn_at, 0).desc())
        tomb, long = db.session.execute(gone).first(), db.session.execute(threads.where(Thread.posts > PAGE)).first()
        short = db.session.execute(threads.where(Thread.posts <= PAGE)).first()
        polled = db.session.execute(select(Thread.id, Thread.slug).join(Poll, Poll.thread_id == Thread.id)).first()
        unasked = Thread.title.is_not(None), Thread.id.not_in(select(Poll.thread_id))
        asker = db.session.execute(select(Thread.id).where(Thread.author_id == one.id, *unasked)).scalars().first()
        assert polled
        assert asker
        assert tomb
        assert long
        assert short
        return Facts(
            reader=one.handle,
            operator=str(operator),
            colleague=str(db.session.execute(colleague).scalars().first()),
            board=db.session.execute(select(Board.slug).where(Board.id == long.board_id)).scalar_one(),
            thread=addresses.thread(short.id, short.slug),
            long=addresses.thread(long.id, long.slug),
            tomb=addresses.thread(tomb.thread, tomb.slug),
            edited=db.session.execute(edited).scalars().first() or 0,
            own=db.session.execute(own).scalars().first() or 0,
            withdrawn=tomb.id,
            polled=addresses.thread(polled.id, polled.slug),
            asker=asker,
            **pads(),
        )


def pads() -> dict[str, Any]:
    """A door with a sheet torn off, and who plans the doors."""
    torn = select(Sheet.id, Sheet.number, Sheet.topic_id, Door.slug).join(Door, Door.id == Sheet.door_id)
    sheet = db.session.execute(
        torn.where(Sheet.torn_at.is_not(None), Door.retired_at.is_(None)).order_by(Sheet.notes.desc())
    ).first()
    note = select(Note.id).join(NoteAnswer, NoteAnswer.note_id == Note.id)
    assert sheet
    return {
        "hr": db.session.execute(select(Person.handle).where(Person.hr)).scalars().first(),
        "door": sheet.slug,
        "torn": f"/pads/{sheet.slug}/sheets/{sheet.number}",
        "topic": sheet.topic_id,
        "sheet": sheet.id,
        "note": db.session.execute(note).scalars().first(),
    }


def taken(page: Page, name: str, out: Path) -> Iterator[Path]:
    """The page as it stands, four times."""
    for size, width in SIZES.items():
        page.set_viewport_size({"width": width, "height": 844})
        for theme in THEMES:
            page.emulate_media(color_scheme=theme)
            path = out / f"{name}-{size}-{theme}.png"
            page.screenshot(path=path, full_page=True, animations="disabled")
            yield path


def gone_to(browser: Browser, url: str, places: tuple[Place, ...], facts: Facts, out: Path) -> Iterator[Path]:
    """Every place in its order, each kind of visitor in one browser."""
    pages: dict[str, Page] = {}
    for place in places:
        if place.who not in pages:
            pages[place.who] = visiting.opened(browser, url)[0].new_page()
            if place.who != "anyone":
                visiting.sign_in(pages[place.who], getattr(facts, place.who), PASSWORD)
        page = pages[place.who]
        page.set_viewport_size({"width": SIZES["desk"], "height": 844})
        place.go(page, facts)
        expect(page.locator("main")).to_be_visible()
        yield from taken(page, place.name, out)
    for page in pages.values():
        page.context.close()


def main(words: list[str]) -> int:
    """The command; prints the path of every picture."""
    if not 1 <= len(words) <= 2 or words[0].startswith("-"):
        print("python -m tests.browser.pictures OUT [INSTANCE]", file=sys.stderr)
        return 2
    out = Path(words[0])
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        instance = Path(folder) / "instance"
        if len(words) == 2:
            shutil.copytree(words[1], instance)
        server.flask(instance, "db", "upgrade")
        if len(words) == 1:
            server.flask(instance, "demo")
        server.flask(instance, "ledger", "receipt", "1")  # signs the first checkpoint
        with visiting.chromium() as browser:
            with server.running(instance, FORUM_SIGNUP="open") as url, beside(url, instance) as site:
                facts = found(site)
                for path in gone_to(browser, url, PLACES, facts, out):
                    print(path)
            with server.running(instance, FLASK_DEBUG="1") as url:
                for path in gone_to(browser, url, (COMPONENTS,), facts, out):
                    print(path)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except visiting.NoBrowser as missing:
        sys.exit(str(missing))
