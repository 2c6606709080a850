"""A process that writes: posts, changes, withdrawals, one after the other, and notes what was acknowledged. `writer NUMBER MANY FILE`."""

from __future__ import annotations

import os
import sys
import time
from random import Random

from sqlalchemy import select

from forum import create_app
from forum.accounts.models import Person
from forum.boards import actions
from forum.boards.models import Post, Thread
from forum.core.actor import Actor
from forum.core.database import db, rows, writing


def write(number: int, many: int, file: str) -> None:
    """Goes on where it was killed: `file` has a line for each acknowledged act."""
    noted = os.open(file, os.O_RDWR | os.O_CREAT | os.O_APPEND)
    done = os.read(noted, 1 << 24).count(b"\n")
    lot = Random(number * 1000 + done)
    with create_app().app_context():
        found = db.session.scalars(select(Person).order_by(Person.id)).all()[number]
        me = Actor(found.id, found.handle, found.name, found.roles)
        for turn in range(done, many):
            words = actions.written(f"Words {number} {turn} {lot.random()}")
            nonce, at = f"{number} {turn}", int(time.time())
            kind = lot.choice(("thread", "reply", "reply", "reply", "edit", "withdraw"))
            mine = rows(select(Post.id).where(Post.author_id == me.id, Post.withdrawn_at.is_(None)))
            threads = rows(select(Thread.id))
            with writing():
                if kind == "thread" or not threads:
                    said = actions.start_thread(
                        me, board="canteen", title=f"T {turn}", words=words, nonce=nonce, at=at, paced=False
                    )
                    post = said.post
                elif kind == "reply" or not mine:
                    thread = lot.choice(threads).id
                    said = actions.reply(me, thread=thread, words=words, reply_to=None, nonce=nonce, at=at, paced=False)
                    post = said.post
                elif kind == "edit":
                    post = lot.choice(mine).id
                    based_on = db.session.get_one(Post, post).revisions
                    actions.edit(me, post=post, words=words, title=None, based_on=based_on, at=at)
                else:
                    post = lot.choice(mine).id
                    actions.withdraw(me, post=post, at=at)
            os.write(noted, f"{kind} {post}\n".encode())


if __name__ == "__main__":
    write(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
