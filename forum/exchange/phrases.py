"""Puts the phrases of a foreign paragraph together as Markdown that means the same; refuses to know about blocks. Pure.

While a paragraph grows, marks of emphasis stand in it as characters that are not text (U+FDD0…); what Markdown would
not take for a mark is moved or dropped at the end, when its neighbours are known.
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit

MARKS: Final = {"strong": "**", "b": "**", "em": "*", "i": "*", "del": "~~", "s": "~~", "strike": "~~"}
_OPEN: Final = {"**": "\ufdd0", "*": "\ufdd1", "~~": "\ufdd2"}
_CLOSE: Final = {"**": "\ufdd3", "*": "\ufdd4", "~~": "\ufdd5"}
_WRITTEN: Final = {**{char: mark for mark, char in _OPEN.items()}, **{char: mark for mark, char in _CLOSE.items()}}
_PICTURE: Final = "\ufdd6"  # the "!" of our own pictures, told from one that somebody wrote before a link
_SPAN: Final = "\ufdd7"  # either end of a code span: two of them together would be one
_LINK: Final = "\ufdd8"  # the beginning of a link: an exclamation mark before it would make it a picture
_OPENS, _CLOSES = "\ufdd0-\ufdd2", "\ufdd3-\ufdd5"
_RESERVED: Final = dict.fromkeys(range(0xFDD0, 0xFDF0), "\ufffd")

_SPACE: Final = re.compile(r"[ \t\r\n\f\v\xa0]+")
_ADDRESS: Final = re.compile(r"https?://[^\s<>\[\]`\\]+")
_ADDRESS_BEFORE: Final = re.compile(r"https?://\S*$")  # a mark here would become part of the address
_SPECIAL: Final = re.compile(
    r"\\(?![^\W_])|`|(?<!\w )\*|\*(?! \w)|(?<![^\W_])_|_(?![^\W_])|(?<!\w )~|~(?! \w)|\](?=[(\[:]|$)"
    r"|<(?=[A-Za-z][\w.+-]*[:@]|$)|&(?=#?\w+;)"
)
_IN_LINK: Final = re.compile(rf"{_SPECIAL.pattern}|[\[\]_]")
_LINE_START: Final = re.compile(
    r"[-+*](?=\s|$)|#{1,6}(?=\s|$)|>|:::|=(?=[= ]*$)|[-|:](?=[-|: ]*$)|(?=([-*_])(?: *\1){2,} *$)[-*_]"
)
_NUMBER_START: Final = re.compile(r"(\d{1,9})([.)])(?=\s|$)")
_SPACE_IN: Final = re.compile(rf"([{_OPENS}]+)( +)|( +)([{_CLOSES}]+)")
_BREAK_IN: Final = re.compile(rf"([{_OPENS}]+)(\n[ \n]*)|([ \n]*\n)([{_CLOSES}]+)")
_MARK: Final = re.compile(rf"([{_OPENS}{_CLOSES}])")
_EMPTY: Final = re.compile("\ufdd0\ufdd3|\ufdd1\ufdd4|\ufdd2\ufdd5|\ufdd3\ufdd0|\ufdd4\ufdd1|\ufdd5\ufdd2")
_TAIL: Final = re.compile(r" ?[.,:;!?\"'”’…。，、：；！？」』）]+$")
_HEAD: Final = re.compile(r"^[\"'“‘「『（¿¡]+ ?")
_TURNS: Final = 10
"""Looks at the marks of one paragraph: to drop one may be to spoil its neighbour. What is not settled then goes without."""
_NEAR: Final = 200  # characters looked back from a mark
_FOLLOWED: Final = frozenset(("http", "https", "ftp", "mailto", "tel"))
_PLACEHOLDERS: Final = frozenset(("enter image description here", "alt text"))  # Stack Exchange's own, nobody's words
_HIGH: Final = dict(zip("0123456789+-=()ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱ", strict=True))
_LOW: Final = dict(zip("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎", strict=True))


def _backslash(found: re.Match[str]) -> str:
    return f"\\{found.group()}"


def words(text: str, *, in_link: bool = False) -> str:
    """Plain words with a backslash before what Markdown would take for its own; addresses stay whole, they become links."""
    text = _SPACE.sub(" ", text.translate(_RESERVED))
    if in_link:
        return _IN_LINK.sub(_backslash, text)
    made, at = [], 0
    for address in _ADDRESS.finditer(text):
        made += [_SPECIAL.sub(_backslash, text[at : address.start()]), address.group()]
        at = address.end()
    return "".join([*made, _SPECIAL.sub(_backslash, text[at:])])


def opening(mark: str) -> str:
    """What stands for the beginning of an emphasis until the paragraph is done."""
    return _OPEN[mark]


def closing(mark: str) -> str:
    """What stands for its end."""
    return _CLOSE[mark]


def code(text: str) -> str:
    """A code span, fenced by more backticks than it holds."""
    text = _SPACE.sub(" ", text.translate(_RESERVED))
    if not text.strip():
        return " "
    runs = {len(run) for run in re.findall(r"`+", text)}
    fence = "`" * next(length for length in range(1, len(runs) + 2) if length not in runs)
    pad = " " if text[0] == "`" or text[-1] == "`" or (text[0] == text[-1] == " ") else ""
    return f"{_SPAN}{fence}{pad}{text}{pad}{fence}{_SPAN}"


def raised(inner: str) -> str:
    """Superscript figures as such; other small print as ordinary words."""
    return "".join(_HIGH[char] for char in inner) if inner and all(char in _HIGH for char in inner) else inner


def lowered(inner: str) -> str:
    """Subscript figures as such; other small print as ordinary words."""
    return "".join(_LOW[char] for char in inner) if inner and all(char in _LOW for char in inner) else inner


def _target(href: str) -> str | None:
    """An address as Markdown's link takes it; None when it leads nowhere from here, or nowhere safe."""
    address = "".join(char for char in href.strip() if char > " " or char == " ")
    address = f"https:{address}" if address.startswith("//") else address
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    if parts.scheme.lower() not in _FOLLOWED or re.search(r"[%\s]", parts.netloc) or len(address) > 2000:
        return None
    for char, written in ((" ", "%20"), ("<", "%3C"), (">", "%3E"), ("\\", "%5C"), ("\xa0", "%20")):
        address = address.replace(char, written)
    if address.count("(") != address.count(")") or ")" in address.partition("(")[0]:
        address = address.replace("(", "%28").replace(")", "%29")
    return re.sub(r"&(?=#?\w+;)", "&amp;", address.translate(_RESERVED))


def _titled(title: str) -> str:
    quoted = words(title).strip().replace('"', '\\"')
    return f' "{quoted}"' if quoted else ""


def link(inner: str, href: str, title: str = "") -> str:
    """A link around phrases; they stand alone when the address leads nowhere, and nothing stands for an empty one."""
    target = _target(href)
    shown = inner.replace("\n", " ")
    if target is None or not _MARK.sub("", shown).strip():
        return inner
    lead, trail = shown[: len(shown) - len(shown.lstrip())], shown[len(shown.rstrip()) :]
    if shown.strip().replace("\\", "") == href and re.fullmatch(r"https?://[^\s<>]+", href):
        return f"{lead}<{href}>{trail}"
    return f"{lead}{_LINK}[{shown.strip()}]({target}{_titled(title)}){trail}"


def picture(src: str, alt: str, title: str = "", *, in_link: bool = False) -> str:
    """A picture by its address; where it cannot be shown, its words."""
    target = _target(src)
    shown = "" if alt.strip().lower() in _PLACEHOLDERS else words(alt, in_link=True).strip()
    if target is None or in_link:
        return shown or "picture"
    return f"{_PICTURE}[{shown or 'picture'}]({target}{_titled(title)})"


def _hoisted(text: str) -> str:
    """White space out of the marks, empty marks gone, one emphasis right after another of its kind made one."""
    for _ in range(8):  # nested marks need a turn each
        before = text
        for space in (_SPACE_IN, _BREAK_IN):
            text = space.sub(lambda found: f"{found[2]}{found[1]}" if found[1] else f"{found[4]}{found[3]}", text)
        text = _EMPTY.sub("", text)
        if text == before:
            break
    return text


def _symbol(char: str) -> bool:
    return bool(char) and not char.isalnum() and not char.isspace()


def _beside(parts: list[str], at: int, step: int) -> str:
    """The character on one side of the run of stars, or of waves, that the mark at `at` belongs to; "" at an end."""
    kind = _WRITTEN[parts[at]][0]
    while True:
        if words := parts[at + step]:
            return words[0 if step > 0 else -1]
        at += 2 * step
        if not 0 < at < len(parts):
            return ""
        if _WRITTEN[parts[at]][0] != kind:
            return _WRITTEN[parts[at]][0]


def _fits(parts: list[str], begun: int, at: int, *, nested: bool) -> bool:
    """Whether CommonMark takes the two for marks: none stands between a letter outside and a symbol inside, or behind another."""
    opens = not (_beside(parts, begun, -1).isalnum() and _symbol(_beside(parts, begun, 1)))
    closes = not (_beside(parts, at, 1).isalnum() and _symbol(_beside(parts, at, -1)))
    behind_another = begun > 1 and not parts[begun - 1] and parts[begun - 2] in _CLOSE.values()
    in_address = _ADDRESS_BEFORE.search(parts[begun - 1][-_NEAR:])
    # stars within stars, with anything but a space beside them, may end either
    unclear = nested and bool(f"{parts[begun - 1][-1:]}{parts[at + 1][:1]}".strip())
    return opens and closes and not behind_another and not in_address and not unclear


def _moved(parts: list[str]) -> list[tuple[int, int]]:
    """The pairs of marks that do not fit, after those that do over a comma or a quotation mark were moved."""
    opened: list[int] = []
    unfit = []
    for at in range(1, len(parts), 2):
        if parts[at] in _OPEN.values():
            if _beside(parts, at, -1).isalnum() and (head := _HEAD.search(parts[at + 1])):
                parts[at - 1], parts[at + 1] = parts[at - 1] + head[0], parts[at + 1][head.end() :]
            opened.append(at)
            continue
        if _beside(parts, at, 1).isalnum() and (tail := _TAIL.search(parts[at - 1], len(parts[at - 1]) - _NEAR)):
            parts[at - 1], parts[at + 1] = parts[at - 1][: tail.start()], tail[0] + parts[at + 1]
        begun = opened.pop()
        if not _fits(parts, begun, at, nested=bool(opened)):
            unfit.append((begun, at))
    return unfit


def _marked(text: str) -> str:
    """The text with its marks written, where CommonMark will read them as marks; those that fit nowhere are dropped."""
    for turn in range(_TURNS + 1):
        parts = _MARK.split(_hoisted(text))  # words, mark, words, mark, … words
        unfit = _moved(parts) if turn < _TURNS else [(at, at) for at in range(1, len(parts), 2)]
        for pair in unfit:
            for at in pair:
                parts[at] = ""
        text = "".join(parts)
        if not unfit and _hoisted(text) == text:
            break
    return "".join(_WRITTEN.get(one, one) for one in parts)


def _split(text: str) -> list[str]:
    """Paragraphs at empty lines; an emphasis that spans them is ended and begun again."""
    made: list[str] = []
    opened = ""
    for part in re.split(r"\n(?: *\n)+", text):
        going_on = opened
        for mark in _MARK.findall(part):
            opened = opened + mark if mark in _OPEN.values() else opened[:-1]
        ends = "".join(_CLOSE[_WRITTEN[mark]] for mark in reversed(opened))
        made.append(f"{going_on}{part}{ends}")
    return made


def _line(text: str) -> str:
    """A line of words that begins no list, heading, quotation or rule by accident."""
    if _NUMBER_START.match(text):
        return _NUMBER_START.sub(r"\1\\\2", text, count=1)
    return f"\\{text}" if _LINE_START.match(text) else text


def paragraphs(text: str, *, one_line: bool = False) -> list[str]:
    """Finished Markdown of what was said between two blocks: a paragraph each, breaks as line ends."""
    text = re.sub(r"\n{3,}", "\n\n", re.sub(r" ?\n ?", "\n", re.sub(r" {2,}", " ", text)))
    if one_line:
        text = text.replace("\n", " ")
    made = []
    for part in _split(_hoisted(text)):
        marked = _marked(part)
        for standing, written in ((_SPAN * 2, " "), (_SPAN, ""), (f"!{_LINK}", r"\!"), (_LINK, ""), (_PICTURE, "!")):
            marked = marked.replace(standing, written)
        lines = [line.strip() for line in marked.strip().split("\n")]
        if any(lines):
            made.append("\n".join(_line(line) for line in lines if line))
    return made


def no_box(item: str) -> str:
    """A list item whose words do not look like a task's box."""
    return f"\\{item}" if re.match(r"\[[ xX]\](?:\s|$)", item) else item


def plain(text: str) -> str:
    """Text of no known layout: its words, escaped, its paragraphs kept."""
    parts = re.split(r"\n\s*\n", text)
    return "\n\n".join(one for part in parts for one in paragraphs(words(part)))
