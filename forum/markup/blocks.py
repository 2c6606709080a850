"""Block rules that keep every word where Markdown would drop some, and spoilers; refuses tables too large to check."""

import re
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_block import table as commonmark_table
from markdown_it.rules_block.table import escapedSplit
from markdown_it.token import Token
from mdit_py_plugins.container import container_plugin

from forum.markup.page import Page

MAX_CELLS: Final = 2_400  # of all tables in one post; the table that exceeds it, and those after, stay lines
MAX_TOKENS: Final = 16_000  # of blocks in one post: 4,000 list items, 5,000 paragraphs
_SPOILER: Final = re.compile(r"\s*spoiler(?:\s.*)?", re.DOTALL)


class TooDenseError(Exception):
    """The post has more blocks than can be laid out in good time."""


def _bound(state: StateBlock, _start: int, _end: int, _silent: bool) -> bool:
    """Block rule before all others: matches nothing, stops the parser at the bound."""
    if len(state.tokens) > MAX_TOKENS:
        raise TooDenseError
    return False


def _line(state: StateBlock, line: int) -> str:
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]].strip()


def _cells(line: str) -> list[str]:
    cells = escapedSplit(line)
    if cells and not cells[0]:
        cells.pop(0)
    if cells and not cells[-1]:
        cells.pop()
    return cells


def _affordable(state: StateBlock, start: int, end: int) -> bool:
    """Whether the table from `start` fits into what is left of the post's cells; once it does not, none does."""
    left: int = state.env["cells_left"]
    columns = len(_cells(_line(state, start)))
    rows = 1
    for line in range(start + 2, end):
        if columns * rows > left or state.isEmpty(line) or state.sCount[line] < state.blkIndent:
            break
        rows += 1
    if columns * rows > left:
        state.env["cells_left"] = 0
        return False
    return True


def _table(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Block rule: a table, whose rows keep what they have beyond the last column."""
    if state.env["cells_left"] <= 0 or not commonmark_table(state, start, end, True):
        return False
    if not _affordable(state, start, end):
        return False
    if silent:
        return True
    first = len(state.tokens)
    commonmark_table(state, start, end, False)
    made = state.tokens[first:]
    columns = sum(token.type == "th_open" for token in made)
    state.env["cells_left"] -= columns * sum(token.type == "tr_open" for token in made)
    line, last = start, made[0]
    for token in made:
        if token.type == "tr_open":
            line = token.map[0] if token.map else line
        elif token.type == "inline":
            last = token
        elif token.type == "tr_close" and line > start + 1:
            surplus = _cells(_line(state, line))[columns:]
            last.content = " | ".join([last.content, *(cell.strip() for cell in surplus)])
    return True


def _is_spoiler(info: str, _colons: str) -> bool:
    return _SPOILER.fullmatch(info) is not None


def use(parser: MarkdownIt) -> None:
    """Teach the parser these rules."""
    parser.block.ruler.before("table", "bound", _bound)
    parser.block.ruler.at("table", _table, {"alt": ["paragraph", "reference"]})
    container_plugin(parser, "spoiler", validate=_is_spoiler, render=Page.spoiler)


def too_deep(tokens: list[Token], limit: int) -> bool:
    """Whether something is nested so deep that the parser stopped reading it."""
    nesting = ("blockquote_open", "list_item_open", "container_spoiler_open")
    return any(token.level >= limit - 1 and token.type in nesting for token in tokens)
