"""Takes the plain words out of HTML that this package wrote; refuses any other."""

import re
from html import unescape
from typing import Final

_INLINE: Final = re.compile(r"</?(?:a|abbr|b|code|del|em|i|ins|kbd|mark|s|small|span|strong|sub|sup)(?: [^>]*)?>")
_PICTURE: Final = re.compile(r'<img [^>]*\balt="([^"]*)"[^>]*>')
_TAG: Final = re.compile(r"<[^>]*>")


def plain(html: str) -> str:
    """The words of a rendered post: what stands in one line stays together, blocks are apart."""
    return unescape(_TAG.sub("\n", _PICTURE.sub(r" \1 ", _INLINE.sub("", html))))
