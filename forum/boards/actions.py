"""Every write to threads and posts: start, reply, edit, withdraw. Refuses to touch words for anybody but their author."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, NamedTuple

from sqlalchemy import delete, insert, select, update

from forum import markup
from forum.accounts import actions as accounts
from forum.accounts import queries as people
from forum.attachments import actions as attachments
from forum.attachments import queries as files
from forum.boards import acts, post_queries, queries, rules
from forum.boards.models import Board, Post, Revision, Submission, Thread
from forum.boards.permissions import can_edit, can_withdraw
from forum.core import outbox
from forum.core.actor import Actor
from forum.core.database import db, execute, row, rows
from forum.core.errors import N_, Conflict, Missing, Refused, TooFast
from forum.desk import actions as desk
from forum.desk.models import Draft, Place
from forum.ledger import actions as ledger
from forum.markup.language import language as language_of

WITHDRAWN, ERASED = "withdrawn", "erased"
"""What stands in a thread's address instead of its title's words."""
KEEP_SUBMISSIONS = 2 * 86400
EXCERPT = 280
LOCK = {"key_share": True}
"""FOR NO KEY UPDATE: writers of one thread queue up, but what only refers to it does not wait."""


class Written(NamedTuple):
    """Words ready to be kept: the source as typed and the HTML made of it, outside of any transaction."""

    source: str
    html: str
    lang: str | None
    excerpt: str


class Said(NamedTuple):
    """Where a post went; `again` when the same form had been sent before."""

    post: int
    thread: int
    slug: str
    floor: int
    again: bool = False


def written(source: str, by: int | None = None) -> Written:
    """Checks and renders a body. Invalid names the field; @mentions link to people who exist now, pictures have their size."""
    checked = rules.body(source)
    return render(checked, people.names_of(markup.handles_in(checked)), files.sizes(markup.files_in(checked), by))


def render(source: str, known: dict[str, str], pictures: Mapping[int, tuple[int, int]] = files.NONE) -> Written:
    """Renders checked words with the people known by handle and the sizes of pictures by number."""
    rendered = markup.render(source, known, pictures)
    return Written(source, rendered.html, rendered.lang, markup.excerpt(rendered.text, EXCERPT))


def start_thread(
    actor: Actor, *, board: str, title: str, words: Written, nonce: str, at: int, paced: bool = True
) -> Said:
    """Opens a thread with its first floor, inside the writing transaction under way. A rehearsal is not `paced`."""
    checked = rules.title(title)
    home = db.session.execute(
        select(Board).where(Board.slug == board).with_for_update(key_share=True)
    ).scalar_one_or_none()
    if home is None:
        raise Missing(N_("There is no such board."))
    nonce = _same_form(nonce, board, checked, words.source)
    if before := _sent_before(actor, nonce):
        return before
    if paced:
        _not_too_fast(actor, at)
    thread = Thread(
        board_id=home.id,
        author_id=actor.id,
        title=checked,
        slug=rules.thread_slug(checked),
        lang=language_of(checked),
        created_at=at,
        active_at=at,
        last_author_id=actor.id,
    )
    db.session.add(thread)
    home.threads += 1
    db.session.flush()
    said = _add_floor(actor, home, thread, words, reply_to=None, nonce=nonce, at=at, title=checked)
    _forget_draft(actor, f"board:{home.id}")
    return said


def reply(
    actor: Actor, *, thread: int, words: Written, reply_to: int | None, nonce: str, at: int, paced: bool = True
) -> Said:
    """Says something on the next floor of a thread, inside the writing transaction under way. A rehearsal is not `paced`."""
    found = db.session.execute(
        select(Thread).where(Thread.id == thread).with_for_update(key_share=True)
    ).scalar_one_or_none()
    if found is None:
        raise Missing(N_("There is no such thread."))
    nonce = _same_form(nonce, str(thread), words.source)
    if before := _sent_before(actor, nonce):
        return before
    if paced:
        _not_too_fast(actor, at)
    if reply_to is not None and not row(select(Post.id).where(Post.id == reply_to, Post.thread_id == thread)):
        raise Missing(N_("The post you reply to is not in this thread."))
    home = db.session.get_one(Board, found.board_id, with_for_update=LOCK)
    said = _add_floor(actor, home, found, words, reply_to=reply_to, nonce=nonce, at=at, title=None)
    _forget_draft(actor, f"thread:{thread}")
    return said


def _add_floor(
    actor: Actor,
    home: Board,
    thread: Thread,
    words: Written,
    *,
    reply_to: int | None,
    nonce: str,
    at: int,
    title: str | None,
) -> Said:
    floor = thread.posts + 1
    values: dict[str, Any] = {
        "thread_id": thread.id,
        "floor": floor,
        "author_id": actor.id,
        "reply_to": reply_to,
        "created_at": at,
        "revisions": 1,
        "html": words.html,
        "lang": words.lang,
        "excerpt": words.excerpt,
        "renderer": markup.RENDERER,
    }
    post_id = db.session.connection().execute(insert(Post).values(**values).returning(Post.id)).scalar_one()
    attachments.attach(actor, post=post_id, body=f"{words.html}\n{words.source}")
    execute(insert(Submission).values(person_id=actor.id, nonce=nonce, post_id=post_id, created_at=at))
    thread.posts, thread.last_author_id, thread.active_at = floor, actor.id, max(at, thread.active_at)
    home.posts, home.active_at = home.posts + 1, max(at, home.active_at)
    db.session.flush()
    accounts.count_posts(actor.id, 1)
    said = acts.Spot(actor.id, post_id, thread.id, floor, home.id)
    leaf, *titled = ledger.append(*acts.said(said, 1, words.source, title), at=at)
    version = {"post_id": post_id, "number": 1, "title": title, "body": words.source, "created_at": at}
    execute(insert(Revision).values(**version, leaf=leaf, title_leaf=titled[0] if titled else None))
    outbox.put("boards.posts", {"posts": [post_id]}, at=at)
    outbox.put("boards.said", {"post": post_id}, at=at)
    return Said(post_id, thread.id, thread.slug, floor)


def _same_form(nonce: str, *says: str) -> str:
    """What a sent form is known by: other words from the same page (the back button) are not sent again, they are new."""
    return hashlib.sha256("\0".join((nonce, *says)).encode()).hexdigest()


def _sent_before(actor: Actor, nonce: str) -> Said | None:
    found = row(
        select(Post.id, Post.thread_id, Thread.slug, Post.floor)
        .join(Submission, Submission.post_id == Post.id)
        .join(Thread, Thread.id == Post.thread_id)
        .where(Submission.person_id == actor.id, Submission.nonce == nonce)
    )
    return Said(found.id, found.thread_id, found.slug, found.floor, again=True) if found else None


def _not_too_fast(actor: Actor, at: int) -> None:
    times = post_queries.latest_times(actor.id, rules.POSTS_AN_HOUR)
    for most, seconds in ((rules.POSTS_A_MINUTE, 60), (rules.POSTS_AN_HOUR, 3600)):
        if len(times) >= most and times[most - 1] > at - seconds:
            left = times[most - 1] + seconds - at
            raise TooFast(
                N_(
                    "You have said %(most)s things in a short time. Your words are kept; please wait %(seconds)s seconds."
                ),
                left,
                most=most,
                seconds=left,
            )


def _forget_draft(actor: Actor, spot: str) -> None:
    execute(delete(Draft).where(Draft.person_id == actor.id, Draft.spot == spot))


def _own(actor: Actor, post_id: int, *, withdrawing: bool = False) -> tuple[Post, Thread]:
    where = row(select(Post.thread_id).where(Post.id == post_id))
    if where is None:
        raise Missing(N_("There is no such post."))
    thread = db.session.get_one(Thread, where.thread_id, with_for_update=LOCK)
    post = db.session.get_one(Post, post_id, with_for_update=LOCK)
    if post.withdrawn_at is not None and post.author_id == actor.id:
        raise Conflict(
            N_("The words of this post are gone.")
            if post.erased
            else N_("You have withdrawn this post; its words are gone.")
        )
    if not (can_withdraw if withdrawing else can_edit)(actor, post):
        raise Refused(N_("Only its author can change a post, and nobody else, ever."))
    return post, thread


def edit(actor: Actor, *, post: int, words: Written, title: str | None, based_on: int, at: int) -> bool:
    """Adds a revision, inside the writing transaction under way; the older ones stay readable.

    `based_on` is the revision the author saw: another one meanwhile is a Conflict. False when nothing changed.
    """
    found, thread = _own(actor, post)
    if found.revisions != based_on:
        raise Conflict(N_("This post was changed in another window meanwhile."))
    latest = db.session.get_one(Revision, (found.id, found.revisions))
    checked = rules.title(title) if found.floor == 1 and title is not None else latest.title
    _forget_draft(actor, f"post:{post}")
    if latest.body == words.source and latest.title == checked:
        return False
    attachments.attach(actor, post=post, body=f"{words.html}\n{words.source}")
    found.revisions += 1
    found.edited_at = at
    found.html, found.lang, found.excerpt, found.renderer = words.html, words.lang, words.excerpt, markup.RENDERER
    retitled = checked if checked != latest.title else None
    if retitled is not None:
        thread.title, thread.slug, thread.lang = retitled, rules.thread_slug(retitled), language_of(retitled)
    db.session.flush()
    _tell_changed(found, at, titled=retitled is not None)
    spot = acts.Spot(actor.id, found.id, thread.id, found.floor, thread.board_id)
    leaf, *titled = ledger.append(*acts.said(spot, found.revisions, words.source, retitled), at=at)
    version = {"post_id": found.id, "number": found.revisions, "title": checked, "body": words.source, "created_at": at}
    db.session.add(Revision(**version, leaf=leaf, title_leaf=titled[0] if titled else latest.title_leaf))
    db.session.flush()
    return True


def withdraw(actor: Actor, *, post: int, at: int) -> Post:
    """The author takes the words back, inside the writing transaction under way: every version goes, the floor stays."""
    found, thread = _own(actor, post, withdrawing=True)
    _forget_draft(actor, f"post:{post}")
    _empty(found, thread, at, WITHDRAWN)
    found.gone_leaf = ledger.append(acts.withdrawn(actor.id, post), at=at)[0]
    db.session.flush()
    return found


def _empty(found: Post, thread: Thread, at: int, slug: str) -> None:
    """The words of every version go, and the salts without which the ledger's leaves tell nothing of them."""
    found.withdrawn_at = at
    found.html = found.excerpt = found.lang = None
    versions = rows(select(Revision.leaf, Revision.title_leaf).where(Revision.post_id == found.id))
    execute(update(Revision).where(Revision.post_id == found.id).values(title=None, body=None))
    if found.floor == 1:
        thread.title, thread.slug, thread.lang = None, slug, None
    attachments.let_go(post=found.id, at=at)
    ledger.forget([leaf for one in versions for leaf in (one.leaf, one.title_leaf)])
    outbox.put("database.flush", {}, at=at)
    outbox.put("boards.gone", {"post": found.id}, at=at)
    _tell_changed(found, at, titled=found.floor == 1)
    db.session.flush()


def _tell_changed(post: Post, at: int, *, titled: bool) -> None:
    """For whoever keeps the words elsewhere: a new title is shown with all posts of the thread."""
    if titled:
        outbox.put("boards.thread", {"thread": post.thread_id}, at=at)
    else:
        outbox.put("boards.posts", {"posts": [post.id]}, at=at)


def erase(*, post: int, reason: str, at: int) -> Post:
    """The law demands it: the words go as if withdrawn, and the ledger says so with the reason, in public.

    Inside the writing transaction under way; only the command line calls this. Raises Missing, Invalid, and Conflict
    when the words are gone already.
    """
    clean = rules.reason(reason)
    where = row(select(Post.thread_id, Post.author_id).where(Post.id == post))
    if where is None:
        raise Missing(N_("There is no such post."))
    thread = db.session.get_one(Thread, where.thread_id, with_for_update=LOCK)
    found = db.session.get_one(Post, post, with_for_update=LOCK)
    if found.withdrawn_at is not None:
        raise Conflict(N_("The words of this post are gone already."))
    execute(delete(Draft).where(Draft.person_id == where.author_id, Draft.spot == f"post:{post}"))
    _empty(found, thread, at, ERASED)
    accounts.tell_erased(where.author_id, at=at)
    found.erased = True
    found.gone_leaf = ledger.append(acts.erased(post, clean), at=at)[0]
    db.session.flush()
    return found


def may_write(actor: Actor, *, spot: str) -> bool:
    """Whether something could be said at a draft's spot: the thread or board exists, or the post is one's own and stands."""
    kind, _, number = spot.partition(":")
    if kind == "post":
        standing = select(Post.id).where(Post.author_id == actor.id, Post.withdrawn_at.is_(None))
        return row(standing.where(Post.id == int(number)).with_for_update(key_share=True)) is not None
    return (
        row(
            select(Thread.id if kind == "thread" else Board.id).where(
                (Thread if kind == "thread" else Board).id == int(number)
            )
        )
        is not None
    )


def forget_submissions(at: int) -> int:
    """Sweeps nonces nobody will send again; returns how many."""
    return execute(delete(Submission).where(Submission.created_at < at - KEEP_SUBMISSIONS))


def mark_read(actor: Actor, *, boards: list[int]) -> None:
    """All threads of these boards are read, inside the writing transaction under way."""
    desk.caught_up(actor, boards=queries.newest_of(boards))
    thread_posts = select(Thread.posts).where(Thread.id == Place.thread_id).scalar_subquery()
    behind = select(Thread.id).where(
        Thread.board_id.in_(boards), Thread.id == Place.thread_id, Thread.posts > Place.floor
    )
    execute(update(Place).where(Place.person_id == actor.id, behind.exists()).values(floor=thread_posts))
