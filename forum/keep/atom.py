"""Writes Atom (RFC 4287): what is new, for feed readers. Pure; escapes everything, and leaves out what XML forbids."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final, NamedTuple
from xml.etree import ElementTree

_FORBIDDEN: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Entry(NamedTuple):
    """A post as feed readers get it: a name that never changes, its whole address, its HTML with whole addresses."""

    id: str
    address: str
    title: str
    lang: str | None
    author: str
    author_address: str
    published: int
    updated: int
    html: str
    html_lang: str | None


def document(*, id: str, title: str, address: str, updated: int, entries: Sequence[Entry]) -> bytes:
    """The whole feed as UTF-8; `address` is the page of the forum that shows the same, times are Unix seconds."""
    feed = ElementTree.Element("feed", {"xmlns": "http://www.w3.org/2005/Atom"})
    _add(feed, "id", id)
    _add(feed, "title", title)
    _add(feed, "updated", _moment(max([updated, *(one.updated for one in entries)])))
    ElementTree.SubElement(feed, "link", {"rel": "alternate", "type": "text/html", "href": _clean(address)})
    for one in entries:
        entry = ElementTree.SubElement(feed, "entry")
        _add(entry, "id", one.id)
        _add(entry, "title", one.title, one.lang)
        ElementTree.SubElement(entry, "link", {"rel": "alternate", "type": "text/html", "href": _clean(one.address)})
        author = ElementTree.SubElement(entry, "author")
        _add(author, "name", one.author)
        _add(author, "uri", one.author_address)
        _add(entry, "published", _moment(one.published))
        _add(entry, "updated", _moment(one.updated))
        _add(entry, "content", one.html, one.html_lang).set("type", "html")
    return bytes(ElementTree.tostring(feed, "utf-8", xml_declaration=True))


def _add(parent: ElementTree.Element, name: str, text: str, lang: str | None = None) -> ElementTree.Element:
    made = ElementTree.SubElement(parent, name, {"xml:lang": lang} if lang else {})
    made.text = _clean(text)
    return made


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("", text)


def _moment(at: int) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
