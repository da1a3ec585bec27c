"""Who is rung first: the class, then whoever waits longest (SENIOR 3). Pure.

Neither channel nor manner nor how often somebody asked has a place here; asking again finds the
callback one has, with the moment it was first asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date, datetime

    from assistant.callbacks.row import Callback
    from assistant.callbacks.rules import Rules
    from assistant.core.callback import Priority

RANKS: dict[Priority, int] = {"P0": 0, "P1": 2, "P2": 3, "P3": 4}
JUMPED = 1
"Put forward by a person, with a reason: after danger to life, before everything else."


def rank(priority: Priority, *, jumped: bool) -> int:
    """The class as a number, the lowest first."""
    return min(RANKS[priority], JUMPED) if jumped else RANKS[priority]


def order(callback: Callback) -> tuple[int, datetime, str]:
    """What claims sort by; the code decides between two that were asked for at one moment."""
    jumped = callback.jump_reason is not None
    return rank(callback.priority, jumped=jumped), callback.asked, callback.code


def due_by(callback: Callback) -> datetime:
    """By when she should have been rung: what the desk sorts by.

    The end of what was promised; the hour of the last ring, once the promised ones were in vain;
    without a promise, when she has waited a working day.
    """
    if callback.extra_day and callback.next_at is not None:
        return callback.next_at
    if callback.window is not None:
        return callback.window.end
    return callback.lifts_at or callback.asked


def lifts_at(asked: datetime, rules: Rules) -> datetime:
    """When a P3 has waited one working day: the same time of the next workday."""
    local = asked.astimezone(rules.zone)
    day: date = rules.next_workday(local.date())
    return local.replace(year=day.year, month=day.month, day=day.day).astimezone(asked.tzinfo)
