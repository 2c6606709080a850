"""Slows whoever writes too fast, without knowing who: buckets in memory, one a door, one a network address under a key that lasts a day."""

from __future__ import annotations

import hashlib
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


DOOR: Final = Rate(40, 6)
ADDRESS: Final = Rate(10, 20)


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
            wanted = [(self._bucket(f"{what} door {door}", DOOR, at), DOOR)]
            wanted.append((self._bucket(f"{what} address {address}", ADDRESS, at), ADDRESS))
            seconds = max((1 - bucket.tokens) * rate.seconds for bucket, rate in wanted)
            if seconds > NEARLY:
                return math.ceil(seconds - NEARLY)
            for bucket, _rate in wanted:
                bucket.tokens -= 1
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
