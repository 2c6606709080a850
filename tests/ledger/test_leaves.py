"""Leaves have one way to be written, hide what they bind, and nothing else passes for one."""

from __future__ import annotations

import hashlib
import json
import struct
from base64 import b64encode
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from forum.ledger import leaves
from forum.ledger.leaves import KINDS, MOST, Act, Leaf, canonical, commitment, read, title_salt, written

SALT = b"S" * 32
AT = 1_795_524_531
EDIT = Act("post.edit", "u:133", "p:6666", 3, "Wörter".encode())
BOUND = bytes.fromhex("35016e5a50251355782351ed7eb894dca3de4b4653c9b6efea016cd3cfa2f6ae")
"""By coreutils: { printf 'forum/commit/v1\\n'; 32 × S; printf '\\0\\0\\0\\0\\0\\0\\0\\7Wörter'; } | sha256sum"""
ENCODED = "NQFuWlAlE1V4I1HtfriU3KPeS0ZTybbv6gFs08+i9q4="
LEAF = (
    b'{"at":1795524531,"b":"u:133","c":"NQFuWlAlE1V4I1HtfriU3KPeS0ZTybbv6gFs08+i9q4=",'
    b'"o":"p:6666","r":3,"t":"post.edit","v":1}'
)
FIELDS: dict[str, Any] = json.loads(LEAF)

odd = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.just(ENCODED),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)
keys = st.sampled_from(["at", "b", "c", "o", "r", "t", "v", "w", "x", "V", ""])
acts = st.builds(
    Act,
    kind=st.sampled_from(sorted(KINDS)),
    by=st.text(max_size=30),
    object=st.text(max_size=30),
    revision=st.none() | st.integers(0, 2**53),
    content=st.none() | st.binary(max_size=100),
    where=st.none() | st.text(max_size=30),
)


def test_the_example_of_the_specification() -> None:
    assert written(EDIT, at=AT, salt=SALT) == LEAF
    assert read(LEAF) == Leaf(AT, "u:133", "post.edit", "p:6666", 3, BOUND, None)


def test_what_is_not_there_is_not_written() -> None:
    assert written(Act("role.grant", "cli", "u:1"), at=0, salt=None) == (
        b'{"at":0,"b":"cli","o":"u:1","t":"role.grant","v":1}'
    )
    assert written(Act("post.create", "u:1", "p:1", 1, b"", "b:2"), at=0, salt=SALT) == (
        b'{"at":0,"b":"u:1","c":"%s","o":"p:1","r":1,"t":"post.create","v":1,"w":"b:2"}'
        % b64encode(hashlib.sha256(b"forum/commit/v1\n" + SALT + bytes(8)).digest())
    )


def test_the_commitment() -> None:
    assert commitment(SALT, "Wörter".encode()) == BOUND
    assert b64encode(BOUND).decode() == ENCODED


def test_the_salt_of_a_title() -> None:
    assert title_salt(SALT).hex() == "5b0d67ea280d6a8695ed0a9a99c2deec887609df2d9c80398dd4c3a06dc38783"


@given(st.binary(min_size=32, max_size=32), st.binary(max_size=300))
def test_the_commitment_is_the_formula(salt: bytes, content: bytes) -> None:
    made = hashlib.new("sha256")
    for part in (b"forum/commit/v1\n", salt, struct.pack(">Q", len(content)), content):
        made.update(part)
    assert commitment(salt, content) == made.digest()


def test_salts_are_fresh() -> None:
    salts = {leaves.fresh_salt() for _ in range(100)}
    assert len(salts) == 100
    assert {len(salt) for salt in salts} == {32}


@given(acts, st.integers(0, 2**53))
@example(Act("post.create", '"\\\n\x00\x7f', "p:汉\u2028😀", 0, None, ""), 0)
def test_what_is_written_is_ascii_and_read_again(act: Act, at: int) -> None:
    leaf = written(act, at=at, salt=SALT)
    bound = None if act.content is None else commitment(SALT, act.content)
    since = None if act.since == at else act.since
    assert read(leaf) == Leaf(at, act.by, act.kind, act.object, act.revision, bound, act.where, since)
    assert read(leaf).moment == (at if act.since is None else act.since)
    assert leaf.isascii()
    assert rewritten(read(leaf)) == leaf


def rewritten(leaf: Leaf) -> bytes:
    """A leaf written by the rule once more, without our writer; whatever read() lets through must stand this."""
    assert [type(one) for one in (leaf.at, leaf.by, leaf.kind, leaf.object)] == [int, str, str, str]
    assert leaf.kind in KINDS
    assert leaf.revision is None or type(leaf.revision) is int
    assert leaf.where is None or type(leaf.where) is str
    assert leaf.commitment is None or len(leaf.commitment) == 32
    bound = None if leaf.commitment is None else b64encode(leaf.commitment).decode()
    fields = [("at", leaf.at), ("b", leaf.by), ("c", bound), ("o", leaf.object), ("r", leaf.revision)]
    fields += [("s", leaf.since), ("t", leaf.kind), ("v", 1), ("w", leaf.where)]
    parts = [f'"{key}":{json.dumps(value)}' for key, value in fields if value is not None]
    return ("{" + ",".join(parts) + "}").encode("ascii")


def refused_or_true(raw: bytes) -> None:
    """Raises ValueError and nothing else, or the leaf is exactly these bytes."""
    try:
        leaf = read(raw)
    except ValueError:
        return
    assert rewritten(leaf) == raw


def spoilt(**fields: Any) -> bytes:
    return canonical(FIELDS | fields)


OTHERWISE = {
    "spaces": json.dumps(FIELDS, sort_keys=True).encode(),
    "a space before": b" " + LEAF,
    "a newline after": LEAF + b"\n",
    "another order": json.dumps(dict(reversed(FIELDS.items())), separators=(",", ":")).encode(),
    "a key twice": LEAF.replace(b'{"at":', b'{"at":1,"at":'),
    "letters beyond ASCII": canonical(FIELDS | {"o": "ü"}).replace(b"\\u00fc", "ü".encode()),
    "an escape of what needs none": LEAF.replace(b"p:6666", b"\\u0070:6666"),
    "an escape in capitals": canonical(FIELDS | {"o": "ü"}).replace(b"\\u00fc", b"\\u00FC"),
    "a slash escaped": canonical(FIELDS | {"o": "/"}).replace(b"/", b"\\/"),
    "a number with a fraction": LEAF.replace(b"1795524531", b"1795524531.0"),
    "a number with an exponent": LEAF.replace(b'"r":3', b'"r":3e0'),
    "minus nought": LEAF.replace(b'"r":3', b'"r":-0'),
    "UTF-16": LEAF.decode().encode("utf-16"),
    "UTF-32": LEAF.decode().encode("utf-32-le"),
    "a byte order mark": b"\xef\xbb\xbf" + LEAF,
    "cut off": LEAF[:-1],
    "two leaves": LEAF + LEAF,
    "nothing": b"",
    "a list": b"[]",
    "a number": b"1",
    "null": b"null",
    "a text": b'"post.edit"',
    "no object": b"{}",
}


@pytest.mark.parametrize("raw", OTHERWISE.values(), ids=OTHERWISE)
def test_what_is_written_otherwise_is_refused(raw: bytes) -> None:
    with pytest.raises(ValueError):
        read(raw)


@pytest.mark.parametrize("key", ["at", "b", "o", "t", "v"])
def test_a_field_too_few_is_refused(key: str) -> None:
    with pytest.raises(ValueError):
        read(canonical({name: value for name, value in FIELDS.items() if name != key}))


@pytest.mark.parametrize("key", ["x", "", "V", "salt", "at "])
def test_a_field_too_many_is_refused(key: str) -> None:
    with pytest.raises(ValueError):
        read(spoilt(**{key: 1}))


WRONG = [
    *[("at", one) for one in (None, True, "1", 1.0, 1.5, [], {})],
    *[("b", one) for one in (None, True, 1, ["u:1"], {})],
    *[("c", one) for one in (None, True, 5, [], {}, "", "!", "AAAA", ENCODED[:-1], ENCODED + "=", ENCODED + ENCODED)],
    *[("c", one) for one in (ENCODED[:-2] + "5=", ENCODED.replace("+", "-"), ENCODED.replace("8", "\n"), "ü" * 44)],
    *[("o", one) for one in (None, True, 1, [], {})],
    *[("r", one) for one in (None, True, "3", 3.0, [], {}, float("nan"), float("inf"))],
    *[("t", one) for one in (None, True, 1, "", "post.delete", "POST.EDIT", ["post.edit"], {"post.edit": 1}, [], {})],
    *[("v", one) for one in (None, True, 0, 2, "1", 1.0, [1], {})],
    *[("w", one) for one in (None, True, 1, 1.5, [], {}, float("nan"))],
]


@pytest.mark.parametrize(("key", "value"), WRONG, ids=str)
def test_a_field_of_another_type_is_refused(key: str, value: Any) -> None:
    with pytest.raises(ValueError):
        read(spoilt(**{key: value}))


def test_more_than_64_kib_is_refused() -> None:
    room = MOST - len(written(Act("board.rename", "u:1", ""), at=AT, salt=None))
    longest = written(Act("board.rename", "u:1", "x" * room), at=AT, salt=None)
    assert len(longest) == MOST == 65_535
    assert read(longest).object == "x" * room
    with pytest.raises(ValueError):
        written(Act("board.rename", "u:1", "x" * (room + 1)), at=AT, salt=None)
    with pytest.raises(ValueError):
        read(canonical({"at": AT, "b": "u:1", "o": "x" * (room + 1), "t": "board.rename", "v": 1}))


def test_no_other_kind_is_written() -> None:
    for kind in ("post.delete", "", "POST.EDIT"):
        with pytest.raises(ValueError, match="no kind of act"):
            written(Act(kind, "u:1", "p:1"), at=AT, salt=None)


CRAFTED = {
    "lists in lists": b"[" * 60_000,
    "whole lists in lists": b"[" * 30_000 + b"]" * 30_000,
    "objects in objects": b'{"v":' * 12_000,
    "depth in a field": LEAF.replace(b'"v":1', b'"v":1,"w":' + b"[" * 20_000 + b"]" * 20_000),
    "a number of 60,000 digits": LEAF.replace(b"1795524531", b"9" * 60_000),
    "a fraction of 60,000 digits": LEAF.replace(b"1795524531", b"0." + b"9" * 60_000),
    "an exponent": LEAF.replace(b"1795524531", b"1e999999999"),
    "not a number": LEAF.replace(b'"r":3', b'"r":NaN'),
    "infinity": LEAF.replace(b'"r":3', b'"r":-Infinity'),
    "many keys": b"{" + b",".join(b'"%d":0' % number for number in range(7000)) + b"}",
    "a megabyte": b'"' + b"x" * 1_000_000 + b'"',
    "a megabyte of depth": b"[" * 1_000_000,
    "half a surrogate": LEAF.replace(b"p:6666", b"\\ud80"),
    "noughts": bytes(65_535),
    "no UTF-8": LEAF.replace(b"p:6666", b"\xff\xfe"),
}


@pytest.mark.parametrize("raw", CRAFTED.values(), ids=CRAFTED)
def test_what_is_crafted_to_hurt_is_refused(raw: bytes) -> None:
    with pytest.raises(ValueError):
        read(raw)


@settings(deadline=None, max_examples=300)
@given(st.dictionaries(keys, odd, max_size=8), st.sets(keys))
def test_odd_fields_are_refused_or_stand_as_they_are(fields: dict[str, Any], gone: set[str]) -> None:
    found = {key: value for key, value in (FIELDS | fields).items() if key not in gone}
    refused_or_true(canonical(found))
    refused_or_true(json.dumps(found).encode())


@settings(deadline=None, max_examples=300)
@given(st.data())
def test_a_leaf_with_bytes_changed_is_refused_or_says_what_it_is(data: st.DataObject) -> None:
    raw = bytearray(LEAF)
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(raw)))
        raw[place : place + data.draw(st.integers(0, 2))] = data.draw(st.binary(max_size=2))
    refused_or_true(bytes(raw))


@given(
    st.binary(max_size=200) | st.text(st.sampled_from('{}[]",:0123456789eE+-.\\utfNan \n'), max_size=80).map(str.encode)
)
def test_any_bytes_are_refused_or_a_leaf(raw: bytes) -> None:
    refused_or_true(raw)
