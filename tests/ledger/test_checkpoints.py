"""Signed notes are those of Go's sumdb/note; nothing changed passes for signed, and what is malformed is refused."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forum.ledger.checkpoints import (
    Checkpoint,
    Key,
    Receipt,
    Signer,
    checked,
    checkpoint_of,
    key_of,
    opened,
    receipt_of,
)
from forum.ledger.leaves import Act, written
from forum.ledger.merkle import EMPTY, included, leaf_hash
from tests.ledger.static_log import NAME, StaticLog, leaf

# RFC 8032, 7.1, TEST 1. The keys and the note as Go's note.NewSigner and note.Sign write them from that seed.
SEED = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
PUBLIC = bytes.fromhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")
SECRET = "PRIVATE+KEY+forum.example/ledger+fa8861af+AZ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g"
KEY = "forum.example/ledger+fa8861af+AddamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea"
NOTE = (
    "forum.example/ledger\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n\n"
    "— forum.example/ledger +ohhrwWzqzJMOOY/MNOYl7x0kCK6CKS0LsHDm+c17PUJCUTB3+ryz/uhSHdrrXnFH4XgsIiO7UGIX/Ez/XuVihf1lgQ=\n"
)
SIGNER = Signer(NAME, SEED)
KEYS = [SIGNER.key]

# The example in the documentation of golang.org/x/mod/sumdb/note.
PETERS_SECRET = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
PETERS_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PETERS_TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
PETERS_LINE = (
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
ENOCHS_LINE = (
    "— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n"
)
ROOT = b64encode(bytes(range(32))).decode()


def test_the_keys_of_the_rfc() -> None:
    assert SIGNER.key == Key(NAME, PUBLIC)
    assert (SIGNER.secret(), str(SIGNER.key)) == (SECRET, KEY)
    assert key_of(KEY) == key_of(f" {KEY}\n") == SIGNER.key
    assert Signer.read(SECRET).key == Signer.read(f"{SECRET}\n").key == SIGNER.key


def test_a_checkpoint_signed_as_go_signs_it() -> None:
    empty = Checkpoint(NAME, 0, EMPTY)
    assert SIGNER.sign(empty.text()) == NOTE
    assert checked(NOTE, KEYS) == empty
    assert opened(NOTE, KEYS) == empty.text()


def test_the_example_of_gos_documentation() -> None:
    signer, key = Signer.read(PETERS_SECRET), key_of(PETERS_KEY)
    assert signer.key == key
    assert signer.sign(PETERS_TEXT) == f"{PETERS_TEXT}\n{PETERS_LINE}"
    for lines in (PETERS_LINE, PETERS_LINE + ENOCHS_LINE, ENOCHS_LINE + PETERS_LINE):
        assert opened(f"{PETERS_TEXT}\n{lines}", [key]) == PETERS_TEXT
    assert opened(f"{PETERS_TEXT}\n{ENOCHS_LINE}", [key]) is None
    assert checked(f"{PETERS_TEXT}\n{PETERS_LINE}", [key]) is None


@given(st.binary(min_size=32, max_size=32), st.sampled_from(["a", "forum.example", "ü/汉", "a.b/c-d_e"]))
def test_keys_are_read_as_they_are_written(seed: bytes, name: str) -> None:
    signer = Signer(name, seed)
    assert key_of(str(signer.key)) == signer.key
    assert Signer.read(signer.secret()).secret() == signer.secret()
    note = signer.sign(Checkpoint(name, 7, EMPTY).text())
    assert checked(note, [key_of(str(signer.key))]) == Checkpoint(name, 7, EMPTY)


def test_fresh_keys_differ() -> None:
    one, other = Signer.fresh(NAME), Signer.fresh(NAME)
    assert one.key != other.key
    assert checked(one.sign(Checkpoint(NAME, 0, EMPTY).text()), [other.key]) is None


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\tb", "a\n", "a\u2003b"])
def test_names_without_spaces_and_plus(name: str) -> None:
    with pytest.raises(ValueError):
        Signer(name, SEED)


NO_KEYS = [
    *("", "+", "++", NAME, f"{NAME}+fa8861af", f"{NAME}+fa8861af+", KEY[1:], KEY[:-1], KEY + "=", KEY + "AAAA"),
    *(KEY.replace("fa8861af", "fa8861ae"), KEY.replace("fa8861af", "a8861af"), KEY.replace("+Adda", "+Ddda")),
    *(KEY.replace("ledger", "ledges"), KEY.replace("ledger", "led ger"), KEY.replace("+fa", "+\nfa"), "ü" + KEY),
    *(KEY.replace("AddamA", "AddamÄ"), SECRET, KEY + "\ud800", KEY.replace("ledger", "\ud800")),
]


@pytest.mark.parametrize("text", NO_KEYS)
def test_what_is_no_key_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        key_of(text)
    with pytest.raises(ValueError):
        Signer.read(text if text != SECRET else KEY)
    if text != SECRET:
        with pytest.raises(ValueError):
            Signer.read(f"PRIVATE+KEY+{text}")


def changes(raw: bytes) -> Iterator[bytes]:
    """One byte changed in each of its bits, taken away, doubled, or something put before it."""
    for place in range(len(raw)):
        yield from (raw[:place] + bytes([raw[place] ^ 1 << bit]) + raw[place + 1 :] for bit in range(8))
        yield raw[:place] + raw[place + 1 :]
        yield from (raw[:place] + one + raw[place:] for one in (raw[place : place + 1], b"\n", b" ", b"=", b"\0"))
    yield from (raw + one for one in (b"\n", b" ", b"x", b"\0"))


def test_no_change_of_a_byte_changes_what_was_signed() -> None:
    """The signature's last character but one carries two bits that mean nothing: changed, the text stands."""
    signed = Checkpoint(NAME, 1234, bytes(range(32)))
    raw = SIGNER.sign(signed.text()).encode()
    stand = 0
    for changed in changes(raw):
        try:
            note = changed.decode()
        except UnicodeDecodeError:
            continue
        found = opened(note, KEYS)
        assert found in (None, signed.text())
        assert checked(note, KEYS) == (None if found is None else signed)
        stand += found is not None
    assert stand <= 3


def test_only_known_keys_count_and_none_of_theirs_may_be_wrong() -> None:
    text = Checkpoint(NAME, 5, EMPTY).text()
    other = Signer("other.example", b"\7" * 32)
    ours, line = SIGNER.sign(text), other.sign(text).rpartition("\n\n")[2]
    wrong = other.sign(Checkpoint(NAME, 6, EMPTY).text()).rpartition("\n\n")[2]
    assert opened(ours + line, KEYS) == opened(ours + line, [other.key]) == text
    assert checked(ours + line, KEYS) == checked(ours + line, [*KEYS, other.key]) == Checkpoint(NAME, 5, EMPTY)
    assert checked(ours + wrong, KEYS) == Checkpoint(NAME, 5, EMPTY)
    assert checked(ours + wrong, [*KEYS, other.key]) is None
    assert checked(ours, []) is None
    assert checked(ours, [Signer("other.example", SEED).key]) is None
    assert checked(ours, [Signer(NAME, b"\7" * 32).key]) is None


def test_a_key_of_the_same_name_and_number_signs_nothing() -> None:
    """Four bytes are found by trying; what counts is the signature."""
    forged = SIGNER.key.id + Signer(NAME, b"\7" * 32)._private.sign(b"x\n")
    assert opened(f"x\n\n— {NAME} {b64encode(forged).decode()}\n", KEYS) is None


LINE = NOTE.rpartition("\n\n")[2]
TEXT = NOTE.rpartition("\n\n")[0] + "\n"
MALFORMED = {
    "nothing": "",
    "newlines": "\n\n\n",
    "no signature": TEXT,
    "no empty line": TEXT + LINE,
    "no end": NOTE[:-1],
    "an end too many": NOTE + "\n",
    "a carriage return": NOTE.replace("\n", "\r\n"),
    "a tab": NOTE.replace("\n0\n", "\n\t0\n"),
    "a control character that was signed": SIGNER.sign(f"{NAME}\n0\n{ROOT}\n\x1b[2J\n"),
    "another dash": NOTE.replace("—", "-"),
    "two spaces": NOTE.replace("— ", "—  "),
    "no name": f"{TEXT}\n— {LINE.split()[2]}\n",
    "words after the signatures": NOTE + "words\n",
    "a line of another without base64": NOTE + "— other.example !\n",
    "a line of another with too little": NOTE + "— other.example AAAA\n",
    "a line of another with a plus": NOTE + "— o+ther.example AAAAAAAAAAAA\n",
    "lines that only Unicode breaks": NOTE[:-1] + "\u2028— other.example AAAAAAAA\n",
    "lines that only ISO 6429 breaks": NOTE[:-1] + "\x85— other.example AAAAAAAA\n",
    "no UTF-8": NOTE.replace("\n0\n", "\n\ud800\n"),
}


@pytest.mark.parametrize("note", MALFORMED.values(), ids=MALFORMED)
def test_a_malformed_note_is_refused(note: str) -> None:
    assert opened(note, KEYS) is None
    assert checked(note, KEYS) is None


@pytest.mark.parametrize("origin", ["other.example", f"{NAME}/", NAME.upper()])
def test_a_key_signs_for_the_log_of_its_name_only(origin: str) -> None:
    assert checked(SIGNER.sign(Checkpoint(origin, 5, EMPTY).text()), KEYS) is None


@given(st.text(min_size=1, max_size=20), st.integers(0, 10**15), st.binary(min_size=32, max_size=32))
def test_a_checkpoint_is_read_as_it_is_written(origin: str, size: int, root: bytes) -> None:
    one = Checkpoint(origin.replace("\n", ""), size, root)
    if one.origin:
        assert checkpoint_of(one.text()) == one
        assert checkpoint_of(one.text() + "an extension\n") == one


NO_CHECKPOINTS = [
    *("", "\n", "\n\n\n", "a\n", "a\n5\n", f"a\n5\n{ROOT}", f"a\n5\n{ROOT}\n\n", f"\n5\n{ROOT}\n", f"a\n\n{ROOT}\n"),
    *(f"a\n{size}\n{ROOT}\n" for size in ("05", "00", "+5", "-5", " 5", "5 ", "5_0", "0x5", "5.0", "٥", "²", "five")),
    *(f"a\n{size}\n{ROOT}\n" for size in ("9" * 5000,)),
    *(
        f"a\n5\n{root}\n"
        for root in ("", "AAAA", ROOT[:-1], ROOT + "=", ROOT[:-4], "!" + ROOT[1:], ROOT + ROOT, "ü" * 44)
    ),
    f"a\n5\n{ROOT}\n\nextension\n",
]


@pytest.mark.parametrize("text", NO_CHECKPOINTS, ids=lambda text: repr(text[:40]))
def test_what_is_no_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        checkpoint_of(text)
    assert checked(SIGNER.sign(text), KEYS) is None


@given(st.text(max_size=60) | st.lists(st.sampled_from(["a", "5", ROOT, "", "x"]), max_size=5).map("\n".join))
def test_any_text_is_a_checkpoint_or_refused(text: str) -> None:
    try:
        found = checkpoint_of(text)
    except ValueError:
        return
    assert text.startswith(found.text())


@given(
    st.text(max_size=200)
    | st.lists(st.sampled_from([TEXT, LINE, "\n", "— ", NAME, " ", "A=", "x"]), max_size=8).map("".join)
)
def test_any_text_is_signed_or_not(text: str) -> None:
    assert opened(text, KEYS) in (None, TEXT)


LOG = StaticLog([leaf(number) for number in range(11)], SIGNER)


@pytest.mark.parametrize("number", range(11))
def test_a_receipt_proves_its_leaf(number: int) -> None:
    receipt = receipt_of(LOG.receipt(number).text())
    assert receipt == LOG.receipt(number)
    signed = checked(receipt.note, KEYS)
    assert signed == Checkpoint(NAME, 11, LOG.root)
    assert receipt.extra == LOG.leaves[number]
    assert included(leaf_hash(receipt.extra), number, signed.size, receipt.path, signed.root)


def test_a_receipt_as_the_specification_gives_it() -> None:
    log = StaticLog([written(Act("key.rotate", "cli", "forum"), at=0, salt=None), b"two"], SIGNER)
    assert log.receipt(0).text() == (
        "c2sp.org/tlog-proof@v1\n"
        "extra eyJhdCI6MCwiYiI6ImNsaSIsIm8iOiJmb3J1bSIsInQiOiJrZXkucm90YXRlIiwidiI6MX0=\n"
        "index 0\n"
        f"{b64encode(leaf_hash(b'two')).decode()}\n"
        "\n"
        f"{log.checkpoint}"
    )


def test_a_receipt_without_extra_and_without_path() -> None:
    assert receipt_of(f"c2sp.org/tlog-proof@v1\nindex 0\n\n{NOTE}") == Receipt(b"", 0, (), NOTE)


@given(
    st.binary(max_size=100),
    st.integers(0, 10**15),
    st.lists(st.binary(min_size=32, max_size=32), max_size=5),
    st.text(),
)
def test_a_receipt_is_read_as_it_is_written(extra: bytes, number: int, path: list[bytes], note: str) -> None:
    receipt = Receipt(extra, number, tuple(path), note)
    assert receipt_of(receipt.text()) == receipt


HEAD = "c2sp.org/tlog-proof@v1"
NO_RECEIPTS = {
    "nothing": "",
    "another version": f"c2sp.org/tlog-proof@v2\nindex 0\n\n{NOTE}",
    "no version": f"index 0\n\n{NOTE}",
    "no index": f"{HEAD}\n\n{NOTE}",
    "extra and no index": f"{HEAD}\nextra AAAA\n\n{NOTE}",
    "extra twice": f"{HEAD}\nextra AAAA\nextra AAAA\nindex 0\n\n{NOTE}",
    "extra after the index": f"{HEAD}\nindex 0\nextra AAAA\n\n{NOTE}",
    "extra that is no base64": f"{HEAD}\nextra AAA\nindex 0\n\n{NOTE}",
    "extra beyond ASCII": f"{HEAD}\nextra ÄÄÄÄ\nindex 0\n\n{NOTE}",
    "no number": f"{HEAD}\nindex \n\n{NOTE}",
    "a nought before": f"{HEAD}\nindex 01\n\n{NOTE}",
    "a sign": f"{HEAD}\nindex -1\n\n{NOTE}",
    "another digit": f"{HEAD}\nindex ٣\n\n{NOTE}",
    "a number of 5,000 digits": f"{HEAD}\nindex {'9' * 5000}\n\n{NOTE}",
    "two spaces": f"{HEAD}\nindex  1\n\n{NOTE}",
    "a short hash": f"{HEAD}\nindex 0\nAAAA\n\n{NOTE}",
    "a long hash": f"{HEAD}\nindex 0\n{b64encode(bytes(33)).decode()}\n\n{NOTE}",
    "a hash with a space": f"{HEAD}\nindex 0\n {ROOT}\n\n{NOTE}",
    "carriage returns": f"{HEAD}\nindex 0\n\n{NOTE}".replace("\n", "\r\n"),
    "no empty line": f"{HEAD}\nindex 0\n{NOTE}",
    "no note": f"{HEAD}\nindex 0\n",
}


@pytest.mark.parametrize("text", NO_RECEIPTS.values(), ids=NO_RECEIPTS)
def test_what_is_no_receipt_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        receipt_of(text)


PARTS = st.sampled_from(
    [HEAD, "extra ", "extra AAAA", "extra", "index 0", "index ", "index", "0", ROOT, "AAAA", "", NOTE, "ü"]
)


@settings(max_examples=400)
@given(
    st.text(max_size=80)
    | st.lists(PARTS, max_size=7).map("\n".join)
    | st.lists(PARTS, max_size=7).map(lambda parts: "\n".join([HEAD, *parts]))
)
def test_any_text_is_a_receipt_or_refused(text: str) -> None:
    try:
        receipt = receipt_of(text)
    except ValueError:
        return
    assert receipt_of(receipt.text()) == receipt


def test_a_receipt_with_a_byte_changed_is_refused_or_proves_the_same_or_nothing() -> None:
    honest = LOG.receipt(6)
    for changed in changes(honest.text().encode()):
        try:
            receipt = receipt_of(changed.decode())
        except ValueError:
            continue
        signed = checked(receipt.note, KEYS)
        if signed and included(leaf_hash(receipt.extra), receipt[1], signed.size, receipt.path, signed.root):
            assert receipt[:3] == honest[:3]
