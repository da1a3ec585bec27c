"""A value that is looked up again only after a moment.

Every sentence of every conversation asks whether the directory has changed; at a hundred texts a
second most of the work for an answer would be that question.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Generic, TypeVar

Value = TypeVar("Value")


class Recent(Generic[Value]):
    """Keeps what `look_up` returned for `seconds`; 0 looks every time. Safe from several threads.

    Two threads that find it too old at the same time both look; what was asked last stays.
    """

    def __init__(
        self,
        look_up: Callable[[], Value],
        seconds: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`clock` counts seconds and never goes back."""
        self._look_up = look_up
        self._seconds = seconds
        self._clock = clock
        self._held: tuple[float, Value] | None = None

    def get(self) -> Value:
        """The value as it was at most `seconds` ago. Raises what `look_up` raises."""
        held = self._held
        if held is not None and self._clock() - held[0] < self._seconds:
            return held[1]
        asked = self._clock()
        found = self._look_up()
        held = self._held
        if held is None or held[0] <= asked:  # a slow look does not undo a later one
            self._held = (asked, found)
        return found

    def forget(self) -> None:
        """Look again the next time: this process has changed what is looked up."""
        self._held = None
