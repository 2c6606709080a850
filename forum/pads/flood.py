"""Slows whoever writes too fast, without knowing who: buckets in memory, one a door, one a network address under a key that lasts a day."""

from __future__ import annotations

import hashlib
import ipaddress
import math
import secrets
import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Final, NamedTuple

DAY: Final = 86400
NEARLY: Final = 1e-6
"""Sixths of a token do not add up to a whole one."""
MOST: Final = 20_000
"""Buckets kept; the oldest go first."""


class Rate(NamedTuple):
    """At most `burst` at once, and one more every `seconds`."""

    burst: int
    seconds: float


DOOR: Final = Rate(240, 3)
ADDRESS: Final = Rate(10, 20)
A_WHILE: Final = 60
"""Seconds that a full door says to wait, whatever is true: the exact ones would tell when others wrote."""


def network(address: str) -> str:
    """What one host can write from: an IPv4 address, or a /64 of IPv6."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(found) if found.version == 4 else str(ipaddress.ip_network((found, 64), strict=False))


@dataclass
class Bucket:
    """Tokens left at a moment."""

    tokens: float
    at: float


@dataclass
class Flood:
    """The buckets of one process."""

    _lock: threading.Lock = field(default_factory=threading.Lock)
    _buckets: OrderedDict[bytes, Bucket] = field(default_factory=OrderedDict)
    _day: int = -1
    _key: bytes = b""

    def wait(self, what: str, door: str, address: str, at: float) -> int:
        """0 when one more of `what` may be written now, and takes its tokens; else the seconds to wait. `at`: Unix seconds."""
        with self._lock:
            if at // DAY != self._day:
                self._day, self._key = int(at // DAY), secrets.token_bytes(32)
                self._buckets.clear()
            mine = self._bucket(f"{what} address {network(address)}", ADDRESS, at)
            theirs = self._bucket(f"{what} door {door}", DOOR, at)
            seconds = (1 - mine.tokens) * ADDRESS.seconds
            if seconds > NEARLY:
                return math.ceil(seconds - NEARLY)
            if theirs.tokens < 1:
                return A_WHILE
            mine.tokens -= 1
            theirs.tokens -= 1
            return 0

    def _bucket(self, name: str, rate: Rate, at: float) -> Bucket:
        key = hashlib.blake2b(name.encode("utf-8", "replace"), key=self._key, digest_size=16).digest()
        found = self._buckets.pop(key, None) or Bucket(rate.burst, at)
        found.tokens = min(rate.burst, found.tokens + max(0.0, at - found.at) / rate.seconds)
        found.at = at
        self._buckets[key] = found
        while len(self._buckets) > MOST:
            self._buckets.popitem(last=False)
        return found
