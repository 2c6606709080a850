"""What somebody who attacked the search found: threads that shared a stemmer, a reader that took a new index for the old, titles told by replies."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from forum.boards import actions
from forum.core.actor import Actor
from forum.core.database import db, writing
from forum.search import analyser, indexing
from tests.conftest import NOON


def test_threads_do_not_mix_up_their_words() -> None:
    made = random.Random(7)
    words = [
        "".join(made.choices("aeioustrnlng", k=9)) + end for end in ("ing", "s", "ly", "ation") for _ in range(1500)
    ]
    analyser.stem.cache_clear()
    alone = [analyser.stem(word) for word in words]
    analyser.stem.cache_clear()
    with ThreadPoolExecutor(4) as pool:
        together = list(
            pool.map(lambda turn: [analyser.stem(word) for word in words[turn:] + words[:turn]], (0, 1, 2, 3))
        )
    for turn, found in enumerate(together):
        assert found == alone[turn:] + alone[:turn]


def test_a_new_index_in_the_same_folder_is_seen(
    app: Any, mina: Actor, many: Any, find: Any, worked: Any, withdraw: Any, state: Any
) -> None:
    """A reader that lives on (a web process) has the first index open; the third has its folder and counts its commits alike."""
    posts = many(mina, [f"word{number} alike" for number in range(30)], title="Old")
    worked()
    expected = {f"word{number}": {post} for number, post in enumerate(posts)}
    assert {word: find(word) for word in expected} == expected
    first = state().serving
    for gone in (0, 1):
        withdraw(mina, posts[gone + 1])
        expected.pop(f"word{gone + 1}")
        with app.app_context():
            indexing.begin(state().served_by)
            db.session.remove()
        worked()
        assert {word: find(word) for word in expected} == expected
    assert state().serving == first


def test_a_withdrawn_title_is_not_told_by_replies(
    app: Any, mina: Actor, idris: Actor, say: Any, find: Any, worked: Any
) -> None:
    made = say(mina, "Nothing.", title="Zqtitle and more")
    reply = say(idris, "An answer.", thread=made.thread)
    other = say(idris, "An answer elsewhere.", title="Other")
    worked()
    assert reply.post in find("zqtitle answer")
    with app.app_context():
        with writing():
            actions.withdraw(mina, post=made.post, at=NOON)
        db.session.remove()
    for query in ("in:title zqtitle", "zqtitle answer", '"zqtitle and more"', "zqtitle author:idris"):
        assert not find(query) & {made.post, reply.post}, query
    assert find("in:title zqtitle") == set()
    assert find("answer -zqtitle") == find("answer -nothingsuch") == {other.post}
    worked()
    assert find("answer -zqtitle") == find("answer") == {reply.post, other.post}
