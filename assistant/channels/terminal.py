"""A line without a telephone: plays on the call's own clock, as fast as the machine can.

`run.py call` and the tests drive it frame by frame; one frame is 20 ms.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from assistant.core.ports import FRAME_BYTES


@dataclass(slots=True)
class TerminalLine:
    """Carries nothing anywhere; remembers what it was asked to do."""

    queue: deque[tuple[str, int]] = field(default_factory=deque)
    "Marks and the frames still to be played before each comes back."
    cleared: list[str] = field(default_factory=list)
    ended: bool = False
    transferred: str | None = None

    async def play(self, audio: bytes, mark: str) -> None:
        """Queue audio; its length is all that counts here."""
        self.queue.append((mark, -(-len(audio) // FRAME_BYTES)))

    async def clear(self) -> None:
        """Drop what is queued; the marks come back with the next frame."""
        self.cleared.extend(mark for mark, _ in self.queue)
        self.queue.clear()

    async def hang_up(self) -> None:
        """End the call."""
        self.ended = True

    async def transfer(self, number: str) -> None:
        """Put the caller through."""
        self.transferred = number
        self.ended = True

    async def leave(self) -> bool:
        """Nothing stands behind a terminal."""
        return False

    def tick(self) -> list[str]:
        """Let one frame pass; the marks that come back with it."""
        back, self.cleared = self.cleared, []
        if self.queue:
            mark, left = self.queue.popleft()
            if left > 1:
                self.queue.appendleft((mark, left - 1))
            else:
                back.append(mark)
        return back
