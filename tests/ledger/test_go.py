"""Go's checksum database reads our log: it accepts every honest one and names what was done to any other."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from forum.ledger.checkpoints import Checkpoint, Receipt, Signer
from forum.ledger.merkle import leaf_hash
from forum.ledger.tiles import bundle, unbundled
from tests.ledger.go_verifier import MISSING, GoVerifier
from tests.ledger.static_log import NAME, StaticLog, leaf, place, served

SIGNER = Signer(NAME, bytes(range(32)))
LEAVES = [leaf(number) for number in range(700)]
PINNED = 600
SIZES = [1, 2, 255, 256, 257, 700]
MANY = 66_000
"""Tiles of three levels."""


@dataclass
class Reader:
    """Somebody with the key, the program that is not ours, and a log they read over HTTP."""

    program: GoVerifier
    folder: Path
    base: str
    notes: Path

    def kept(self, name: str, text: str) -> Path:
        """A file of the reader's own."""
        (self.notes / name).write_text(text, encoding="utf-8")
        return self.notes / name

    @property
    def key(self) -> Path:
        return self.kept("key", f"{SIGNER.key}\n")

    def accepts(self, log: StaticLog, *pinned: Path) -> None:
        """The log is read to the end, and found to be what it says."""
        done = self.program(self.base, self.key, *pinned)
        expected = f"ok {len(log.leaves)} {b64encode(log.root).decode()}\n"
        assert (done.returncode, done.stdout, done.stderr) == (0, expected, "")

    def rejects(self, why: str, *pinned: Path) -> None:
        """The log is refused in one line that says why."""
        said(self.program(self.base, self.key, *pinned), why)


def said(done: CompletedProcess[str], why: str) -> None:
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.count("\n") == 1
    assert re.search(why, done.stderr), done.stderr


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    folder = tmp_path_factory.mktemp("site")
    with served(folder) as base:
        yield folder, base


@pytest.fixture
def reader(go_verifier: GoVerifier, site: tuple[Path, str], tmp_path: Path) -> Reader:
    """A reader; the log is still to be laid out."""
    folder, base = site
    return Reader(go_verifier, folder / tmp_path.name, f"{base}/{tmp_path.name}", tmp_path)


@pytest.fixture
def pinned(reader: Reader) -> Path:
    """The checkpoint of the honest log's first 600 entries, as the reader once wrote it down."""
    return reader.kept("pinned", StaticLog(LEAVES[:PINNED], SIGNER).checkpoint)


@pytest.fixture
def laid(reader: Reader) -> StaticLog:
    """An honest log of 700 entries, to be spoiled."""
    log = StaticLog(LEAVES, SIGNER)
    log.lay_out(reader.folder)
    return log


@pytest.mark.parametrize("size", SIZES)
def test_honest_logs_are_accepted(reader: Reader, size: int) -> None:
    log = StaticLog(LEAVES[:size], SIGNER)
    log.lay_out(reader.folder)
    reader.accepts(log)


def test_an_empty_log_is_accepted_and_has_one_root_only(reader: Reader) -> None:
    log = StaticLog([], SIGNER)
    log.lay_out(reader.folder)
    reader.accepts(log)
    for root in (bytes(32), b"\1" * 32):
        place(reader.folder, "checkpoint").write_text(SIGNER.sign(Checkpoint(NAME, 0, root).text()))
        reader.rejects("root of an empty log is wrong")


@pytest.mark.parametrize("size", SIZES)
def test_an_earlier_checkpoint_begins_an_honest_log(reader: Reader, laid: StaticLog, size: int) -> None:
    reader.accepts(laid, reader.kept("pinned", StaticLog(LEAVES[:size], SIGNER).checkpoint))


def test_a_log_of_three_levels_is_accepted(reader: Reader) -> None:
    log = StaticLog([leaf(number) for number in range(MANY)], SIGNER)
    log.lay_out(reader.folder)
    assert place(reader.folder, "tile/2/000.p/1").exists()
    reader.accepts(log, reader.kept("pinned", StaticLog(log.leaves[:65_537], SIGNER).checkpoint))


@pytest.mark.parametrize("index", [0, 255, 256, 511, 512, 699])
def test_an_entry_altered_in_place_is_named(reader: Reader, laid: StaticLog, index: int) -> None:
    number, width = divmod(index, 256)[0], min(256, 700 - index // 256 * 256)
    file = place(reader.folder, f"tile/entries/00{number}" + ("" if width == 256 else f".p/{width}"))
    entries = unbundled(file.read_bytes())
    entries[index % 256] = leaf(index, "Other words")
    file.write_bytes(bundle(entries))
    reader.rejects(f"^entry {index} is not the one in the tree$")


@pytest.mark.parametrize("index", [0, 300, PINNED - 1])
def test_an_entry_deleted_and_the_log_signed_again(reader: Reader, pinned: Path, index: int) -> None:
    log = StaticLog(LEAVES[:index] + LEAVES[index + 1 :], SIGNER)
    log.lay_out(reader.folder)
    reader.accepts(log)  # nobody can know who holds no checkpoint
    reader.rejects("^history was changed: the pinned checkpoint of 600 entries does not begin this log", pinned)


@pytest.mark.parametrize("index", [0, 300, PINNED - 1])
def test_an_entry_altered_and_the_log_signed_again(reader: Reader, pinned: Path, index: int) -> None:
    log = StaticLog([*LEAVES[:index], leaf(index, "Other words"), *LEAVES[index + 1 :]], SIGNER)
    log.lay_out(reader.folder)
    reader.accepts(log)
    reader.rejects("^history was changed", pinned)


def test_a_log_altered_at_its_pinned_size(reader: Reader, pinned: Path) -> None:
    StaticLog([*LEAVES[: PINNED - 1], leaf(PINNED, "Other words")], SIGNER).lay_out(reader.folder)
    reader.rejects("^history was changed", pinned)


@pytest.mark.parametrize("size", [0, 1, 256, PINNED - 1])
def test_a_log_rolled_back(reader: Reader, pinned: Path, size: int) -> None:
    log = StaticLog(LEAVES[:size], SIGNER)
    log.lay_out(reader.folder)
    reader.accepts(log)
    reader.rejects(f"^rolled back: 600 entries were pinned, {size} are left$", pinned)


@pytest.mark.parametrize("index", [0, 300, 699])
def test_an_entry_and_its_hash_altered_together(reader: Reader, index: int) -> None:
    """Before x/mod 0.40 the library lets some tiles pass that do not fit those above them (CVE-2026-56865)."""
    honest, log = StaticLog(LEAVES, SIGNER), StaticLog(LEAVES, SIGNER)
    log.leaves = [*LEAVES[:index], leaf(index, "Other words"), *LEAVES[index + 1 :]]
    log.nodes[0, index] = leaf_hash(log.leaves[index])
    log.lay_out(reader.folder)
    assert log.checkpoint == honest.checkpoint
    reader.rejects("^(the tiles do not give the root|the entries do not give tile/.* altered together with its hash$)")


@pytest.mark.parametrize("tile", ["0/000", "0/001", "0/002.p/188", "1/000.p/2"])
@pytest.mark.parametrize("byte", [0, -1])
def test_a_hash_in_a_tile_altered(reader: Reader, laid: StaticLog, tile: str, byte: int) -> None:
    file = place(reader.folder, f"tile/{tile}")
    raw = bytearray(file.read_bytes())
    raw[byte] ^= 1
    file.write_bytes(raw)
    reader.rejects("^(the tiles .*inconsistent tile|entry (0|255|256|511|512|699) is not the one in the tree)$")


@pytest.mark.parametrize("name", ["tile/0/001", "tile/0/002.p/188", "tile/1/000.p/2"])
def test_a_tile_cut_off(reader: Reader, laid: StaticLog, name: str) -> None:
    file = place(reader.folder, name)
    file.write_bytes(file.read_bytes()[:-1])
    reader.rejects("^the tiles .* len=")


@pytest.mark.parametrize("name", ["checkpoint", "tile/0/001", "tile/0/002.p/188", "tile/1/000.p/2", "tile/entries/001"])
def test_a_file_missing(reader: Reader, laid: StaticLog, name: str) -> None:
    place(reader.folder, name).unlink()
    reader.rejects(f"^{re.escape(name)}: 404")


@pytest.mark.parametrize("name", ["tile/entries/000", "tile/entries/002.p/188"])
@pytest.mark.parametrize("kept", [-1, 1, 0])
def test_a_bundle_cut_off(reader: Reader, laid: StaticLog, name: str, kept: int) -> None:
    file = place(reader.folder, name)
    file.write_bytes(file.read_bytes()[:kept])
    reader.rejects("^a bundle is cut off: entry [0-9]+ is not whole$")


def test_a_bundle_with_an_entry_too_many(reader: Reader, laid: StaticLog) -> None:
    file = place(reader.folder, "tile/entries/001")
    file.write_bytes(file.read_bytes() + bundle([leaf(700)]))
    reader.rejects("^a bundle has more than its entries from 256 on$")


@pytest.mark.parametrize(
    ("signer", "origin", "why"),
    [
        (Signer(NAME, b"\7" * 32), NAME, "note has no verifiable signatures"),
        (Signer("other.example", bytes(range(32))), "other.example", "note has no verifiable signatures"),
        (Signer("other.example", bytes(range(32))), NAME, "note has no verifiable signatures"),
        (SIGNER, "other.example", f"none of {NAME} but of .other.example"),
    ],
    ids=["another key", "another name", "another name over this origin", "this key over another origin"],
)
def test_a_checkpoint_signed_by_another(reader: Reader, laid: StaticLog, signer: Signer, origin: str, why: str) -> None:
    note = signer.sign(Checkpoint(origin, 700, laid.root).text())
    place(reader.folder, "checkpoint").write_text(note, encoding="utf-8")
    reader.rejects(f"^the checkpoint.*{why}")


def test_a_signature_that_does_not_fit(reader: Reader, laid: StaticLog) -> None:
    place(reader.folder, "checkpoint").write_text(laid.checkpoint.replace("\n700\n", "\n699\n"), encoding="utf-8")
    reader.rejects("^the checkpoint: invalid signature")


@pytest.mark.parametrize("size", ["0700", "+700", "-1", "seven", "9223372036854775807", ""])
def test_a_checkpoint_with_an_odd_size(reader: Reader, laid: StaticLog, size: str) -> None:
    root = b64encode(laid.root).decode()
    place(reader.folder, "checkpoint").write_text(SIGNER.sign(f"{NAME}\n{size}\n{root}\n"), encoding="utf-8")
    reader.rejects("^the checkpoint: .* is no size or index$")


def test_a_wrong_root(reader: Reader, laid: StaticLog) -> None:
    note = SIGNER.sign(Checkpoint(NAME, 700, bytes(32)).text())
    place(reader.folder, "checkpoint").write_text(note, encoding="utf-8")
    reader.rejects("^the tiles do not give the root")


def test_a_pinned_checkpoint_that_nobody_signed(reader: Reader, laid: StaticLog) -> None:
    note = Signer(NAME, b"\7" * 32).sign(Checkpoint(NAME, 700, laid.root).text())
    reader.rejects("^the pinned checkpoint: note has no verifiable signatures$", reader.kept("pinned", note))


@pytest.mark.parametrize("size", SIZES)
def test_receipts_are_accepted(reader: Reader, size: int) -> None:
    log = StaticLog(LEAVES[:size], SIGNER)
    for index in {0, size // 2, size - 1}:
        done = reader.program("--receipt", reader.kept("one.tlog-proof", log.receipt(index).text()), reader.key)
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout == f"ok {size} {b64encode(log.root).decode()}\n"


def spoiled(log: StaticLog, honest: Receipt) -> Iterator[tuple[str, str]]:
    """Receipts that prove nothing, and what is said of them."""
    nothing, note = "entry is not in the log", log.checkpoint
    yield honest._replace(extra=leaf(honest.number, "Other words")).text(), nothing
    yield honest._replace(number=honest.number + 1).text(), nothing
    yield honest._replace(number=700).text(), nothing
    yield honest._replace(path=honest.path[:-1]).text(), nothing
    yield honest._replace(path=(*honest.path, bytes(32))).text(), nothing
    yield honest._replace(path=honest.path[::-1]).text(), nothing
    yield honest._replace(note=StaticLog(LEAVES[:PINNED], SIGNER).checkpoint).text(), nothing
    yield honest._replace(note=note.replace("\n700\n", "\n701\n")).text(), "checkpoint: invalid signature"
    yield honest._replace(note=StaticLog(LEAVES, Signer(NAME, b"\7" * 32)).checkpoint).text(), "no verifiable signature"
    yield honest._replace(note="").text(), "checkpoint: malformed note"
    yield honest.text().replace("proof@v1", "proof@v2"), "no version, entry and index"
    yield re.sub("extra .*\n", "", honest.text()), "no version, entry and index"
    yield re.sub("index .*\n", "", honest.text()), "no version, entry and index"
    yield honest.text().replace("index ", "index 0"), "no size or index"
    yield honest.text().replace("extra ", "extra !"), "the receipt's entry: illegal base64"
    yield re.sub("(index .*\n)", "\\1AAAA\n", honest.text()), "path: malformed hash"
    yield "", "no version, entry and index"


def test_receipts_that_prove_nothing_are_rejected(reader: Reader) -> None:
    log = StaticLog(LEAVES, SIGNER)
    for text, why in spoiled(log, log.receipt(300)):
        said(reader.program("--receipt", reader.kept("one.tlog-proof", text), reader.key), why)


def test_where_go_is_missing_the_test_fails_and_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(pytest.fail.Exception) as failed:
        GoVerifier(tmp_path)("http://127.0.0.1:1", tmp_path)
    assert str(failed.value) == MISSING == "apt-get install golang-go golang-golang-x-mod-dev"
