"""Detectors of speech on loan: a call holds one only while its line is louder than noise.

One of Silero's networks takes 9 MB and 50 ms to make, more than all else a call needs; to make it
forget what it heard costs nothing. So there are as many as callers ever spoke at once, and a few
more, made by a thread while calls go on.
"""

from __future__ import annotations

import logging
import queue
import threading
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

log = logging.getLogger(__name__)

SPARE = 4
"Detectors kept ready for whoever speaks next: so many may begin within the time one is made in."


class Detector(Protocol):
    """Hears one stretch of sound at a time."""

    def push(self, frame: bytes) -> float:
        """As `voice_activity.VoiceActivity.push`."""
        ...

    def reset(self) -> None:
        """Forget everything: another caller's sound comes next."""
        ...


class Detectors:
    """A pool that grows and never shrinks. For any thread, and safe to use from `__del__`."""

    def __init__(self, make: Callable[[], Detector], spare: int = SPARE) -> None:
        """Make the first one at once. Raises whatever `make` raises."""
        self._make, self._spare = make, spare
        self._idle: queue.SimpleQueue[Detector] = queue.SimpleQueue()
        self._making = threading.Lock()
        self._idle.put(make())

    @property
    def idle(self) -> int:
        """How many are ready."""
        return self._idle.qsize()

    def lend(self) -> Detector:
        """One that remembers nothing.

        Where few are left, a thread makes more. Where none is, it is made here and now, for a call
        must hear the same whatever others do; this raises what `make` raises.
        """
        try:
            lent: Detector | None = self._idle.get_nowait()
        except queue.Empty:
            lent = None
        if self.idle < self._spare and self._making.acquire(blocking=False):
            threading.Thread(target=self._make_more, name="detectors", daemon=True).start()
        return self._make() if lent is None else lent

    def take_back(self, detector: Detector) -> None:
        """The stretch of sound is over."""
        detector.reset()
        self._idle.put(detector)

    def _make_more(self) -> None:
        try:
            while self.idle < self._spare:
                self._idle.put(self._make())
        except (ImportError, OSError, RuntimeError, MemoryError) as error:
            log.warning("no further speech detector could be made: %s", type(error).__name__)
        finally:
            self._making.release()
