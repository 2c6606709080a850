"""Verifies a ledger over HTTP, as anybody can who holds its key: the log alone, or with a person's token the words too. Trusts nobody."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from base64 import b64decode
from collections.abc import Callable, Iterator, Sequence
from http.client import HTTPException
from typing import Any, Final
from urllib.parse import urlsplit

from forum.core.errors import N_, Conflict
from forum.ledger import leaves, tiles
from forum.ledger.checkpoints import Checkpoint, Key, checked
from forum.ledger.leaves import Leaf
from forum.ledger.tiles import HEIGHT, WIDTH, Tile
from forum.ledger.verifying import Log, Report

PATIENCE: Final = 30
"""Seconds that an answer may take."""
LARGEST: Final = 64 * 1024 * 1024
"""Bytes of the largest answer that is read."""
NEWER: Final = 10_000
"""Things that may have been said since the checkpoint was signed."""
On = Callable[[int, int], None]


class Site:
    """A forum's address, and the token with which its words are read."""

    def __init__(self, base: str, token: str | None) -> None:
        try:
            scheme = urlsplit(base).scheme
        except ValueError:
            scheme = ""
        if scheme not in ("http", "https"):
            raise Conflict(N_("The address must begin with http:// or https://."))
        self._base = base.rstrip("/")
        self._token = token

    def read(self, path: str) -> bytes:
        """The bytes at a path. Raises Conflict that says what was answered instead."""
        request = urllib.request.Request(self._base + path)  # noqa: S310 (http and https only, see above)
        if self._token is not None and path.startswith("/api/"):
            request.add_header("Authorization", f"Bearer {self._token}")
        try:
            with urllib.request.build_opener(_Straight()).open(request, timeout=PATIENCE) as answer:
                found = _all(answer)
        except urllib.error.HTTPError as error:
            raise Conflict(N_("%(path)s answers %(status)s."), path=path, status=error.code) from error
        except (OSError, ValueError, HTTPException) as error:
            raise Conflict(N_("%(path)s cannot be read: %(why)s"), path=path, why=error) from error
        if len(found) > LARGEST:
            raise Conflict(N_("%(path)s is too long to be what it should be."), path=path)
        return found

    def json(self, path: str) -> Any:
        """The JSON at a path."""
        try:
            return json.loads(self.read(path))
        except (ValueError, RecursionError) as error:
            raise Conflict(N_("%(path)s is no JSON."), path=path) from error


def _all(answer: Any) -> bytes:
    """All of an answer that comes within PATIENCE and is not too long: a byte a second would hold us for ever."""
    until, found = time.monotonic() + PATIENCE, bytearray()
    while part := answer.read1(65_536):
        found += part
        if len(found) > LARGEST:
            break
        if time.monotonic() > until:
            raise TimeoutError("it takes too long")
    return bytes(found)


class _Straight(urllib.request.HTTPRedirectHandler):
    """A token is not carried to wherever an answer points."""

    def redirect_request(self, *_args: object, **_more: object) -> None:
        return None


def verify(
    base: str, keys: Sequence[Key], *, token: str | None, pinned: Checkpoint | None, on: On = lambda count, total: None
) -> tuple[Report, int]:
    """Looks at the whole log of a forum; with a `token` at its posts too. Returns the report, and how many versions are newer than it."""
    site = Site(base, token)
    note = site.read("/ledger/checkpoint").decode(errors="replace")
    point = checked(note, keys)
    if point is None:
        raise Conflict(N_("The checkpoint is not signed by this key."))
    log = Log({point.size} | ({pinned.size} if pinned else set()))
    read: list[Leaf | None] = []
    for tile in tiles.tiles(None, point.size):
        for leaf in _bundle(site, tile, log):
            log.add(leaf)
            if token is not None:
                read.append(_read(leaf))
        on(tile.width, point.size * (1 if token is None else 2))
    log.agrees("the checkpoint", point)
    if pinned is not None:
        log.agrees("the pinned checkpoint", pinned)
    if log.tree.size == point.size:
        _compare_tiles(site, log, point.size)
    words = _Words(site, log, read, on)
    if token is not None:
        try:
            words.compare()
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise Conflict(N_("The API does not answer as a forum does: %(why)s"), why=repr(error)) from error
    return Report(log.tree.size, log.tree.root(), len(words.seen), log.flaws), words.newer


def _read(leaf: bytes) -> Leaf | None:
    try:
        return leaves.read(leaf)
    except ValueError:
        return None


def _bundle(site: Site, tile: Tile, log: Log) -> list[bytes]:
    try:
        found = tiles.unbundled(site.read(f"/ledger/tile/{tile.path}"))
    except ValueError:
        found = []
    if len(found) != tile.width:
        log.flaws.append(f"the bundle {tile.path} holds {len(found)} leaves instead of {tile.width}")
    return found


def _compare_tiles(site: Site, log: Log, size: int) -> None:
    """The tiles that others verify with say the same as the leaves."""
    level = 0
    while size >> (HEIGHT * level):
        for tile in tiles.tiles(level, size):
            begin = tile.number * WIDTH
            wanted = b"".join(
                log.hashes[one] if level == 0 else log.nodes[level, one] for one in range(begin, begin + tile.width)
            )
            if site.read(f"/ledger/tile/{tile.path}") != wanted:
                log.flaws.append(f"the tile {tile.path} does not fit the leaves")
        level += 1


class _Words:
    """What the API shows to a person, compared with the leaves."""

    def __init__(self, site: Site, log: Log, read: list[Leaf | None], on: On) -> None:
        self.site, self.log, self.leaves, self.on = site, log, read, on
        self.seen: set[int] = set()
        self.newest = len(read) + NEWER
        self.newer = 0
        """Versions of a leaf beyond the checkpoint: the next one will bind them."""
        self.ended = {
            leaf.object: leaf for leaf in read if leaf is not None and leaf.kind in ("post.withdraw", "legal.erase")
        }
        self.titles = {
            leaf.object: (number, leaf) for number, leaf in enumerate(read) if leaf and leaf.kind == "thread.title"
        }

    def compare(self) -> None:
        """Every thread that the log knows, every post in it, every revision."""
        for thread in sorted(int(object[2:]) for object in self.titles):
            opened = False
            for post in self._pages(f"/api/v1/threads/{thread}/posts"):
                name, versions = f"post {post['id']} (thread {thread}, floor {post['floor']})", self._versions(post)
                for version in versions:
                    self._one(name, post, version)
                if post["floor"] == 1:
                    opened = True
                    self._title(thread, post, versions)
                self.on(1, 2 * len(self.leaves))
            if not opened:
                self.log.flaws.append(
                    f"thread {thread} shows no first floor, so nothing tells whether its title stands"
                )
        for number, leaf in enumerate(self.leaves):
            if leaf is not None and leaf.kind in ("post.create", "post.edit") and number not in self.seen:
                self.log.flaws.append(f"missing: {leaf.kind} {leaf.object} (leaf {number}) is shown nowhere")

    def _pages(self, path: str) -> Iterator[Any]:
        page, pages = 1, 1
        while page <= pages:
            found = self.site.json(f"{path}?page={page}")
            if type(found["pages"]) is not int or not found["items"] or found["pages"] > self.newest:
                raise ValueError(f"{path} has pages without end")
            yield from found["items"]
            page, pages = page + 1, found["pages"] if page == 1 else pages

    def _versions(self, post: Any) -> list[Any]:
        last = {"number": post["revisions"], "body": post["body"], "leaf": post["leaf"], "salt": post["salt"]}
        if post["revisions"] == 1:
            return [last]
        found = list(self._pages(f"/api/v1/posts/{post['id']}/revisions"))
        numbers = [one["number"] for one in found]
        if len(numbers) != post["revisions"] or numbers != list(range(1, len(numbers) + 1)):
            self.log.flaws.append(f"post {post['id']} has {post['revisions']} revisions, and shows {numbers}")
        if not found or {**found[-1], **last} != found[-1]:
            self.log.flaws.append(f"post {post['id']} shows other words than its latest revision")
        return found

    def _one(self, name: str, post: Any, version: Any) -> None:
        number, name = version["leaf"], f"{name}, revision {version['number']}"
        if type(number) is not int or not 0 <= number < len(self.leaves):
            if type(number) is int and number >= len(self.leaves):
                self.newer += 1  # said after the checkpoint was signed
                return
            self.log.flaws.append(f"{name} is shown, but the ledger knows nothing of it")
            return
        self.seen.add(number)
        leaf = self.leaves[number]
        object = f"p:{post['id']}"
        there = (object, version["number"], f"t:{post['thread']}/{post['floor']}")
        if leaf is None or (leaf.object, leaf.revision, leaf.where) != there:
            self.log.flaws.append(f"{name} is not what leaf {number} is about")
        elif version["body"] is None:
            if object not in self.ended and post["withdrawn_at"] is None:
                self.log.flaws.append(f"{name} is hidden: no leaf says who took its words back")
            elif object not in self.ended:
                self.log.flaws.append(f"{name} is called withdrawn, and no leaf says so (or only since the checkpoint)")
            elif self.ended[object].kind == "post.withdraw" and self.ended[object].by != leaf.by:
                self.log.flaws.append(f"{name} was withdrawn by somebody else than its author")
        elif leaf.commitment != leaves.commitment(b64decode(version["salt"]), version["body"].encode()):
            self.log.flaws.append(f"{name} was altered: its words do not fit leaf {number}")
        elif object in self.ended:
            self.log.flaws.append(f"{name} is shown, although it was taken back")

    def _title(self, thread: int, opening: Any, versions: list[Any]) -> None:
        """The title is the one of its last leaf; the salt follows from that of the version which brought it."""
        name, title = f"the title of thread {thread}", self.site.json(f"/api/v1/threads/{thread}")["title"]
        number, leaf = self.titles[f"t:{thread}"]
        self.seen.add(number)
        ended = f"p:{opening['id']}" in self.ended
        if title is None:
            if not ended and opening["withdrawn_at"] is None:
                self.log.flaws.append(f"{name} is hidden: no leaf says who took it back")
            return
        if ended:
            self.log.flaws.append(f"{name} is shown, although it was taken back")
        salt = next((one["salt"] for one in versions if one["number"] == leaf.revision), None)
        fits = salt and leaf.commitment == leaves.commitment(leaves.title_salt(b64decode(salt)), title.encode())
        known = all(type(one["leaf"]) is not int or one["leaf"] < len(self.leaves) for one in versions)
        if known and not ended and not fits:  # else the opening post was edited after the checkpoint was signed
            self.log.flaws.append(f"{name} was altered: it does not fit leaf {number}")
