"""Which promises cannot be kept any more, while there is still time to say so. Pure.

A promise slips when the work before it in its window's queue takes longer than the people on duty
have left until the window ends, or when nobody is left to ring. Work is reckoned as where windows
are planned: mean handling time with its reserve.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from assistant.callbacks.windows import Planning
from assistant.core.callback import Window


@dataclass(frozen=True, slots=True)
class Waiting:
    """A promise in its window's queue."""

    code: str
    window: Window
    turn: tuple[int, datetime, str]
    "What the queue is sorted by: `fairness.order`."
    begun: bool = False
    "She was rung in this window already, or is being rung: it is work, but slips no more."
    told: bool = False
    "She knows that it may slip."


@dataclass(frozen=True, slots=True)
class Slip:
    """A promise that will not be kept, and what may be offered to her instead."""

    code: str
    window: Window
    instead: tuple[Window, ...] = ()
    "At most three, the earliest first; she may also wait until somebody is free."


def slipping(
    waiting: Iterable[Waiting],
    minutes_left: Callable[[Window], float],
    planning: Planning,
    now: datetime,
) -> tuple[Slip, ...]:
    """The promises that slip at `now`, in the order they would have been rung.

    `minutes_left` tells the minutes of work that the people on duty have left in a window.
    """
    queues: dict[Window, list[Waiting]] = {}
    for each in waiting:
        if each.window.end > now:
            queues.setdefault(each.window, []).append(each)
    return tuple(
        Slip(each.code, window)
        for window in sorted(queues)
        for each in _beyond(queues[window], minutes_left(window) * planning.free_share, planning)
    )


def _beyond(queue: list[Waiting], minutes: float, planning: Planning) -> list[Waiting]:
    """Those whose turn does not come within so many minutes of work."""
    ordered = sorted(queue, key=lambda one: (not one.begun, one.turn))
    each_takes = timedelta(minutes=planning.handling_min * planning.reserve)
    left = timedelta(minutes=minutes)
    return [
        one for place, one in enumerate(ordered) if not one.begun and place * each_takes >= left
    ]
