"""Who looks at which callback now: a short lease for each open page, renewed while it is open."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from typing import Final

LEASE: Final = timedelta(seconds=30)
"An open page says every 10 s that it is there (`static/watch.js`)."
MOST: Final = 2000
"Pages remembered at most; then those whose lease is over are forgotten."


class Presence:
    """In memory: one process serves every desk. May be used from any thread."""

    def __init__(self) -> None:
        self._until: dict[tuple[str, str], datetime] = {}
        self._guard = threading.Lock()

    def here(self, code: str, name: str, now: datetime) -> None:
        """This person has the page of that callback open."""
        with self._guard:
            if len(self._until) > MOST:
                self._until = {at: until for at, until in self._until.items() if until > now}
            self._until[code, name] = now + LEASE

    def gone(self, code: str, name: str) -> None:
        """This person has left it."""
        with self._guard:
            self._until.pop((code, name), None)

    def at(self, code: str, now: datetime, apart_from: str = "") -> tuple[str, ...]:
        """Who else has it open."""
        with self._guard:
            found = [
                name
                for (where, name), until in self._until.items()
                if where == code and name != apart_from and until > now
            ]
        return tuple(sorted(found))

    def mark(self, now: datetime) -> list[str]:
        """Another value whenever somebody came or left."""
        with self._guard:
            return sorted(
                f"{code} {name}" for (code, name), til in self._until.items() if til > now
            )
