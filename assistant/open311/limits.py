"""How often one address may ask."""

from __future__ import annotations

import threading
from collections import deque
from typing import Final

MINUTE_S: Final = 60.0
ADDRESSES: Final = 10_000
"Remembered at once; beyond it those that asked longest ago are forgotten."


class PerMinute:
    """Counts what an address did in the last minute. May be used from any thread."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._asked: dict[str, deque[float]] = {}
        self._guard = threading.Lock()

    def wait_s(self, address: str, tick: float) -> float:
        """Count one more at `tick` seconds; 0, or after how long it may be asked again."""
        with self._guard:
            asked = self._asked.pop(address, deque())
            while asked and asked[0] <= tick - MINUTE_S:
                asked.popleft()
            self._asked[address] = asked
            if len(asked) >= self._most:
                return asked[0] + MINUTE_S - tick
            asked.append(tick)
            while len(self._asked) > ADDRESSES:
                del self._asked[next(iter(self._asked))]
            return 0.0
