"""Signed statements of how large the log is and what its root is: C2SP signed notes (Ed25519), checkpoints, receipts. Pure.

A key is written as Go's sumdb/note writes it: NAME+ID+BASE64 for checking, PRIVATE+KEY+NAME+ID+BASE64 for signing.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Sequence
from hashlib import sha256
from typing import Final, NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

_ED25519: Final = b"\1"
_SECRET: Final = "PRIVATE+KEY+"  # noqa: S105 (what such a key begins with)
PROOF: Final = "c2sp.org/tlog-proof@v1"


def _decoded(text: str) -> bytes:
    """Base64 in its one form: b64decode alone lets spare bits and padding pass. Raises ValueError."""
    raw = b64decode(text, validate=True)
    if b64encode(raw).decode() != text:
        raise ValueError("base64 written otherwise")
    return raw


class Key(NamedTuple):
    """A key that checks signatures: its name, and 32 bytes."""

    name: str
    public: bytes

    @property
    def id(self) -> bytes:
        """Four bytes: SHA-256(name ‖ 0x0A ‖ 0x01 ‖ public key), their beginning."""
        return sha256(self.name.encode() + b"\n" + _ED25519 + self.public).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{b64encode(_ED25519 + self.public).decode()}"


def key_of(text: str) -> Key:
    """Reads a key for checking. Raises ValueError."""
    name, number, encoded = _split(text.strip())
    raw = _decoded(encoded)
    key = Key(name, raw[1:])
    if raw[:1] != _ED25519 or len(key.public) != 32 or key.id.hex() != number:
        raise ValueError("no Ed25519 key of a signed note")
    return key


def _split(text: str) -> tuple[str, str, str]:
    name, _, rest = text.partition("+")
    number, _, encoded = rest.partition("+")
    if not name or not number or not encoded or any(char.isspace() for char in text):
        raise ValueError("no key of a signed note")
    return name, number, encoded


class Signer:
    """A key that signs."""

    def __init__(self, name: str, seed: bytes) -> None:
        if not name or "+" in name or any(char.isspace() for char in name):
            raise ValueError("a key's name has no spaces and no plus")
        self._seed = seed
        self._private = Ed25519PrivateKey.from_private_bytes(seed)
        self.key = Key(name, self._private.public_key().public_bytes_raw())

    @classmethod
    def fresh(cls, name: str) -> Signer:
        """A new key."""
        return cls(name, Ed25519PrivateKey.generate().private_bytes_raw())

    @classmethod
    def read(cls, text: str) -> Signer:
        """Reads a key for signing. Raises ValueError."""
        clean = text.strip()
        if not clean.startswith(_SECRET):
            raise ValueError("no key for signing")
        name, number, encoded = _split(clean.removeprefix(_SECRET))
        raw = _decoded(encoded)
        if raw[:1] != _ED25519 or len(raw) != 33:
            raise ValueError("no Ed25519 key for signing")
        made = cls(name, raw[1:])
        if made.key.id.hex() != number:
            raise ValueError("a key that does not fit its name")
        return made

    def secret(self) -> str:
        """The key in words, to be kept where nobody reads it."""
        return f"{_SECRET}{self.key.name}+{self.key.id.hex()}+{b64encode(_ED25519 + self._seed).decode()}"

    def sign(self, text: str) -> str:
        """The signed note of a text that ends with a newline."""
        signature = b64encode(self.key.id + self._private.sign(text.encode())).decode()
        return f"{text}\n— {self.key.name} {signature}\n"


def opened(note: str, keys: Sequence[Key]) -> str | None:
    """The text of a signed note if one of the keys signed it and no signature of theirs is wrong, else None."""
    body, separator, signatures = note.rpartition("\n\n")
    if (
        not separator
        or not signatures.endswith("\n")
        or any((ord(char) < 32 and char != "\n") or "\ud800" <= char <= "\udfff" for char in note)
    ):
        return None
    text, known = body + "\n", False
    for line in signatures[:-1].split("\n"):
        mark, _, rest = line.partition(" ")
        name, _, encoded = rest.partition(" ")
        if mark != "—" or not name or not encoded:
            return None
        try:
            raw = _decoded(encoded)
        except ValueError:
            return None
        if len(raw) < 5 or "+" in name or any(char.isspace() for char in name):
            return None
        for key in keys:
            if (key.name, key.id) != (name, raw[:4]):
                continue
            try:
                Ed25519PublicKey.from_public_bytes(key.public).verify(raw[4:], text.encode())
            except InvalidSignature:
                return None
            known = True
    return text if known else None


class Checkpoint(NamedTuple):
    """How large the log of this name is, and its root hash."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        """What is signed."""
        return f"{self.origin}\n{self.size}\n{b64encode(self.root).decode()}\n"


def checkpoint_of(text: str) -> Checkpoint:
    """Reads a checkpoint's text. Raises ValueError."""
    lines = text.split("\n")
    if len(lines) < 4 or lines[-1] or not all(lines[:-1]):
        raise ValueError("no checkpoint")
    size, root = lines[1], _decoded(lines[2])
    if not (size.isascii() and size.isdigit()) or str(int(size)) != size or len(root) != 32:
        raise ValueError("no checkpoint")
    return Checkpoint(lines[0], int(size), root)


def checked(note: str, keys: Sequence[Key]) -> Checkpoint | None:
    """The checkpoint in a signed note, or None when no key given signed it or it is none."""
    text = opened(note, keys)
    try:
        found = checkpoint_of(text) if text is not None else None
    except ValueError:
        return None
    return found if found and any(key.name == found.origin for key in keys) else None


class Receipt(NamedTuple):
    """Proof that a leaf is in the log: `extra` is the leaf itself, `path` its inclusion proof, `note` the signed checkpoint."""

    extra: bytes
    number: int
    path: tuple[bytes, ...]
    note: str

    def text(self) -> str:
        """A .tlog-proof file."""
        hashes = "".join(f"{b64encode(one).decode()}\n" for one in self.path)
        return f"{PROOF}\nextra {b64encode(self.extra).decode()}\nindex {self.number}\n{hashes}\n{self.note}"


def receipt_of(text: str) -> Receipt:
    """Reads a .tlog-proof file. Raises ValueError."""
    head, separator, note = text.partition("\n\n")
    lines = head.split("\n")
    if not separator or lines[0] != PROOF or len(lines) < 2:
        raise ValueError("no receipt")
    extra = _decoded(lines.pop(1).removeprefix("extra ")) if lines[1].startswith("extra ") else b""
    if len(lines) < 2:
        raise ValueError("no receipt")
    index = lines[1].removeprefix("index ")
    if not lines[1].startswith("index ") or not (index.isascii() and index.isdigit()) or str(int(index)) != index:
        raise ValueError("no receipt")
    path = tuple(_decoded(one) for one in lines[2:])
    if any(len(one) != 32 for one in path):
        raise ValueError("no receipt")
    return Receipt(extra, int(index), path, note)
