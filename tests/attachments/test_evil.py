"""Files made to harm whoever reads them: each is refused in words or comes out clean, within its bounds of memory and time."""

from __future__ import annotations

import io
import os
import resource
import struct
import subprocess
import sys
import zlib
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from forum.attachments import decoding, picture
from forum.core.errors import Invalid
from tests.attachments.conftest import png, saved

BOUND = 256_000_000
SCRIPT = b"*/=alert(document.cookie)//<script>alert(1)</script>"
UNREADABLE = "This picture cannot be read."
TOO_LARGE = "This picture is too large to be prepared."


def chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def one_bit(side: int) -> bytes:
    """A PNG of side × side black points in some kilobytes."""
    packer = zlib.compressobj(9)
    row = bytes(1 + (side + 7) // 8)
    packed = b"".join(packer.compress(row * 100) for _ in range(side // 100)) + packer.flush()
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


def with_chunk(kind: bytes, content: bytes) -> bytes:
    """A small PNG with one more chunk right after its head."""
    plain = png()
    return plain[:33] + chunk(kind, content) + plain[33:]


def noise(wide: int, high: int, mode: str = "RGB") -> Image.Image:
    bands = {"I;16": 2}.get(mode, len(mode))
    return Image.frombytes(mode, (wide, high), os.urandom(wide * high * bands))


def photograph() -> bytes:
    """A JPEG taken with the camera on its side: red on top as one sees it, with a place, a moment and a comment."""
    lying = Image.new("RGB", (40, 60), "blue")
    lying.paste("red", (0, 0, 20, 60))
    exif = Image.Exif()
    exif[0x0112], exif[0x010F], exif[0x9003] = 6, "SecretCamera", "2026:11:21 12:00:00"
    exif.get_ifd(0x8825).update({1: "N", 2: (53.0, 33.0, 55.5), 3: "E", 4: (9.0, 59.0, 36.1)})
    return saved(lying, "JPEG", quality=95, exif=exif.tobytes(), comment=b"SecretComment")


def moving(frames: int, wide: int, high: int) -> bytes:
    made = [noise(wide, high).quantize(16) for _ in range(frames)]
    return saved(made[0], "GIF", save_all=True, append_images=made[1:], duration=40)


BOMBS = {
    "50,000 x 50,000 points in one bit": (lambda: one_bit(50_000), TOO_LARGE),
    "16,000 x 16,000 points in one bit": (lambda: one_bit(16_000), TOO_LARGE),
    "a text that grows to 200 MB": (
        lambda: with_chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(200_000_000), 9)),
        UNREADABLE,
    ),
    "a colour profile that grows to 200 MB": (
        lambda: with_chunk(b"iCCP", b"icc\0\0" + zlib.compress(bytes(200_000_000), 9)),
        UNREADABLE,
    ),
    "half a PNG": (lambda: saved(noise(300, 300), "PNG")[:90_000], UNREADABLE),
    "half a JPEG": (lambda: saved(noise(300, 300), "JPEG")[:20_000], UNREADABLE),
    "a head alone": (lambda: b"\x89PNG\r\n\x1a\n", UNREADABLE),
    "a page named .png": (lambda: b"<html><script>alert(1)</script></html>", UNREADABLE),
    "a JPEG that says it is 65,000 x 65,000": (
        lambda: saved(Image.new("RGB", (16, 16)), "JPEG").replace(
            struct.pack(">HH", 16, 16), struct.pack(">HH", 65_000, 65_000), 1
        ),
        TOO_LARGE,
    ),
    "80 megapixels of JPEG": (lambda: saved(Image.new("RGB", (10_000, 8_000)), "JPEG"), TOO_LARGE),
    "30 megapixels of PNG": (lambda: saved(Image.new("L", (6_000, 5_000)), "PNG"), TOO_LARGE),
}
CLEAN = {
    "a GIF that is a script": lambda: b"GIF89a" + saved(Image.new("P", (10, 10)), "GIF")[6:] + SCRIPT,
    "a PNG with a page behind it": lambda: png() + SCRIPT,
    "a PNG with a script in a text": lambda: with_chunk(b"tEXt", b"Comment\0" + SCRIPT),
    "a JPEG with a comment": lambda: saved(Image.new("RGB", (30, 30)), "JPEG", comment=SCRIPT),
    "a photograph": photograph,
    "four inks": lambda: saved(noise(700, 500, "CMYK"), "JPEG"),
    "16 bits of grey": lambda: saved(noise(700, 500, "I;16"), "PNG"),
    "a palette with a hole": lambda: saved(noise(90, 60).quantize(8), "PNG", transparency=0),
    "one bit": lambda: saved(noise(64, 64).convert("1"), "PNG"),
    "grey with holes": lambda: saved(noise(90, 60, "LA"), "PNG"),
    "a film of 20 pictures": lambda: moving(20, 90, 60),
    "a film of 3,000 pictures": lambda: moving(3_000, 12, 8),
    "50 megapixels of JPEG": lambda: saved(noise(800, 600).resize((8_100, 6_100)), "JPEG"),
    "21 megapixels of PNG": lambda: saved(noise(500, 400).resize((5_200, 4_000)), "PNG", compress_level=1),
    "a picture 30,000 points high": lambda: saved(Image.new("RGB", (20, 30_000), "red"), "PNG"),
    "two pictures in one, as telephones make them": lambda: saved(
        noise(90, 60), "MPO", save_all=True, append_images=[noise(90, 60)]
    ),
}


@pytest.fixture
def clean(tmp_path: Path) -> Any:
    """The clean picture and the small one that come of some bytes, without a forum around."""

    def made(content: bytes) -> tuple[bytes, bytes]:
        source, new, small = tmp_path / "source", tmp_path / "new", tmp_path / "small"
        source.write_bytes(content)
        size = decoding.clean(source, new, small)
        with Image.open(new) as opened:
            assert opened.size == size
        return new.read_bytes(), small.read_bytes() if small.exists() else b""

    return made


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused_in_words(clean: Any, tmp_path: Path, name: str) -> None:
    make, words = BOMBS[name]
    with pytest.raises(Invalid, match=words) as refused:
        clean(make())
    assert refused.value.field == "file"
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("name", CLEAN)
def test_what_is_a_picture_comes_out_clean(clean: Any, name: str) -> None:
    made, small = clean(CLEAN[name]())
    for content in (made, small):
        if content:
            assert content[:4] + content[8:12] == b"RIFFWEBP"
            assert struct.unpack("<I", content[4:8])[0] == len(content) - 8
            for word in (b"script", b"alert", b"Secret", b"Exif", b"EXIF", b"XMP ", b"ICCP"):
                assert word not in content
    with Image.open(io.BytesIO(made)) as opened:
        opened.load()
        assert max(opened.size) <= picture.SIDE
        assert not opened.getexif()
        assert bool(small) is (opened.width > picture.SMALL)


def test_a_photograph_stands_upright(clean: Any) -> None:
    with Image.open(io.BytesIO(clean(photograph())[0])) as opened:
        assert opened.size == (60, 40)
        top, bottom = (opened.convert("RGB").getpixel((30, y)) for y in (4, 36))
    assert top[0] > 200 > 60 > top[2]
    assert bottom[2] > 200 > 60 > bottom[0]


def test_a_hole_stays_a_hole(clean: Any) -> None:
    drawn = Image.new("RGBA", (2_000, 1_000), (255, 0, 0, 255))
    drawn.paste((0, 255, 0, 0), (0, 0, 1_000, 1_000))
    made, small = clean(saved(drawn, "PNG"))
    for content in (made, small):
        with Image.open(io.BytesIO(content)) as opened:
            left, right = (opened.convert("RGBA").getpixel((x, 100)) for x in (20, opened.width - 20))
            assert left[3] == 0
            assert right[0] > 240
            assert right[3] == 255


def test_a_short_film_moves_and_a_long_one_stands_still(clean: Any) -> None:
    for frames, wide, many in ((20, 90, 20), (3_000, 60, 1)):
        with Image.open(io.BytesIO(clean(moving(frames, wide, 40))[0])) as opened:
            assert getattr(opened, "n_frames", 1) == many


LAUNCHER = """
import resource, subprocess, sys
picture, most = sys.argv[1], 0.0
for source in sys.argv[2:]:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-I", picture, source, source + ".new", source + ".small"], stdout=subprocess.DEVNULL, env={})
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    most = max(most, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
print(after.ru_maxrss * 1024, most)
"""
"""A small process: the memory of who starts a child counts as the child's."""


def test_memory_is_bounded_whatever_comes(tmp_path: Path, capsys: Any) -> None:
    sources = []
    for number, make in enumerate([*(make for make, _ in BOMBS.values()), *CLEAN.values()]):
        sources.append(tmp_path / str(number))
        sources[-1].write_bytes(make())
    words = [sys.executable, "-I", "-c", LAUNCHER, picture.__file__, *map(str, sources)]
    memory, work = subprocess.run(words, capture_output=True, text=True, check=True).stdout.split()
    with capsys.disabled():
        print(f"\npictures: at most {int(memory) / 1e6:.0f} MB and {float(work):.2f} s of work", end="")
    assert int(memory) < BOUND


def test_the_limits_hold_before_anything_is_read() -> None:
    """The child sets them itself; what a decoder then tries to take it does not get."""
    code = (
        f"import sys, resource; sys.path.insert(0, {str(Path(picture.__file__).parent)!r}); import picture; picture.confine()\n"
        "print([resource.getrlimit(one) for one in (resource.RLIMIT_AS, resource.RLIMIT_CPU, resource.RLIMIT_CORE)])\n"
        "try:\n    bytearray(300_000_000)\nexcept MemoryError:\n    print('no')\n"
        "try:\n    resource.setrlimit(resource.RLIMIT_CPU, (9, 2))\nexcept ValueError:\n    print('no')\n"
    )
    said = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, check=True, env={}).stdout
    assert said.split("\n")[:3] == [f"[({BOUND}, {BOUND}), (2, 2), (0, 0)]", "no", "no"]
    assert resource.getrlimit(resource.RLIMIT_AS)[0] != BOUND  # not of the server itself


def test_a_child_that_never_ends_is_given_up(clean: Any, monkeypatch: Any, tmp_path: Path) -> None:
    endless = tmp_path / "endless.py"
    endless.write_text("while True: pass\n")
    monkeypatch.setattr(picture, "__file__", str(endless))
    monkeypatch.setattr(decoding, "PATIENCE", 0.3)
    with pytest.raises(Invalid, match=TOO_LARGE):
        clean(png())


def test_what_was_made_before_the_child_died_is_kept(clean: Any, monkeypatch: Any, tmp_path: Path) -> None:
    dying = tmp_path / "dying.py"
    original = (
        Path(picture.__file__).read_text().replace("def film(", "def film(*_): os.kill(os.getpid(), 9)\ndef _film(")
    )
    dying.write_text(original)
    monkeypatch.setattr(picture, "__file__", str(dying))
    assert clean(moving(5, 30, 20))[0][:4] == b"RIFF"
