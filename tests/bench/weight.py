"""The bytes of a first visit to a thread: the page and everything it names, plain, as sent, and compressed. Looks at no picture."""

from __future__ import annotations

import gzip
import posixpath
import re
from typing import NamedTuple

from flask import Flask

NAMED = re.compile(r'<(?:link rel="stylesheet" href|script[^>]* src)="([^"]+)"')
IMPORTED = re.compile(r"""(?:from|import)\s*\(?\s*["'](\.{1,2}/[^"']+)["']""")


class Weight(NamedTuple):
    """Bytes: all of them gzipped, as the forum sends them to a browser that takes gzip, and as they are."""

    zipped: int
    sent: int
    plain: int


def first_visit(app: Flask, path: str, cookie: str) -> dict[str, Weight]:
    """The weights of HTML, CSS and JavaScript (modules and what they import)."""
    client = app.test_client(use_cookies=False)
    found = {"HTML": Weight(0, 0, 0), "CSS": Weight(0, 0, 0), "JS": Weight(0, 0, 0)}
    waiting, seen = [path], set()
    while waiting:
        address = waiting.pop()
        if address in seen:
            continue
        seen.add(address)
        answer = client.get(address, headers={"Cookie": cookie, "Accept-Encoding": "gzip"})
        if answer.status_code != 200:
            raise RuntimeError(f"{address} answers {answer.status}")
        body = gzip.decompress(answer.data) if answer.headers.get("Content-Encoding") == "gzip" else answer.data
        kind = {".css": "CSS", ".js": "JS"}.get(posixpath.splitext(address.partition("?")[0])[1], "HTML")
        more = Weight(len(gzip.compress(body, 6)), len(answer.data), len(body))
        found[kind] = Weight(*(old + new for old, new in zip(found[kind], more, strict=True)))
        text = body.decode()
        if kind == "HTML":
            waiting += NAMED.findall(text)
        elif kind == "JS":
            waiting += [
                posixpath.normpath(posixpath.join(posixpath.dirname(address), name)) for name in IMPORTED.findall(text)
            ]
    return found
