"""When something is: a half-open stretch of time with its zone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Grain = Literal["instant", "window", "day", "open"]


@dataclass(frozen=True, slots=True)
class Interval:
    """`start` inclusive, `end` exclusive, both with a zone; an open end is `None`.

    `grain` says how it was meant: an instant (start == end), a window of hours, whole days,
    or open ("after the holiday").
    """

    start: datetime | None
    end: datetime | None
    grain: Grain = "window"

    def covers(self, moment: datetime) -> bool:
        """Whether `moment` lies inside; an instant covers only itself."""
        if self.grain == "instant":
            return moment == self.start
        after_start = self.start is None or moment >= self.start
        before_end = self.end is None or moment < self.end
        return after_start and before_end
