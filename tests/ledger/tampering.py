"""What somebody could do who has the database and the key: four classes of tampering, each at a place drawn by lot."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import text

from forum.core.database import db
from forum.ledger import actions, leaves, merkle, signing
from forum.ledger.checkpoints import Signer
from forum.ledger.tiles import HEIGHT


def signer(folder: Path) -> Signer:
    found = signing.signer(folder)
    assert found is not None
    return found


def told(statement: str, **values: Any) -> Any:
    """SQL of somebody who has the database and takes the seat belts off."""
    return db.session.connection().execute(text(statement), values)


def unbelted() -> None:
    for table in ("ledger", "ledger_nodes"):
        for act in ("update", "delete"):
            told(f"DROP TRIGGER {table}_no_{act}")


def rewritten(entries: list[str], folder: Path) -> None:
    """The whole log anew, and a checkpoint of it signed with the real key, under every date."""
    unbelted()
    for table in ("ledger", "ledger_nodes"):
        told(f"DELETE FROM {table}")
    tree = merkle.Frontier()
    for number, leaf in enumerate(entries):
        told("INSERT INTO ledger VALUES (:number, :leaf)", number=number, leaf=leaf)
        for made in tree.add(merkle.leaf_hash(leaf.encode())):
            if made.height % HEIGHT == 0:
                level = made.height // HEIGHT
                told("INSERT INTO ledger_nodes VALUES (:l, :n, :h)", l=level, n=made.number, h=made.hash)
    told("UPDATE ledger_head SET size = :size, edge = :edge", size=tree.size, edge=tree.packed())
    told("DELETE FROM ledger_checkpoints")
    db.session.commit()
    signing.sign(signer(folder), 1, "2026-11-21")


def chosen(lot: Random, statement: str) -> Any:
    found = told(statement).all()
    return lot.choice(found)


SHOWN = {
    "a post": "UPDATE revisions SET body = body || '!' WHERE rowid = (SELECT rowid FROM revisions WHERE body IS NOT NULL ORDER BY leaf * :lot % 997 LIMIT 1)",
    "a title": "UPDATE threads SET title = 'Nothing happened' WHERE id = (SELECT id FROM threads WHERE title IS NOT NULL ORDER BY id * :lot % 997 LIMIT 1)",
    "a title in the history": "UPDATE revisions SET title = 'Nothing' WHERE rowid = (SELECT rowid FROM revisions WHERE title IS NOT NULL ORDER BY leaf * :lot % 997 LIMIT 1)",
    "an author": "UPDATE posts SET author_id = author_id % 5 + 1 WHERE id = (SELECT id FROM posts ORDER BY id * :lot % 997 LIMIT 1)",
    "a date": "UPDATE posts SET created_at = created_at - 86400 WHERE id = (SELECT id FROM posts ORDER BY id * :lot % 997 LIMIT 1)",
    "a date of a withdrawal": "UPDATE posts SET withdrawn_at = withdrawn_at + 5 WHERE id = (SELECT id FROM posts WHERE withdrawn_at IS NOT NULL ORDER BY id * :lot % 997 LIMIT 1)",
    "a public line out of the list": "UPDATE ledger_openings SET kind = NULL WHERE leaf = (SELECT leaf FROM ledger_openings WHERE kind IS NOT NULL ORDER BY leaf * :lot % 997 LIMIT 1)",
    "a public line in the other list": "UPDATE ledger_openings SET kind = 'role.grant' WHERE leaf = (SELECT leaf FROM ledger_openings WHERE kind = 'legal.erase' ORDER BY leaf * :lot % 997 LIMIT 1)",
    "an act nobody did": "UPDATE ledger_openings SET kind = 'account.access', words = 'token' WHERE leaf = (SELECT leaf FROM revisions WHERE body IS NOT NULL ORDER BY leaf * :lot % 997 LIMIT 1)",
    "an erasure as a withdrawal": "UPDATE posts SET erased = 0 WHERE id = (SELECT id FROM posts WHERE erased ORDER BY id * :lot % 997 LIMIT 1)",
    "a withdrawal as an erasure": "UPDATE posts SET erased = 1 WHERE id = (SELECT id FROM posts WHERE withdrawn_at IS NOT NULL AND NOT erased ORDER BY id * :lot % 997 LIMIT 1)",
    "an older title": "UPDATE revisions SET title_leaf = (SELECT title_leaf FROM revisions a WHERE a.post_id = revisions.post_id AND a.number = 1), title = (SELECT title FROM revisions a WHERE a.post_id = revisions.post_id AND a.number = 1) WHERE number > 1 AND title IS NOT NULL AND title_leaf != (SELECT title_leaf FROM revisions a WHERE a.post_id = revisions.post_id AND a.number = 1) AND :lot",
    "an answer's state": "UPDATE threads SET answer = CASE answer WHEN 'heard' THEN 'answered' ELSE 'heard' END WHERE id = (SELECT id FROM threads WHERE answer IS NOT NULL ORDER BY id * :lot % 997 LIMIT 1)",
    "a changed decision": "UPDATE threads SET overturned_at = CASE WHEN overturned_at IS NULL THEN 5 END WHERE id = (SELECT id FROM threads WHERE answer IS NOT NULL ORDER BY id * :lot % 997 LIMIT 1)",
    "an answer twice": "INSERT INTO answers (thread_id, post_id, person_id, state, at, leaf) SELECT thread_id, post_id, person_id, state, at, leaf FROM answers WHERE id = (SELECT min(id) FROM answers) AND :lot",
    "a thread's date": "UPDATE threads SET created_at = created_at + 9 WHERE id = (SELECT id FROM threads ORDER BY id * :lot % 997 LIMIT 1)",
    "a thread's place in lists": "UPDATE threads SET active_at = 0 WHERE id = (SELECT id FROM threads ORDER BY id * :lot % 997 LIMIT 1)",
    "pages of a board": "UPDATE boards SET threads = 1 WHERE id = 1 + :lot % 2",
    "a stored page": "UPDATE posts SET html = '<p>All is well.</p>', renderer = 0 WHERE id = (SELECT id FROM posts WHERE html IS NOT NULL ORDER BY id * :lot % 997 LIMIT 1)",
    "a board": "UPDATE boards SET name = 'Elsewhere' WHERE id = 1 + :lot % 2",
    "an answer": "UPDATE answers SET state = CASE state WHEN 'declined' THEN 'heard' ELSE 'declined' END WHERE id = (SELECT id FROM answers ORDER BY id * :lot % 997 LIMIT 1)",
    "a question": "UPDATE sheets SET question = 'Are you happy?' WHERE id = (SELECT id FROM sheets ORDER BY id * :lot % 997 LIMIT 1)",
    "a note": "UPDATE notes SET body = 'All is well.' WHERE id = (SELECT id FROM notes WHERE body IS NOT NULL AND id IN (SELECT note_id FROM note_seals WHERE NOT pending) ORDER BY id LIMIT 1 OFFSET :lot % 20)",
    "a figure of Magic": "UPDATE promotions SET readers = readers + 1 WHERE thread_id = (SELECT thread_id FROM promotions ORDER BY thread_id * :lot % 997 LIMIT 1)",
    "a role": "UPDATE people SET management = 1 WHERE id = 1 AND :lot",
    "a public line": "UPDATE ledger_openings SET words = words || ' of course' WHERE leaf = (SELECT leaf FROM ledger_openings WHERE kind IS NOT NULL AND kind != 'board.rename' ORDER BY leaf * :lot % 997 LIMIT 1)",
    "a leaf": "UPDATE ledger SET leaf = replace(leaf, '1795', '1796') WHERE number = :lot % 1000",
    "a post away from its thread": "UPDATE posts SET floor = floor + 1000 WHERE id = (SELECT id FROM posts ORDER BY id * :lot % 997 LIMIT 1)",
    "a post to nothing": "UPDATE posts SET html = NULL, withdrawn_at = 5 WHERE id = (SELECT id FROM posts WHERE withdrawn_at IS NULL ORDER BY id * :lot % 997 LIMIT 1)",
}


def edit_in_place(lot: Random, folder: Path) -> None:
    """Something that people see, or a leaf, is other than it was."""
    unbelted()
    changed = told(lot.choice(list(SHOWN.values())), lot=lot.randint(1, 996)).rowcount
    assert changed
    db.session.commit()


def delete_and_sign(lot: Random, folder: Path) -> None:
    """A reply that was never changed and its leaf are taken out, floors and numbers move up, and the log is signed again."""
    post = chosen(
        lot,
        "SELECT p.id, p.thread_id, p.floor, r.leaf FROM posts p JOIN revisions r ON r.post_id = p.id JOIN threads t ON t.id = p.thread_id"
        " WHERE p.revisions = 1 AND p.withdrawn_at IS NULL AND p.floor > 1 AND p.floor = t.posts"
        " AND p.id NOT IN (SELECT post_id FROM answers)",
    )
    entries = [one.leaf for one in told("SELECT leaf FROM ledger ORDER BY number")]
    del entries[post.leaf]
    told("DELETE FROM submissions WHERE post_id = :id", id=post.id)
    told("DELETE FROM revisions WHERE post_id = :id", id=post.id)
    told("DELETE FROM posts WHERE id = :id", id=post.id)
    latest = "(SELECT max(created_at) FROM posts WHERE thread_id = :id)"
    told(f"UPDATE threads SET posts = posts - 1, active_at = {latest} WHERE id = :id", id=post.thread_id)
    told("DELETE FROM ledger_openings WHERE leaf = :leaf", leaf=post.leaf)
    moved = (
        *(("revisions", "leaf"), ("revisions", "title_leaf"), ("posts", "gone_leaf"), ("answers", "leaf")),
        *(("boards", "leaf"), ("promotions", "leaf"), ("sheets", "opened_entry"), ("sheets", "closed_entry")),
        *(("note_seals", "batch_entry"), ("note_seals", "change_entry"), ("ledger_keys", "leaf")),
    )
    for table, column in moved:
        told(f"UPDATE {table} SET {column} = {column} - 1 WHERE {column} > :leaf", leaf=post.leaf)
    for one in told("SELECT leaf FROM ledger_openings WHERE leaf > :leaf ORDER BY leaf", leaf=post.leaf).all():
        told("UPDATE ledger_openings SET leaf = leaf - 1 WHERE leaf = :leaf", leaf=one.leaf)
    rewritten(entries, folder)


def alter_and_sign(lot: Random, folder: Path) -> None:
    """Other words stand in a post and in its leaf, and the log is signed again."""
    one = chosen(lot, "SELECT rowid, post_id, number, leaf FROM revisions WHERE body IS NOT NULL")
    entries = [row.leaf for row in told("SELECT leaf FROM ledger ORDER BY number")]
    salt = leaves.fresh_salt()
    found = leaves.read(entries[one.leaf].encode())
    act = actions.Act(found.kind, found.by, found.object, found.revision, b"All is well.", found.where)
    entries[one.leaf] = leaves.written(act, at=found.at, salt=salt).decode()
    told("UPDATE revisions SET body = 'All is well.' WHERE rowid = :row", row=one.rowid)
    told("UPDATE ledger_openings SET salt = :salt WHERE leaf = :leaf", salt=salt, leaf=one.leaf)
    rewritten(entries, folder)


def roll_back(lot: Random, folder: Path) -> None:
    """Everything is as it was some acts ago, and signed again: what was said since never was."""
    entries = [row.leaf for row in told("SELECT leaf FROM ledger ORDER BY number")]
    size = lot.randint(len(entries) // 2, len(entries) - 2)
    rewritten(entries[:size], folder)


CLASSES = (edit_in_place, delete_and_sign, alter_and_sign, roll_back)
