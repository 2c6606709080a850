"""Turns foreign HTML into the forum's Markdown, keeping every word; refuses scripts, styles and links that lead nowhere safe."""

from __future__ import annotations

import re
from collections.abc import Container
from html.parser import HTMLParser
from typing import Final

from forum.exchange import html_blocks, phrases
from forum.exchange.html_blocks import Frame

MAX_HTML: Final = 400_000
"""Longer HTML loses its tags instead of being read: Python's parser takes quadratic time for some broken input."""
MAX_DEPTH: Final = 16
"""Quotations and lists nested deeper are laid flat: markup shows what is nested deeper than 20 as typed."""

_BLOCKS: Final = frozenset(
    (
        *("address", "article", "aside", "body", "caption", "center", "dd", "details", "dialog", "div", "dl", "dt"),
        *("fieldset", "figcaption", "figure", "footer", "form", "header", "html", "legend", "main", "nav", "optgroup"),
        *("option", "p", "section", "summary"),
    )
)
_SILENT: Final = frozenset(("script", "style", "title"))
_CODE: Final = frozenset(("code", "kbd", "samp", "tt", "var"))
_HEADINGS: Final = {f"h{level}": level for level in range(1, 7)}
_LANGUAGE: Final = re.compile(r"(?:lang|language)-([\w+#-]+)")
_UNCLOSED: Final = re.compile(r"<(?![^<>]*>)")
_DECLARATION: Final = re.compile(r"<[!?][^<>]*>")
_TAG: Final = re.compile(r"<[^<>]*>")


class _Inline:
    """One open phrase: emphasis, link or code, and what was said in it."""

    def __init__(self, tag: str, attrs: dict[str, str]) -> None:
        self.tag = tag
        self.attrs = attrs
        self.said: list[str] = []


class _Reader(HTMLParser):
    """Builds Markdown block by block; what is open when a block begins is closed before it and opened again in it."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.frames = [Frame("")]
        self.inlines: list[_Inline] = []
        self.said: list[str] = []
        self.pre: list[str] | None = None
        self.language = ""
        self.silent = ""

    # --- what the parser calls -------------------------------------------------------------------------------------

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if self.silent:
            if tag != "body":
                return
            self.silent = ""
        if tag in _SILENT:
            self.silent = tag
        elif self.pre is not None:
            self._in_pre(tag, given)
        elif tag in phrases.MARKS or tag in _CODE or tag in ("a", "sup", "sub", "q"):
            self._open_inline(tag, given)
        elif tag in ("br", "img", "hr"):
            self._void(tag, given)
        else:
            self._open_block(tag, given)

    def handle_endtag(self, tag: str) -> None:
        if self.silent:
            if tag in (self.silent, "head"):
                self.silent = ""
        elif self.pre is not None:
            if tag == "pre":
                self._close_pre()
        elif any(one.tag == tag for one in self.inlines):
            while self._close_inline() != tag:
                pass
        else:
            self._close_block(tag)

    def handle_data(self, data: str) -> None:
        if self.silent:
            return
        if self.pre is not None:
            self.pre.append(data)
        else:
            self._say(data if self._within(_CODE) else phrases.words(data, in_link=self._within(("a",))))

    # --- phrases ---------------------------------------------------------------------------------------------------

    def _within(self, tags: Container[str]) -> bool:
        return any(one.tag in tags for one in self.inlines)

    def _say(self, text: str) -> None:
        (self.inlines[-1].said if self.inlines else self.said).append(text)

    def _open_inline(self, tag: str, attrs: dict[str, str]) -> None:
        if tag == "a" and self._within(("a",)):
            self.handle_endtag("a")
        if not self._within(_CODE) and len(self.inlines) < MAX_DEPTH:
            self.inlines.append(_Inline(tag, attrs))

    def _close_inline(self) -> str:
        """Ends the innermost phrase and says it in the one around it; returns its tag."""
        done = self.inlines.pop()
        inner = "".join(done.said)
        mark = phrases.MARKS.get(done.tag)
        if done.tag in _CODE:
            inner = phrases.code(inner)
        elif done.tag == "a":
            inner = phrases.link(inner, done.attrs.get("href", ""), done.attrs.get("title", ""))
        elif done.tag in ("sup", "sub"):
            inner = phrases.raised(inner) if done.tag == "sup" else phrases.lowered(inner)
        elif done.tag == "q":
            inner = f"“{inner}”"
        elif mark and not any(phrases.MARKS.get(one.tag) == mark for one in self.inlines):
            inner = f"{phrases.opening(mark)}{inner}{phrases.closing(mark)}"
        if done.said:
            self._say(inner)
        return done.tag

    def _flush(self) -> None:
        """Ends the paragraph under way; phrases that are open go on in the next one."""
        going_on = [_Inline(one.tag, one.attrs) for one in self.inlines]
        while self.inlines:
            self._close_inline()
        self.inlines = going_on
        text, self.said = "".join(self.said), []
        if not text:
            return
        top = self.frames[-1]
        level = _HEADINGS.get(top.tag)
        for words in phrases.paragraphs(text, one_line=level is not None or top.tag in ("td", "th")):
            top.blocks.append(("p", words) if level is None else ("h", html_blocks.heading(level, words)))

    def _void(self, tag: str, attrs: dict[str, str]) -> None:
        if tag == "br":
            self._say("\n")
        elif tag == "img":
            src, alt, title = attrs.get("src", ""), attrs.get("alt", ""), attrs.get("title", "")
            self._say(phrases.picture(src, alt, title, in_link=self._within(("a",))))
        else:
            self._flush()
            self.frames[-1].blocks.append(("hr", "___"))  # dashes or stars would be one rule with a bullet before them

    # --- blocks ----------------------------------------------------------------------------------------------------

    def _open_block(self, tag: str, attrs: dict[str, str]) -> None:
        if tag == "pre":
            self._flush()
            self.pre, self.language = [], _language(attrs)
        elif tag in _HEADINGS or tag in ("blockquote", "ul", "ol", "menu", "table"):
            self._flush()
            self._open_container(tag, attrs)
        elif tag == "li":
            self._flush()
            self._close_up_to("li", ("ul", "ol", "menu"))
            self._push(Frame("li"))
        elif tag in ("tr", "td", "th", "thead", "tbody", "tfoot"):
            self._flush()
            self._open_in_table(tag, attrs)
        elif tag in _BLOCKS:
            self._flush()
            if tag == "p" and self.frames[-1].tag == "li":
                self.frames[-1].loose = True

    def _open_container(self, tag: str, attrs: dict[str, str]) -> None:
        if tag in _HEADINGS and self.frames[-1].tag in _HEADINGS:
            self._pop()
        first = attrs.get("start", "1")
        self._push(
            Frame(
                "ul" if tag == "menu" else tag,
                first=int(first) if first.isascii() and first.isdigit() and len(first) < 9 else 1,
                spoiler="spoiler" in attrs.get("class", "").split(),
            )
        )

    def _push(self, frame: Frame) -> None:
        if len(self.frames) < MAX_DEPTH:
            self.frames.append(frame)

    def _open_in_table(self, tag: str, attrs: dict[str, str]) -> None:
        self._close_up_to(tag if tag in ("td", "th") else "tr", ("table",))
        table = self.frames[-1].table
        if table is None:
            return
        if tag == "tr":
            table.new_row()
        elif tag in ("td", "th"):
            table.align(attrs)
            self._push(Frame(tag))

    def _close_up_to(self, tag: str, stop: tuple[str, ...]) -> None:
        """Closes what HTML lets authors leave open: an item before the next item, a cell before the next cell."""
        open_tags = [frame.tag for frame in self.frames]
        kin = ("td", "th") if tag in ("td", "th", "tr") else (tag,)
        for at in range(len(open_tags) - 1, 0, -1):
            if open_tags[at] in stop or open_tags[at] == "blockquote":
                return
            if open_tags[at] in kin:
                while len(self.frames) > at:
                    self._pop()
                return

    def _close_block(self, tag: str) -> None:
        tag = "ul" if tag == "menu" else tag
        if tag in _BLOCKS or tag in ("tr", "thead", "tbody", "tfoot"):
            self._flush()
        elif any(frame.tag == tag for frame in self.frames[1:]):
            self._flush()
            while self.frames[-1].tag != tag:
                self._pop()
            self._pop()

    def _pop(self) -> None:
        self._flush()
        frame = self.frames.pop()
        into = self.frames[-1]
        if frame.tag == "li":
            into.loose |= frame.loose
            into.blocks.append(
                ("loose" if frame.loose else "tight", html_blocks.joined(frame.blocks, tight=not frame.loose))
            )
        elif frame.tag in ("td", "th") and into.table is not None:
            into.table.add_cell(frame.blocks, heading=frame.tag == "th")
        elif frame.table is not None:
            into.blocks.extend(("p", words) for words in [*(w for _, w in frame.blocks), *frame.table.markdown()])
        elif frame.tag in ("ul", "ol"):
            again = bool(into.blocks) and into.blocks[-1][0] == frame.tag
            if frame.blocks:
                into.blocks.append(
                    (f"{frame.tag}, again" if again else frame.tag, html_blocks.listed(frame, again=again))
                )
        elif frame.tag == "blockquote":
            if frame.blocks:
                into.blocks.append(("quote", html_blocks.quotation(frame)))
        else:
            into.blocks.extend(frame.blocks)

    # --- code ------------------------------------------------------------------------------------------------------

    def _in_pre(self, tag: str, attrs: dict[str, str]) -> None:
        assert self.pre is not None
        if tag == "br":
            self.pre.append("\n")
        elif tag == "code":
            self.language = self.language or _language(attrs)

    def _close_pre(self) -> None:
        code = "".join(self.pre or []).removeprefix("\n").rstrip("\n")
        self.pre = None
        if code.strip():
            fence = "`" * max(3, 1 + max((len(run) for run in re.findall(r"`+", code)), default=0))
            self.frames[-1].blocks.append(("pre", f"{fence}{self.language}\n{code}\n{fence}"))

    def markdown(self) -> str:
        """The whole text, with everything closed that was left open."""
        if self.pre is not None:
            self._close_pre()
        while len(self.frames) > 1:
            self._pop()
        self._flush()
        return html_blocks.joined(self.frames[0].blocks)


def _language(attrs: dict[str, str]) -> str:
    found = _LANGUAGE.search(attrs.get("class", ""))
    name = found.group(1).lower() if found else ""
    return "" if name == "none" else name


def _uncommented(html: str) -> str:
    """HTML without its comments; where one does not end, its words are no comment."""
    made, at = [], 0
    while (start := html.find("<!--", at)) >= 0 and (end := html.find("-->", start + 4)) >= 0:
        made.append(html[at:start])
        at = end + 3
    return "".join([*made, html[at:].replace("<!--", "")])


def markdown(html: str) -> str:
    """Markdown that shows the words, links, lists, quotations, code and tables of `html`; never raises for bad HTML.

    Comments, declarations and tags without an end are dealt with first: Python's parser takes quadratic time for them.
    """
    if len(html) > MAX_HTML:
        return phrases.plain(_TAG.sub("\n", html))
    html = _DECLARATION.sub("", _UNCLOSED.sub("&lt;", _uncommented(html)))
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.markdown()
