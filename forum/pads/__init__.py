"""WC-BBS: doors, topics, sheets and notes without an author. Knows no person: nothing here may import accounts."""

from forum.pads import models  # noqa: F401  (tables must be known)
