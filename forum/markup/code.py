"""Marks the parts of speech in program code with short classes; refuses to guess a language and to colour long code."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any, Final

from pygments.lexers import get_lexer_by_name
from pygments.token import Token

MAX_CHARS: Final = 20_000  # of one post, all its code together
# Pygments' lexers are regular expressions that look ahead over lines: 10,000 lines of "a" took that of C# 52 seconds,
# a line of 20,000 slashes that of C 7. Within these bounds no code takes a second. They are counts, never a clock: the same
# source must give the same HTML on any day, or nobody could check a page against its words.
MAX_BLOCKS: Final = 200  # of one post
MAX_LINES: Final = 600
MAX_LINE: Final = 400
SLOW: Final = frozenset({"java", "c#", "csharp", "groovy", "html"})
MAX_SLOW_CHARS: Final = 4_000  # of one post, in languages whose lexers look back and forth (Java: 12 s for 20,000)

# Pygments' own short names; a token is marked as its nearest ancestor here, or not at all (names, operators, numbers).
_MARKED: Final[dict[Any, str]] = {
    Token.Comment: "c",
    Token.Comment.Preproc: "cp",
    Token.Error: "err",
    Token.Generic.Deleted: "gd",
    Token.Generic.Emph: "ge",
    Token.Generic.Heading: "gh",
    Token.Generic.Inserted: "gi",
    Token.Generic.Output: "go",
    Token.Generic.Prompt: "gp",
    Token.Generic.Strong: "gs",
    Token.Generic.Subheading: "gu",
    Token.Keyword: "k",
    Token.Literal.String: "s",
    Token.Name.Class: "nc",
    Token.Name.Decorator: "nd",
    Token.Name.Function: "nf",
    Token.Name.Tag: "nt",
}
TOKEN_CLASSES: Final = frozenset(_MARKED.values())

# What a company writes. A list, as the name is anybody's input: pygments looks in every installed package for a name
# it does not know, and some of its 500 lexers take minutes over a hostile line.
_NAMES: Final = """
bash sh shell zsh console pycon powershell ps1 bat batch python py python3 pytb javascript js typescript ts jsx tsx
java kotlin scala groovy c cpp c++ csharp c# objective-c go golang rust rs swift ruby rb php perl lua r julia matlab
haskell erlang elixir clojure lisp scheme sql postgresql mysql html xml css scss json yaml yml toml ini cfg properties
docker dockerfile make makefile cmake nginx diff udiff http protobuf graphql terraform hcl latex tex markdown md
rst vim asm nasm verilog vhdl text
"""
LEXERS: Final = frozenset(_NAMES.split())


def known(name: str) -> bool:
    """Whether code in the language of that name can be marked."""
    return name.lower() in LEXERS


def _class_of(kind: Any) -> str:
    while kind is not None:
        if (name := _MARKED.get(kind)) is not None:
            return name
        kind = kind.parent
    return ""


class Marker:
    """Marks the code of one post, within the bounds of one post."""

    def __init__(self) -> None:
        self._chars = MAX_CHARS
        self._blocks = MAX_BLOCKS
        self._slow_chars = MAX_SLOW_CHARS

    def runs(self, code: str, name: str) -> Iterator[tuple[str, str]]:
        """Code as (class or "", text), together `code` to the letter; one plain run when it is not to be marked."""
        self._chars -= len(code)
        self._blocks -= 1
        left = self._chars >= 0 and self._blocks >= 0
        if name.lower() in SLOW:
            self._slow_chars -= len(code)
            left = left and self._slow_chars >= 0
        may = left and known(name) and name.lower() != "text" and _short(code)
        tokens = self._tokens(code, name.lower()) if may else []
        if "".join(text for _, text in tokens) != code:  # the lexer dropped what it took for noise
            tokens = [("", code)]
        for mark, run in groupby(tokens, key=lambda token: token[0]):
            yield mark, "".join(text for _, text in run)

    def _tokens(self, code: str, name: str) -> list[tuple[str, str]]:
        lexer = get_lexer_by_name(name, stripnl=False, ensurenl=False)
        return [(_class_of(kind), text) for kind, text in lexer.get_tokens(code)]


def _short(code: str) -> bool:
    lines = code.split("\n")
    return len(lines) <= MAX_LINES and max(map(len, lines)) <= MAX_LINE
