"""The proof of one post: which leaves of the ledger bind it, its receipt, and all that a browser needs to check it by itself."""

from __future__ import annotations

import json
from base64 import b64encode
from typing import Any

from flask import Blueprint, Response, abort, redirect, render_template

from forum.boards import addresses, post_queries
from forum.boards.post_views import VERSIONS, wanted_version
from forum.ledger import queries, receipts
from forum.web.access import access

pages = Blueprint("proofs", __name__)
SOON = {"Refresh": "3"}
"""A leaf is signed within seconds of its act; the page looks again."""


def _found(post_id: int) -> Any:
    post = post_queries.post(post_id)
    if post is None:
        abort(404)
    return post


@pages.get("/posts/<number:post_id>/proof")
@access("employee")
def proof(post_id: int) -> Any:
    post = _found(post_id)
    number, after = wanted_version(post.revisions)
    versions = post_queries.bound(post_id, after, after + VERSIONS)
    this = next(one for one in versions if one.number == number)
    known = queries.opened(one for one in (this.leaf, this.title_leaf, post.gone_leaf) if one is not None)
    leaf = known[this.leaf]
    point, gone = queries.checkpoint(), known.get(post.gone_leaf)
    signed = point is not None and max(known) < point.size  # a withdrawal of this moment is no alarm: it is signed soon
    made = receipts.proof(leaf.number, leaf.leaf, point) if signed else None
    page = render_template(
        "boards/proof.html",
        post=post,
        address=addresses.floor(post.thread_id, post.slug, post.floor),
        versions=versions,
        this=this,
        bound=json.loads(leaf.leaf),
        proof=made,
        check=None if made is None else _check(made, this, leaf.salt, known.get(this.title_leaf), gone),
        titled=known.get(this.title_leaf),
        gone=gone,
        taken=json.loads(gone.leaf) if gone else None,
    )
    return (page, 200, SOON) if made is None else page


def _check(made: receipts.Proof, this: Any, salt: bytes | None, titled: Any, gone: Any) -> str:
    """All that the browser's own check needs, as JSON that cannot end the element it stands in."""
    found: dict[str, Any] = {
        "leaf": made.leaf,
        "number": made.number,
        "size": made.size,
        "root": b64encode(made.root).decode(),
        "path": [b64encode(one).decode() for one in made.path],
        "note": made.note,
        "salt": None if salt is None else b64encode(salt).decode(),
        "words": this.body,
    }
    if titled is not None and titled.salt is not None:
        found["title"] = {
            "leaf": titled.leaf,
            "number": titled.number,
            "salt": b64encode(titled.salt).decode(),
            "words": this.title or "",
        }
    if gone is not None:
        found["gone"] = {"leaf": gone.leaf, "number": gone.number}
    return json.dumps(found).replace("<", "\\u003c")


@pages.get("/posts/<number:post_id>/receipt")
@access("employee")
def receipt(post_id: int) -> Any:
    number, _after = wanted_version(_found(post_id).revisions)
    (this,) = post_queries.bound(post_id, number - 1, number)
    text = receipts.of(this.leaf)
    if text is None:
        return redirect(f"/posts/{post_id}/proof?version={number}", 303)
    name = f"post-{post_id}-version-{number}.tlog-proof"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-cache"}
    return Response(text, content_type="text/plain; charset=utf-8", headers=headers)
