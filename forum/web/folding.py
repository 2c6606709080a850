"""Templates whose words are translated once: `_("…")` without values becomes a constant when the template is compiled.

A page says some seventy fixed words; looking each up costs more than all its queries. Refuses nothing: what cannot be folded is
translated when the page is made, as usual.
"""

from __future__ import annotations

from gettext import NullTranslations
from typing import Any

from babel.support import Translations
from flask import Flask
from flask.templating import Environment
from jinja2 import Template, nodes
from jinja2.environment import TemplateModule
from jinja2.runtime import Context
from jinja2.visitor import NodeTransformer

from forum.config import ROOT

FOLDER = ROOT / "forum" / "translations"


class _Folder(NodeTransformer):
    def __init__(self, words: NullTranslations) -> None:
        self.words = words

    def visit_Call(self, node: nodes.Call, *args: Any, **kwargs: Any) -> nodes.Node:
        self.generic_visit(node, *args, **kwargs)
        plain = not (node.kwargs or node.dyn_args or node.dyn_kwargs) and len(node.args) == 1
        if plain and isinstance(node.node, nodes.Name) and node.node.name == "_":
            message = node.args[0]
            if isinstance(message, nodes.Const) and isinstance(message.value, str):
                text = self.words.gettext(message.value) % {}
                return nodes.MarkSafe(nodes.Const(text, lineno=node.lineno), lineno=node.lineno)
        return node


class _Template(Template):
    """A template whose macros are made once: none of ours looks at the page that imports it."""

    def _get_default_module(self, ctx: Context | None = None) -> TemplateModule:
        return super()._get_default_module()


class FoldingEnvironment(Environment):
    """Flask's environment for one language, `language` (English while it is the only one)."""

    template_class = _Template

    def __init__(self, app: Flask, **options: Any) -> None:
        super().__init__(app, **options)
        self.language = "en"

    def _generate(self, source: nodes.Template, *args: Any, **kwargs: Any) -> str:
        words = Translations.load(str(FOLDER), [self.language])
        return super()._generate(_Folder(words).visit(source), *args, **kwargs)
