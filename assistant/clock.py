"""The one source of `now`. Tests and the simulator move it; it never goes back."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo


class ServiceClock:
    """The machine's clock in the site's zone, plus what the simulator added."""

    def __init__(self, timezone: str) -> None:
        self._zone = ZoneInfo(timezone)
        self._ahead = timedelta()
        self._guard = threading.Lock()

    def now(self) -> datetime:
        """The present moment, with the site's zone."""
        return datetime.now(self._zone) + self._ahead

    def advance(self, by: timedelta) -> datetime:
        """Move forward. Raises `ValueError` for a negative step."""
        if by < timedelta():
            raise ValueError("the clock cannot go back; advance it by zero seconds or more")
        with self._guard:
            self._ahead += by
        return self.now()

    def outside(self, moment: datetime) -> datetime:
        """What the clock on the wall showed, or earlier, when this one stood at `moment`."""
        return moment - self._ahead

    def set_to(self, moment: datetime) -> datetime:
        """Move forward to `moment`. Raises `ValueError` if that lies behind."""
        return self.advance(moment - self.now())


class ConversationClock:
    """Stands at a given moment and runs only with the conversation's own time."""

    def __init__(self, start: datetime) -> None:
        self._at = start
        self.running: Callable[[], datetime] | None = None
        "While a call is on, its audio clock."

    def now(self) -> datetime:
        """The moment the conversation has reached."""
        if self.running is not None:
            self._at = max(self._at, self.running())
        return self._at

    def advance(self, by: timedelta) -> datetime:
        """Let time pass between two texts."""
        self._at = self.now() + by
        return self._at
