"""Makes of bytes that claim to be a picture a clean WebP and a small one. A process within hard limits; refuses to import the forum.

    python -I picture.py SOURCE TARGET SMALL

It writes TARGET, and SMALL when TARGET is wider, and prints {"width", "height"}; once more when TARGET was replaced by a film. It ends with
UNREADABLE or TOO_LARGE when there is no picture to be had. Killed after the first line, it leaves a good picture.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import resource
import sys
import warnings
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

MEMORY: Final = 256_000_000
"""Bytes of address space, libraries and all."""
CPU: Final = 2
"""Seconds of work."""
WRITES: Final = 20_000_000
UNREADABLE: Final = 3
TOO_LARGE: Final = 4

SIDE: Final = 1_600
SMALL: Final = 480
PIXELS: Final = {
    "JPEG": 50_000_000,
    "MPO": 50_000_000,
    "PNG": 21_000_000,
    "WEBP": 8_500_000,
    "GIF": 12_000_000,
}
"""What fits into MEMORY: a JPEG (MPO: one with more pictures behind it) is made smaller while it is read, a WebP is held several times."""
PROGRESSIVE: Final = 24_000_000
"""A JPEG that comes in layers is held whole."""
FILM: Final = 400
"""Longest side of what moves."""
MOVING: Final = 6_000_000
"""Pixels of all its frames together; what is longer stands still."""
QUALITY: Final = 84
_ORIENTATION: Final = 0x0112


def confine() -> None:
    """From here on this process can take no more than it may, whatever it reads."""
    for what, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, CPU),
        (resource.RLIMIT_FSIZE, WRITES),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NPROC, 0),
    ):
        resource.setrlimit(what, (most, most))
    os.nice(10)  # pages come first


def main(source: str, target: str, small: str) -> int:
    """The exit status says how it ended."""
    confine()
    from PIL import Image

    warnings.simplefilter("ignore")
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    Image.MAX_IMAGE_PIXELS = max(PIXELS.values())
    try:
        _tell(still(source, target, small))
        if (size := film(source, f"{target}.film")) is not None:
            os.replace(f"{target}.film", target)
            _tell(size)
    except (MemoryError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        return TOO_LARGE
    except Exception:  # a decoder may stumble over anything, and all of it means the same
        return UNREADABLE
    return 0


def _tell(size: tuple[int, int]) -> None:
    print(json.dumps({"width": size[0], "height": size[1]}), flush=True)  # noqa: T201


def still(source: str, target: str, small: str) -> tuple[int, int]:
    """Writes the clean picture and the small one; returns the width and height of the first."""
    from PIL import Image

    with Image.open(source, formats=("JPEG", "PNG", "WEBP", "GIF")) as found:
        pixels = found.width * found.height
        if pixels > PIXELS[str(found.format)] or (pixels > PROGRESSIVE and "progressive" in found.info):
            raise MemoryError
        found.draft(None, fitting(found.size, SIDE, SIDE))
        found.load()
        turned, profile = _turned(found), found.info.get("icc_profile")
        made = _plain(found)
    del found  # there is no room for it beside what is made of it
    made = _upright(_in_known_colours(smaller(made, SIDE, SIDE), profile), turned)
    _save(made, target)
    if made.width > SMALL:
        _save(smaller(made, SMALL, SIDE), small)
    return made.size


def film(source: str, target: str) -> tuple[int, int] | None:
    """Writes a short GIF as a film of the same length; None for what does not move, or for too long."""
    from PIL import Image

    with Image.open(source, formats=("JPEG", "PNG", "WEBP", "GIF")) as found:
        many = getattr(found, "n_frames", 1) if found.format == "GIF" else 1
        if many == 1 or many * found.width * found.height > MOVING:
            return None
        frames, lasting = [], []
        for number in range(many):
            found.seek(number)
            frame = smaller(found.convert("RGBA"), FILM, FILM)
            frame.info.clear()
            frames.append(frame)
            lasting.append(max(20, int(found.info.get("duration", 100))))
    _save(frames[0], target, save_all=True, append_images=frames[1:], duration=lasting, loop=0, method=0)
    return frames[0].size


def fitting(size: tuple[int, int], wide: int, high: int) -> tuple[int, int]:
    """The size within wide × high of the same shape; never larger."""
    scale = min(1.0, wide / size[0], high / size[1])
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def smaller(picture: Picture, wide: int, high: int) -> Picture:
    """The picture within wide × high, quickly: by whole steps first, then finely."""
    from PIL import Image

    size = fitting(picture.size, wide, high)
    if size == picture.size:
        return picture
    with_holes = picture.mode == "RGBA"
    if with_holes:
        picture = picture.convert("RGBa")  # what cannot be seen must not shine through
    step = int(min(picture.width / size[0], picture.height / size[1]) / 2)
    if step > 1:
        picture = picture.reduce(step)
    picture = picture.resize(size, Image.Resampling.LANCZOS)
    return picture.convert("RGBA") if with_holes else picture


def _plain(found: Picture) -> Picture:
    """The pixels alone, as L, RGB, RGBA or CMYK."""
    if found.mode.startswith("I"):  # 16 bits of grey
        return found.point(lambda value: value * (1 / 256)).convert("L")
    if found.has_transparency_data:
        return found if found.mode == "RGBA" else found.convert("RGBA")
    return found if found.mode in ("L", "RGB", "CMYK") else found.convert("RGB")


def _in_known_colours(picture: Picture, profile: bytes | None) -> Picture:
    """In sRGB, as far as the camera said what its colours mean; all browsers then show the same without being told."""
    from PIL import Image, ImageCms

    if profile and picture.mode in ("RGB", "CMYK"):
        with contextlib.suppress(ImageCms.PyCMSError, OSError, ValueError):
            known = ImageCms.createProfile("sRGB")
            given = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            made = ImageCms.profileToProfile(picture, given, known, outputMode="RGB")
            assert isinstance(made, Image.Image)
            return made
    return picture if picture.mode in ("L", "RGB", "RGBA") else picture.convert("RGB")


def _turned(found: Picture) -> int:
    """How the camera was held: 1 is upright. A damaged note about it is none."""
    try:
        return int(found.getexif().get(_ORIENTATION, 1))
    except Exception:
        return 1


def _upright(picture: Picture, turned: int) -> Picture:
    from PIL.Image import Transpose

    turns = {
        2: Transpose.FLIP_LEFT_RIGHT,
        3: Transpose.ROTATE_180,
        4: Transpose.FLIP_TOP_BOTTOM,
        5: Transpose.TRANSPOSE,
        6: Transpose.ROTATE_270,
        7: Transpose.TRANSVERSE,
        8: Transpose.ROTATE_90,
    }
    return picture.transpose(turns[turned]) if turned in turns else picture


def _save(picture: Picture, path: str, **more: Any) -> None:
    """As WebP; what the source said beside its pixels stays behind."""
    picture.info.clear()
    picture.save(path, "WEBP", **{"quality": QUALITY, "method": 2, "exif": b"", "xmp": b"", "icc_profile": b"", **more})


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:4]))
