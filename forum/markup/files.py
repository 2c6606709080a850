"""Finds the forum's own files that words name; refuses to know whether they exist."""

import re
from typing import Final

MAX_FILES: Final = 100
_NAMED: Final = re.compile(r"(?<![\w/.:-])/files/([1-9]\d{0,8})/", re.ASCII)
_NUMBER: Final = re.compile(r"/files/(\d{1,9})/", re.ASCII)


def files_in(source: str) -> frozenset[int]:
    """Numbers of files that `source` names, at most 100, in code or not."""
    found: set[int] = set()
    for one in _NAMED.finditer(source):
        found.add(int(one.group(1)))
        if len(found) == MAX_FILES:
            break
    return frozenset(found)


def number_of(address: str) -> int:
    """The number in the address of a file of ours; 0 in any other."""
    found = _NUMBER.match(address)
    return int(found.group(1)) if found else 0
