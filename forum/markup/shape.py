"""Reshapes the parsed post: headings, citations, tasks, links, pictures; refuses to write HTML itself."""

from collections.abc import Mapping
from typing import Final
from urllib.parse import unquote

from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markdown_it.utils import EnvType

from forum.markup.files import number_of
from forum.markup.sanitise import REL, legible, safe_src

_HEADINGS: Final = {"h1": "h3", "h2": "h4"}
_DEEPEST_HEADING: Final = "h5"
_DASH: Final = "— "


def shape(state: StateCore) -> None:
    """Core rule, after all others: turns CommonMark's tokens into ours, in one walk."""
    used: set[str] = set()
    quotes = 0
    for index, token in enumerate(state.tokens):
        if token.type == "blockquote_open":
            quotes += 1
        elif token.type == "blockquote_close":
            quotes -= 1
            _cite(state.tokens, index)
        elif token.type in ("heading_open", "heading_close"):
            token.tag = _HEADINGS.get(token.tag, _DEEPEST_HEADING)
        elif token.type in ("th_open", "td_open"):
            _align(token)
        elif token.type in ("bullet_list_open", "ordered_list_open") and "class" in token.attrs:
            token.attrs["class"] = "tasks"
        elif token.type == "list_item_open" and "checked" in token.meta:
            _task(state.tokens, index)
        elif token.type == "inline":
            token.children = _inline(token.children or [], used, state.env, mentions=not quotes)
    _definitions(state.tokens, used)


def _align(cell: Token) -> None:
    style = str(cell.attrs.pop("style", ""))
    if style.endswith(("right", "center")):
        cell.attrs["class"] = style.removeprefix("text-align:")


def _task(tokens: list[Token], index: int) -> None:
    """Put the box, and the label around the first paragraph, into the item at `index`."""
    item = tokens[index]
    item.attrs["class"] = "task"
    opening = Token("task_open", "label", 1, meta=item.meta)
    following = tokens[index + 1 : index + 3]
    if [token.type for token in following] == ["paragraph_open", "inline"]:
        following[1].children = [opening, *(following[1].children or []), Token("task_close", "label", -1)]
    else:
        item.meta = {**item.meta, "alone": True}


def _cite(tokens: list[Token], close: int) -> None:
    """Make a quotation's last paragraph its citation when it is a dash and a link, nothing else."""
    last = tokens[close - 3 : close]
    if [token.type for token in last] != ["paragraph_open", "inline", "paragraph_close"]:
        return
    words = last[1].children or []
    if len(words) < 3 or words[0].content != _DASH or words[1].type != "link_open" or words[-1].type != "link_close":
        return
    if sum(word.type == "link_open" for word in words) == 1:
        last[0].tag = last[2].tag = "cite"
        last[1].children = words[1:]


def _inline(children: list[Token], used: set[str], env: EnvType, *, mentions: bool) -> list[Token]:
    """Children of a paragraph with links marked, empty links named, own pictures linked to themselves, foreign ones as links."""
    made: list[Token] = []
    inside: Token | None = None
    for token in children:
        used.add(str(token.meta.get("label", "")))
        if token.type == "link_open":
            inside = token
            _follow(token)
        elif token.type == "link_close":
            if inside is not None and made[-1] is inside:
                made.append(_text(str(inside.attrs["href"])))
            inside = None
        elif token.type == "mention":
            if mentions:
                env["mentioned"].add(token.meta["handle"])
        elif token.type == "image":
            own = safe_src(str(token.attrs["src"]))
            made.extend((_own if own else _foreign)(token, env["pictures"], linked=inside is not None))
            continue
        made.append(token)
    return made


def _follow(link: Token) -> None:
    if not str(link.attrs["href"]).startswith(("/", "#")):
        link.attrs["rel"] = REL


def _own(image: Token, pictures: Mapping[int, tuple[int, int]], *, linked: bool) -> list[Token]:
    """A picture of this forum, and a link to it alone; where nobody said what is on it, its name stands for it."""
    address = str(image.attrs["src"])
    if not alt(image):
        image.children = [_text(legible(unquote(address.rpartition("/")[2])))]
    if (size := pictures.get(number_of(address))) is not None:
        image.attrs |= {"width": size[0], "height": size[1]}
    if linked:
        return [image]
    return [Token("link_open", "a", 1, attrs={"href": address}), image, Token("link_close", "a", -1)]


def _foreign(image: Token, _pictures: object, *, linked: bool) -> list[Token]:
    """A picture from elsewhere: its words, as a link to it (inside a link, the words alone)."""
    address = str(image.attrs["src"])
    words = _text(alt(image) or address)
    if linked:
        return [words]
    link = Token("link_open", "a", 1, attrs={"href": address})
    if title := image.attrs.get("title"):
        link.attrs["title"] = title
    _follow(link)
    return [link, words, Token("link_close", "a", -1)]


def alt(image: Token) -> str:
    """The words that stand for a picture, without their markup."""
    parts: list[str] = []
    for token in image.children or []:
        parts.append(alt(token) if token.type == "image" else "\n" if token.type.endswith("break") else token.content)
    return " ".join("".join(parts).split())


def _text(content: str) -> Token:
    return Token("text", "", 0, content=content)


def _definitions(tokens: list[Token], used: set[str]) -> None:
    """Mark `[label]: address` lines that no link uses: they are shown, as Markdown would swallow them."""
    seen: set[str] = set()
    for token in tokens:
        if token.type == "definition":
            label = token.meta["id"]
            token.hidden = label in used and label not in seen
            seen.add(label)
