"""Search: finds what was said, in any language. Refuses to find what the asker may not read."""

from forum.search import models  # noqa: F401
