"""Forms sent by several browsers in the same moment."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from tests.conftest import Browser


def at_once(browsers: Sequence[Browser], path: str, forms: Sequence[dict[str, str]]) -> list[Any]:
    """Sends one form from each browser in the same moment; the answers, in the browsers' order."""
    together = threading.Barrier(len(browsers))

    def send(one: Browser, data: dict[str, str]) -> Any:
        together.wait()
        return one.client.post(path, data=data)

    with ThreadPoolExecutor(len(browsers)) as pool:
        return list(pool.map(send, browsers, forms))
