"""Writes a shaped post as HTML in the very form the sanitisers write; refuses to judge what may be written."""

import re
from collections.abc import Sequence
from typing import Any, Final

from markdown_it.common.utils import unescapeAll
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from forum.markup import code
from forum.markup.sanitise import escape, escape_attribute
from forum.markup.shape import alt

MAX_BREAKS: Final = 1_000  # lines of a text shown as typed; beyond, the browser breaks them instead of <br>
_PARAGRAPHS: Final = re.compile(r"\n(?:[ \t]*\n)+")


class Page(RendererHTML):
    """The renderer: a method is the rule for the token of its name."""

    @staticmethod
    def renderAttrs(token: Token) -> str:
        return "".join(f' {name}="{escape_attribute(str(value))}"' for name, value in token.attrs.items())

    def text(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return escape(tokens[idx].content)

    def code_inline(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return f"<code>{escape(tokens[idx].content)}</code>"

    def code_block(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return _pre(escape(tokens[idx].content))

    def fence(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        name, words = fence_info(tokens[idx])
        content = tokens[idx].content
        caption = f"<p>{escape(words)}</p>\n" if words else ""
        marker: code.Marker = env["marker"]
        return caption + _pre("".join(_span(mark, run) for mark, run in marker.runs(content, name)))

    def image(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        token = tokens[idx]
        token.attrs = {"loading": "lazy", **token.attrs, "alt": alt(token)}
        return f"<img{self.renderAttrs(token)}>"

    def mention(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        token = tokens[idx]
        handle = token.meta["handle"]
        title = escape_attribute(env["people"][handle])
        return f'<a class="mention" href="/people/{handle}" title="{title}">{escape(token.content)}</a>'

    def definition(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return "" if tokens[idx].hidden else f"<p>{escape(definition_text(tokens[idx]))}</p>\n"

    def list_item_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        item = self.renderToken(tokens, idx, options, env)
        return f"{item}{_box(tokens[idx])}</label>" if tokens[idx].meta.get("alone") else item

    def task_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return _box(tokens[idx])

    def spoiler(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        if tokens[idx].nesting < 0:
            return "</details>\n"
        return f'<details class="spoiler"><summary>{escape(spoiler_title(tokens[idx]))}</summary>\n'


def _pre(html: str) -> str:
    return f'<pre class="code" tabindex="0"><code>{html}</code></pre>\n'


def _span(mark: str, run: str) -> str:
    return f'<span class="{mark}">{escape(run)}</span>' if mark and not run.isspace() else escape(run)


def _box(token: Token) -> str:
    checked = ' checked=""' if token.meta["checked"] else ""
    return f'<label><input type="checkbox" disabled=""{checked}> '


def fence_info(token: Token) -> tuple[str, str]:
    """What stands after the fence: the language, if we know it, and all other words, which are shown above the code."""
    info = " ".join(unescapeAll(token.info).split())
    name, _, words = info.partition(" ")
    return (name, words) if code.known(name) else ("", info)


def spoiler_title(token: Token) -> str:
    """The words on the spoiler's lid."""
    return token.info.strip().removeprefix("spoiler").strip() or "Spoiler"


def definition_text(token: Token) -> str:
    """A link definition as it was typed, or near."""
    meta: dict[str, Any] = token.meta
    title = f' "{meta["title"]}"' if meta["title"] else ""
    return f"[{meta['label']}]: {meta['url']}{title}"


def as_typed(source: str) -> str:
    """The whole source (lines end with "\\n") as escaped text in paragraphs: for what is too deep or dense to lay out."""
    source = source.strip("\n")
    if source.count("\n") > MAX_BREAKS:
        return f'<pre tabindex="0"><code>{escape(source)}</code></pre>\n'
    paragraphs = _PARAGRAPHS.split(source)
    return "".join(f"<p>{escape(words).replace(chr(10), '<br>' + chr(10))}</p>\n" for words in paragraphs)
