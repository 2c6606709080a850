"""Markdown to safe HTML: the only room that knows the sanitisers; refuses to read or keep anything itself."""

from forum.markup.files import files_in
from forum.markup.markdown import RENDERER, Rendered, render
from forum.markup.mentions import handles_in
from forum.markup.plain import plain
from forum.markup.quoting import excerpt, quote
from forum.markup.sanitise import sanitise

__all__ = ["RENDERER", "Rendered", "excerpt", "files_in", "handles_in", "plain", "quote", "render", "sanitise"]
