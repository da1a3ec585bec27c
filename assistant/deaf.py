"""Hearing nothing, at next to no cost: the listening half of a call that goes by keys only.

It stands in for `listening.Listening`: it counts the frames until the caller has been silent for
too long, and opens no ear.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from assistant.core.ports import FRAME_MS
from assistant.speech.endpointing import EndpointSettings, Heard

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from assistant.core.turn import Utterance
    from assistant.speech.audio import Samples


class Deaf:
    """One call's waiting for keys. Used by one task."""

    languages: tuple[str, ...] = ()
    "Nothing is heard in any."
    lost = False
    "Nothing is missed: the caller was told to use the keys."
    in_turn = False
    "Nobody is ever in the middle of saying something."
    load = 0.0
    syllables = 0
    silence_ms = 0

    def __init__(self, settings: EndpointSettings) -> None:
        self.wait_for_turn(settings)

    def wait_for_turn(self, settings: EndpointSettings) -> None:
        """Wait for a key from the next frame on."""
        self._frames = 0
        self._longest = settings.start_ms // FRAME_MS

    def adjust(self, settings: EndpointSettings) -> None:
        """Nothing is being said that could be waited for otherwise."""

    def hold(self) -> None:
        """Nothing was begun."""

    def latest(self, _frames: int) -> Samples:
        """No sound is kept."""
        return np.zeros(0, np.int16)

    def push(self, _ulaw: bytes) -> Heard | None:
        """Count one frame; says once when no key has come within the time to start."""
        self._frames += 1
        return Heard("no_speech", self._frames) if self._frames == self._longest else None

    def open(
        self,
        begun: Heard,
        languages: Iterable[str],
        vocabulary: str,
        more: Mapping[str, Sequence[str]],
    ) -> None:
        """Open nothing."""

    async def finish(self) -> tuple[list[Utterance], float]:
        """Nothing was heard and nothing was spent."""
        return [], 0.0
