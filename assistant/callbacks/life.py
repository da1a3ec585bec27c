"""The life of a callback: (row, event, now) to the next row and what is to be done. Pure.

Carriers report late, twice and out of order, and staff press buttons at the same time: an event
that does not fit the state changes nothing and is written down all the same. What may ring is
decided by state and attempt number; the time only delays.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from assistant.callbacks import events, promising, telephoning
from assistant.callbacks.row import BEING_RUNG, WAITING, WITH_A_PERSON, Callback
from assistant.callbacks.rules import Rules
from assistant.callbacks.steps import Step
from assistant.core.callback import ENDED

if TYPE_CHECKING:
    from datetime import datetime

    from assistant.callbacks.events import Event

__all__ = ["Callback", "Rules", "Step", "advance", "stands"]

_STEPS: dict[type, Callable[[Callback, Any, datetime, Rules], Step | None]] = {
    events.Offered: promising.offered,
    events.Booked: promising.booked,
    events.Moved: promising.moved,
    events.Cancelled: promising.cancelled,
    events.Withdrawn: promising.withdrawn,
    events.Aged: promising.aged,
    events.Jumped: promising.jumped,
    events.Told: promising.told,
    events.StaffClaimed: promising.staff_claimed,
    events.StaffReleased: promising.staff_released,
    events.StaffDialled: promising.staff_dialled,
    events.StaffDecision: promising.staff_decided,
    events.WindowOpened: telephoning.window_opened,
    events.Deferred: telephoning.deferred,
    events.StaffReady: promising.staff_ready,
    events.StaffRung: telephoning.staff_rung,
    events.StaffAnswered: telephoning.staff_answered,
    events.StaffDidNotAnswer: telephoning.staff_away,
    events.StaffRefused: telephoning.staff_away,
    events.ResidentRung: telephoning.resident_rung,
    events.ResidentAnswered: telephoning.resident_answered,
    events.WordSaid: telephoning.word_said,
    events.Reworded: promising.reworded,
    events.MachineAnswered: telephoning.machine_answered,
    events.NoAnswer: telephoning.no_answer,
    events.Talked: telephoning.talked,
    events.DroppedEarly: telephoning.dropped_early,
    events.LostTrack: telephoning.lost_track,
    events.Reconciled: telephoning.reconciled,
    events.DayEnded: telephoning.day_ended,
}
DEFAULT_RULES = Rules()


def advance(row: Callback, event: Event, now: datetime, rules: Rules = DEFAULT_RULES) -> Step:
    """The row after `event`, its version one higher, and what is to be done.

    An event that does not fit gives the row back with `accepted` false; its version still grows,
    because the event is written down.
    """
    found = _STEPS[type(event)](row, event, now, rules)
    step = found if found is not None else Step(row, accepted=False)
    version = replace(step.row, version=row.version + 1, updated=now)
    return Step(version, step.effects, step.accepted)


def stands(row: Callback) -> bool:
    """Whether something or somebody is going to move this callback, or it has ended.

    Always true; a promise for which it were false would be lost.
    """
    if row.state in ENDED | WITH_A_PERSON | BEING_RUNG or row.state == "due":
        return True
    wants_a_time = row.state in {"new", "offered"}
    return row.state in WAITING and (row.next_at is not None or wants_a_time)
