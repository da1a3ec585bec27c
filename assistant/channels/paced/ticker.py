"""The clock of a line's sound: every 20 ms each leg sends a frame and takes one in.

One clock serves all calls, so that a hundred of them wake the process fifty times a second and not
five thousand times. Moments are reckoned from the first, so no lateness adds up.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Protocol

from prometheus_client import Counter, Histogram

from assistant.core.ports import FRAME_MS

log = logging.getLogger(__name__)

frames_sent = Counter("assistant_line_frames", "Frames of 20 ms that lines were due to send.")
frames_late = Counter("assistant_line_frames_late", "Of these, sent over 20 ms after their time.")
lateness = Histogram(
    "assistant_line_lateness_seconds",
    "How long after its time a tick of the lines' clock came.",
    buckets=(0.001, 0.002, 0.005, 0.01, 0.02, 0.04, 0.06, 0.1, 0.2, 0.5),
)
FRAME_S = FRAME_MS / 1000
GIVE_UP_S = 0.4
"So far behind, what was missed is not made up for: receivers hold back no more than that."


class Ticking(Protocol):
    """What lives by the clock."""

    def tick(self) -> None:
        """20 ms have passed."""
        ...


class Ticker:
    """Ticks while anything lives by it."""

    def __init__(self) -> None:
        self._living: dict[int, Ticking] = {}
        self._wanted = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin, on the running loop."""
        self._task = asyncio.get_running_loop().create_task(self._run())

    def stop(self) -> None:
        """End."""
        if self._task is not None:
            self._task.cancel()

    def add(self, living: Ticking) -> None:
        """Tick it from now on."""
        self._living[id(living)] = living
        self._wanted.set()

    def remove(self, living: Ticking) -> None:
        """Tick it no more."""
        self._living.pop(id(living), None)
        if not self._living:
            self._wanted.clear()

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await self._wanted.wait()
            due = loop.time()
            while self._living:
                await asyncio.sleep(max(0.0, due - loop.time()))
                late = loop.time() - due
                self._tick(late)
                due += FRAME_S if late < GIVE_UP_S else late

    def _tick(self, late: float) -> None:
        lateness.observe(max(0.0, late))
        frames_sent.inc(len(self._living))
        if late > FRAME_S:
            frames_late.inc(len(self._living))
        for living in tuple(self._living.values()):
            try:
                living.tick()
            except Exception:
                log.exception("a call's clock failed; it is left to itself")
                self.remove(living)
