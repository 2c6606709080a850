"""What everybody reads of the whole: figures by day, what waits for an answer, what rises. Everybody reads the same."""

from forum.trends import models

__all__ = ["models"]
