"""Whether a stream's frames are taken in when they are due. PURE: the moment is an argument.

Twilio sends a frame every 20 ms and discards audio when we are slow to take it (31930). A frame is
due 20 ms after the one before, counted from the most punctual so far; while a call is busy with a
turn its own frames wait on purpose, and that is no lateness.
"""

from __future__ import annotations

from dataclasses import dataclass

from assistant.core.ports import FRAME_MS

LATE_S = 0.06
"Three frames, as many as are waited for when one is missing."
FRAME_S = FRAME_MS / 1000


@dataclass(slots=True)
class Punctuality:
    """One stream's. Moments are seconds of any clock that never goes back."""

    _first: float | None = None
    "When frame 0 would have been due."
    _count: int = 0
    _excused: float = 0.0

    def late(self, now: float) -> bool:
        """Take note of one frame; whether it is late."""
        if self._first is None:
            self._first = now
        behind = now - self._first - self._count * FRAME_S
        self._count += 1
        if behind < 0:
            self._first += behind
            behind = 0.0
        self._excused = min(self._excused, behind)
        return behind - self._excused > LATE_S

    def excuse(self, seconds: float) -> None:
        """The call itself was busy for so long; the frames that waited are caught up with."""
        self._excused += seconds
