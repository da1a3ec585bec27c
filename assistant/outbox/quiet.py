"""When a text may be sent: at night and at noon only what she asked for, or what cannot wait. Pure.

Wall-clock times of the site; a night over a change of clocks ends when the clock on the wall says
so (SENIOR 2, 3).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from assistant.core.texts import TextKind

STILL_ANSWERING = timedelta(minutes=10)
"An answer that comes within ten minutes is still part of the conversation, at any hour."


@dataclass(frozen=True, slots=True)
class QuietTime:
    """From one time of day to another, the end not included; may run over midnight."""

    start: time
    end: time

    def holds(self, moment: time) -> bool:
        """Whether this time of day is quiet."""
        if self.start <= self.end:
            return self.start <= moment < self.end
        return moment >= self.start or moment < self.end


def earliest(
    kind: TextKind, asked: datetime, now: datetime, quiet: Sequence[QuietTime], zone: ZoneInfo
) -> datetime:
    """The first moment from `now` on at which a text of this kind may be sent."""
    if kind in {"alarm", "chosen"}:
        return now
    if kind == "answer" and now - asked <= STILL_ANSWERING:
        return now
    moment = now
    for _ in range(len(quiet) + 1):
        local = moment.astimezone(zone)
        holding = next((item for item in quiet if item.holds(local.time())), None)
        if holding is None:
            return moment
        moment = _next(local, holding.end, zone)
    return moment


def _next(local: datetime, at: time, zone: ZoneInfo) -> datetime:
    """The next moment at which the clock on the wall says `at`."""
    days = 0 if local.time() < at else 1
    date = local.date() + timedelta(days=days)
    return datetime.combine(date, at, tzinfo=zone)


def quiet_times(spans: Sequence[tuple[str, str]]) -> tuple[QuietTime, ...]:
    """From pairs of `HH:MM`. Raises `ValueError` for anything else."""
    return tuple(
        QuietTime(time.fromisoformat(start), time.fromisoformat(end)) for start, end in spans
    )
