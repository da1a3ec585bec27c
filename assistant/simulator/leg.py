"""One telephone that the loopback carrier rings: what its owner does, and what is done to it.

The carrier's threads and the telephone's own requests meet here; every change wakes whoever waits.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

LegStatus = Literal[
    "queued", "ringing", "in-progress", "completed", "busy", "no-answer", "failed", "canceled"
]
"Twilio's words for how a call stands."
OVER: Final = frozenset({"completed", "busy", "no-answer", "failed", "canceled"})
KEPT: Final = 30
"Sentences a telephone can still be asked for."


class HungUpError(Exception):
    """The call is over; what was being done with it stops."""


class RedirectedError(Exception):
    """The call was given other TwiML; what was being done with it stops."""


@dataclass(frozen=True, slots=True)
class Said:
    """One sentence of a call."""

    number: int
    "1, 2, 3 … within the call."
    text: str
    language: str


class Leg:
    """One telephone in one call. Thread-safe; several legs share one `changed`."""

    def __init__(
        self,
        sid: str,
        caller: str,
        number: str,
        began: datetime,
        changed: threading.Condition,
        *,
        parent: str | None = None,
    ) -> None:
        self.sid, self.caller, self.number, self.parent = sid, caller, number, parent
        self.began = began
        self.status: LegStatus = "queued"
        self.answered_by: Literal["human", "machine_start", "unknown"] = "human"
        self.ordered: str | None = None
        "TwiML given over REST and not yet begun."
        self.bridged = self.was_bridged = False
        "Whether another telephone is on the line, and whether one ever was."
        self.left = False
        "Whether it was given other TwiML while another telephone waited for it."
        self.asks_for_keys = False
        self._changed = changed
        self._said: list[Said] = []
        self._heard = self._count = 0
        self._keys = ""
        self._answered_at: float | None = None
        self._over_at = 0.0

    # -- the telephone's owner --------------------------------------------------------------

    def answer(self, by: Literal["human", "machine_start", "unknown"] = "human") -> bool:
        """Take the call; whether it was still ringing."""
        with self._changed:
            if self.status != "ringing":
                return False
            self.status, self.answered_by = "in-progress", by
            self._answered_at = time.monotonic()
            self._changed.notify_all()
            return True

    def press(self, digit: str) -> None:
        """One key."""
        with self._changed:
            self._keys += digit
            self._changed.notify_all()

    def hear(self, number: int) -> None:
        """Everything up to this sentence was heard."""
        with self._changed:
            self._heard = max(self._heard, number)
            self._changed.notify_all()

    def said(self, after: int) -> list[Said]:
        """Sentences later than the `after`-th."""
        with self._changed:
            return [item for item in self._said if item.number > after]

    # -- the carrier ------------------------------------------------------------------------

    @property
    def over(self) -> bool:
        """Whether the call has ended, however."""
        return self.status in OVER

    @property
    def seconds(self) -> int:
        """For how long it was answered."""
        if self._answered_at is None:
            return 0
        until = self._over_at if self.over else time.monotonic()
        return round(until - self._answered_at)

    def end(self, status: LegStatus = "completed") -> bool:
        """End the call; whether it was not over yet. A ringing one ends as not answered."""
        with self._changed:
            if self.over:
                return False
            unanswered = self._answered_at is None and status == "completed"
            self.status, self._over_at = "canceled" if unanswered else status, time.monotonic()
            self.bridged = False
            self._changed.notify_all()
            return True

    def order(self, twiml: str) -> bool:
        """Have it follow other TwiML; whether it is still going on."""
        with self._changed:
            if self.status != "in-progress":
                return False
            self.ordered = twiml
            self._changed.notify_all()
            return True

    def leave(self) -> None:
        """Part from the other telephone, which need not wait any more."""
        with self._changed:
            self.left = True
            self._changed.notify_all()

    def take_order(self) -> str | None:
        """The other TwiML, once."""
        with self._changed:
            ordered, self.ordered = self.ordered, None
            return ordered

    def begin_ringing(self) -> None:
        """Its bell rings."""
        with self._changed:
            if self.status == "queued":
                self.status = "ringing"
                self._changed.notify_all()

    def until_answered(self, seconds: float) -> bool:
        """Let it ring for so long; whether it was taken up."""
        self._wait(lambda: self.status != "ringing", seconds)
        return self.status == "in-progress"

    def say(self, text: str, language: str, seconds: float, *, cut_by_key: bool = False) -> None:
        """Say one sentence: done when the telephone has heard it, or after `seconds`."""
        with self._changed:
            self._count += 1
            number = self._count
            self._said = [*self._said[-KEPT + 1 :], Said(number, text, language)]
            self._changed.notify_all()
        self._goes_on(lambda: self._heard >= number or (cut_by_key and self._keys != ""), seconds)

    def pause(self, seconds: float) -> None:
        """Be silent."""
        self._goes_on(lambda: False, seconds)

    def forget_keys(self) -> None:
        """Keys pressed so far answered no question."""
        with self._changed:
            self._keys, self.asks_for_keys = "", True

    def keys(self, count: int, seconds: float) -> str:
        """Up to `count` keys, each awaited for so long."""
        try:
            while len(self._keys) < count:
                had = len(self._keys)
                if not self._goes_on(lambda had=had: len(self._keys) > had, seconds):  # type: ignore[misc]  # a default argument
                    break
            return self._keys[:count]
        finally:
            self.asks_for_keys = False

    def stay(self, while_: Callable[[], bool]) -> None:
        """Go on talking until `while_` no longer holds, or the call ends or is redirected."""
        self._goes_on(lambda: not while_(), None)

    def _goes_on(self, done: Callable[[], bool], seconds: float | None) -> bool:
        """Wait until done; raises `HungUpError` or `RedirectedError` when it cannot go on."""
        reached = self._wait(lambda: self.over or self.ordered is not None or done(), seconds)
        if self.over:
            raise HungUpError
        if self.ordered is not None:
            raise RedirectedError
        return reached

    def _wait(self, done: Callable[[], bool], seconds: float | None) -> bool:
        with self._changed:
            return self._changed.wait_for(done, seconds)
