"""A log as plain files in a folder, laid out with our pure modules and served over HTTP; whoever wants may spoil a file first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from http.server import HTTPServer, SimpleHTTPRequestHandler
from pathlib import Path
from threading import Thread
from typing import Any, Final

from forum.ledger.checkpoints import Checkpoint, Receipt, Signer
from forum.ledger.leaves import Act, written
from forum.ledger.merkle import Frontier, Node, inclusion, leaf_hash
from forum.ledger.tiles import HEIGHT, Tile, bundle, tiles

NAME: Final = "forum.example/ledger"


def leaf(number: int, words: str = "") -> bytes:
    """Somebody's post, as a leaf."""
    act = Act("post.create", f"u:{number % 7 + 1}", f"p:{number + 1}", 1, f"{words or 'Words'} {number}".encode())
    return written(act, at=1_795_262_400 + number, salt=number.to_bytes(32, "big"))


class StaticLog:
    """The leaves, their tree's complete subtrees, and who signs it."""

    def __init__(self, leaves: Sequence[bytes], signer: Signer) -> None:
        self.leaves, self.signer = leaves, signer
        self.nodes: dict[Node, bytes] = {}
        tree = Frontier()
        for number, one in enumerate(leaves):
            self.nodes[0, number] = leaf_hash(one)
            self.nodes.update(((made.height, made.number), made.hash) for made in tree.add(self.nodes[0, number]))
        self.root = tree.root()

    @property
    def checkpoint(self) -> str:
        """The log as it stands, signed."""
        return self.signer.sign(Checkpoint(self.signer.key.name, len(self.leaves), self.root).text())

    def receipt(self, index: int) -> Receipt:
        """Proof that one leaf is in it."""
        path = inclusion(index, len(self.leaves), self.nodes.__getitem__)
        return Receipt(self.leaves[index], index, tuple(path), self.checkpoint)

    def raw(self, tile: Tile) -> bytes:
        """What a tile's or a bundle's file holds."""
        begin = tile.number << HEIGHT
        if tile.level is None:
            return bundle(self.leaves[begin : begin + tile.width])
        return b"".join(self.nodes[HEIGHT * tile.level, begin + one] for one in range(tile.width))

    def lay_out(self, folder: Path) -> Path:
        """Writes the files, as below BASE; returns their folder."""
        place(folder, "checkpoint").write_text(self.checkpoint, encoding="utf-8")
        levels = range(len(self.leaves).bit_length() // HEIGHT + 1)
        for level in (None, *levels):
            for tile in tiles(level, len(self.leaves)):
                place(folder, f"tile/{tile.path}").write_bytes(self.raw(tile))
        return folder


def place(folder: Path, name: str) -> Path:
    """Where a file of the log lies; its folder is there."""
    found = folder / "ledger" / name
    found.parent.mkdir(parents=True, exist_ok=True)
    return found


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        """Says nothing."""


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serves a folder's files on a free port; gives the address they stand below."""
    with HTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder))) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
