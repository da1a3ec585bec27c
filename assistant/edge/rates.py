"""How often something may happen: counted by key over the last stretch of time, in memory.

The moment is an argument, so a test needs no waiting. (The kept library `limits` reads the clock of
the machine itself and starts a thread for every store, hence these few lines.)
"""

from __future__ import annotations

import ipaddress
import threading
from collections import deque
from typing import Final

KEYS: Final = 10_000
"Remembered at once; beyond it those that came longest ago are forgotten."
NETWORK: Final = 64
"Bits of an IPv6 address that one subscriber has for himself: the rest he makes up as he likes."


class Rate:
    """Counts what each key did in the last `within_s` seconds. May be used from any thread."""

    def __init__(self, most: int, within_s: float) -> None:
        """More than `most` of one key within `within_s` seconds is too often."""
        self._most, self._within_s = most, within_s
        self._seen: dict[str, deque[float]] = {}
        self._guard = threading.Lock()

    def take(self, key: str, at: float) -> bool:
        """Count one more at `at` seconds of any clock; whether it is within the measure."""
        with self._guard:
            seen = self._recent(key, at)
            if len(seen) >= self._most:
                return False
            seen.append(at)
            return True

    def reached(self, key: str, at: float) -> bool:
        """Whether one more would be too many; counts nothing."""
        with self._guard:
            return key in self._seen and len(self._recent(key, at)) >= self._most

    def _recent(self, key: str, at: float) -> deque[float]:
        seen = self._seen.pop(key, deque())
        while seen and seen[0] <= at - self._within_s:
            seen.popleft()
        self._seen[key] = seen
        while len(self._seen) > KEYS:
            del self._seen[next(iter(self._seen))]
        return seen


def origin(address: str) -> str:
    """Whom an address counts as: itself, or the network of an IPv6 address; else as written."""
    try:
        known = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(known, ipaddress.IPv4Address):
        return str(known)
    if known.ipv4_mapped is not None:
        return str(known.ipv4_mapped)
    return str(ipaddress.ip_network((known, NETWORK), strict=False))


def is_here(address: str) -> bool:
    """Whether an address is this machine's own."""
    try:
        return ipaddress.ip_address(address.partition("%")[0]).is_loopback
    except ValueError:
        return False
