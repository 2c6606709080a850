"""Reads rendered HTML back for the tests of markup with a parser of its own; refuses to trust the sanitisers."""

import re
from collections.abc import Callable
from html.parser import HTMLParser

import pytest

Element = tuple[str, dict[str, str | None]]

TAGS = {
    *("a", "blockquote", "br", "cite", "code", "details", "em", "h3", "h4", "h5", "hr", "img", "input", "label", "li"),
    *("ol", "p", "pre", "s", "span", "strong", "summary", "table", "tbody", "td", "th", "thead", "tr", "ul"),
}
ATTRIBUTES = {
    *(
        "alt",
        "checked",
        "class",
        "disabled",
        "height",
        "href",
        "loading",
        "rel",
        "src",
        "start",
        "tabindex",
        "title",
        "type",
    ),
    "width",
}
ADDRESSES = ("http://", "https://", "ftp://", "mailto:", "tel:", "/", "#")


class Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[Element] = []
        self.stack: list[str] = []
        self.texts: list[str] = []
        self.strange: list[str] = []
        self.nested_links = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self.nested_links += tag == "a" and "a" in self.stack
        if tag not in ("br", "hr", "img", "input"):
            self.stack.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self.stack and self.stack[-1] == tag:
            self.stack.pop()
        else:
            self.strange.append(tag)

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    def handle_comment(self, data: str) -> None:
        self.strange.append(data)

    handle_decl = handle_pi = unknown_decl = handle_comment


@pytest.fixture(scope="session")
def read() -> Callable[[str], Reader]:
    def reader(html: str) -> Reader:
        parsed = Reader()
        parsed.feed(html)
        parsed.close()
        return parsed

    return reader


@pytest.fixture(scope="session")
def assert_safe(read: Callable[[str], Reader]) -> Callable[[str], None]:
    """Nothing but the allowed tags, attributes and addresses, by a third parser that knows neither sanitiser."""

    def check(html: str) -> None:
        parsed = read(html)
        assert not parsed.strange, html
        for tag, attrs in parsed.elements:
            assert tag in TAGS, html
            assert set(attrs) <= ATTRIBUTES, html
            if "href" in attrs:
                href = attrs["href"] or ""
                assert tag == "a", html
                assert href.lower().startswith(ADDRESSES), html
                assert not any(char <= " " or char == "\\" for char in href), html
                assert not href.startswith("//"), html
            if "src" in attrs:
                assert tag == "img", html
                assert re.fullmatch(r"/files/[1-9][0-9]*/[^/]+", attrs["src"] or ""), html
            if tag == "input":
                assert attrs.get("type") == "checkbox", html

    return check
