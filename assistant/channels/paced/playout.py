"""Outbound sound: prompts queued whole, given out in frames of 20 ms, with their marks. PURE.

The line has no buffer of a carrier behind it that would say what was played. A mark comes back with
the frame that ends its prompt, neither sooner nor later.
"""

from __future__ import annotations

from collections import deque

from assistant.channels.paced.g711 import SILENCE
from assistant.core.ports import FRAME_BYTES

LONGEST = 900 * 50 * FRAME_BYTES
"A quarter of an hour of sound; more is never queued."


class Playout:
    """The queue of one call."""

    def __init__(self) -> None:
        self._queue: deque[tuple[bytes, str]] = deque()
        self._at = 0
        self._back: list[str] = []
        self._bytes = 0

    def play(self, audio: bytes, mark: str = "") -> None:
        """Queue mu-law of any length; the last frame is filled up with silence."""
        if self._bytes + len(audio) > LONGEST:
            audio = b""
        self._bytes += len(audio)
        self._queue.append((audio, mark))

    def clear(self) -> None:
        """Drop what is queued; its marks come back at once."""
        self._back += [mark for _, mark in self._queue if mark]
        self._queue.clear()
        self._at = self._bytes = 0

    def frame(self) -> bytes | None:
        """The next 20 ms of mu-law; `None` when nothing is queued."""
        self._settle()
        if not self._queue:
            return None
        audio, _ = self._queue[0]
        frame = audio[self._at : self._at + FRAME_BYTES]
        self._at += FRAME_BYTES
        self._settle()
        return frame if len(frame) == FRAME_BYTES else (frame + SILENCE)[:FRAME_BYTES]

    def _settle(self) -> None:
        """Give back the marks of what has been played to its end."""
        while self._queue and self._at >= len(self._queue[0][0]):
            audio, mark = self._queue.popleft()
            self._at, self._bytes = 0, self._bytes - len(audio)
            if mark:
                self._back.append(mark)

    def returned(self) -> list[str]:
        """The marks that have come back since this was last asked."""
        back, self._back = self._back, []
        return back
