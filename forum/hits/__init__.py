"""Who reads what, counted without knowing who; when readers are unusually many, Magic."""

from forum.hits import models

__all__ = ["models"]
