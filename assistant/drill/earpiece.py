"""The caller's end of what is played to her: marks come back once their sound has been heard."""

from __future__ import annotations

from collections import deque


class Earpiece:
    """Plays one frame a tick, as the carrier does. Not shared between threads."""

    def __init__(self) -> None:
        self._queue: deque[tuple[str, int]] = deque()

    @property
    def silent(self) -> bool:
        """Whether everything that came has been heard."""
        return not self._queue

    def play(self, frames: int) -> None:
        """Queue so many frames of sound."""
        self._queue.append(("", frames))

    def mark(self, name: str) -> None:
        """Queue a mark behind the sound that came before it."""
        self._queue.append((name, 0))

    def clear(self) -> list[str]:
        """Drop what was not heard yet; the marks that come back at once."""
        marks = [name for name, _ in self._queue if name]
        self._queue.clear()
        return marks

    def tick(self) -> list[str]:
        """20 ms pass; the marks that come back."""
        back: list[str] = []
        budget = 1
        while self._queue:
            name, left = self._queue[0]
            if name:
                back.append(name)
            elif left > budget:
                self._queue[0] = ("", left - budget)
                break
            elif left:
                budget = 0
            self._queue.popleft()
        return back
