"""The part of a callback's life in which telephones ring: staff first, then the resident. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.callbacks.events import NeutralMessage, RingResident, RingStaff, TellDesk
from assistant.callbacks.row import WAITING
from assistant.callbacks.steps import Step, end, given_up, lost, rung_in_vain, wait

if TYPE_CHECKING:
    from datetime import datetime

    from assistant.callbacks.events import (
        DayEnded,
        Deferred,
        DroppedEarly,
        LostTrack,
        MachineAnswered,
        NoAnswer,
        Reconciled,
        ResidentAnswered,
        ResidentRung,
        StaffAnswered,
        StaffDidNotAnswer,
        StaffRefused,
        StaffRung,
        Talked,
        WindowOpened,
        WordSaid,
    )
    from assistant.callbacks.row import Callback
    from assistant.callbacks.rules import Rules
    from assistant.core.callback import State


def window_opened(row: Callback, event: WindowOpened, now: datetime, rules: Rules) -> Step | None:
    """Staff should ring from now on."""
    del event, rules
    if row.state not in WAITING or row.next_at is None or now < row.next_at:
        return None
    return Step(replace(row, state="due", next_at=None, owner=None), (RingStaff(),))


def deferred(row: Callback, event: Deferred, now: datetime, rules: Rules) -> Step | None:
    """Due, but not now."""
    del rules
    return wait(row, event.until) if row.state == "due" and event.until > now else None


def staff_rung(row: Callback, event: StaffRung, now: datetime, rules: Rules) -> Step | None:
    """A staff telephone rings."""
    del now, rules
    if row.state != "due":
        return None
    return Step(replace(row, state="ringing_staff", owner=event.by, staff_ready=False))


def staff_answered(row: Callback, event: StaffAnswered, now: datetime, rules: Rules) -> Step | None:
    """Now the resident, unless she took it back while staff were being rung."""
    del now, rules
    if not (row.state == "ringing_staff" or lost(row, "staff")) or row.staff_ready:
        return None
    if row.ending is not None:
        return Step(end(row, "cancelled", row.ending))
    ready = replace(row, state="ringing_staff", owner=event.by, staff_ready=True, lost=None)
    return Step(ready, (RingResident(row.attempt + 1),))


def staff_away(
    row: Callback, event: StaffDidNotAnswer | StaffRefused, now: datetime, rules: Rules
) -> Step | None:
    """Staff are rung again later; it is no attempt on the resident."""
    del event
    if not (row.state == "ringing_staff" or lost(row, "staff")):
        return None
    tries = row.staff_tries + 1
    step = wait(replace(row, staff_tries=tries), now + rules.staff_pause(tries))
    if tries != rules.desk_hears_at:
        return step
    return Step(step.row, (TellDesk("staff_do_not_answer"),))


def resident_rung(row: Callback, event: ResidentRung, now: datetime, rules: Rules) -> Step | None:
    """Only with staff on the line, within the number of rings, and not too soon after another."""
    del event
    if row.state != "ringing_staff" or not row.staff_ready or row.ending is not None:
        return None
    if row.spent >= rules.rings_in_window + int(row.extra_day):
        return None
    if row.rung_at is not None and now < row.rung_at + rules.apart:
        return None
    rung = replace(row, attempt=row.attempt + 1, spent=row.spent + 1, rung_at=now, staff_tries=0)
    return Step(replace(rung, state="ringing_resident"))


def _her_telephone(row: Callback) -> bool:
    return row.state == "ringing_resident" or lost(row, "resident")


def resident_answered(
    row: Callback, event: ResidentAnswered, now: datetime, rules: Rules
) -> Step | None:
    """They talk."""
    del event, now, rules
    return Step(replace(row, state="talking", lost=None)) if _her_telephone(row) else None


def word_said(row: Callback, event: WordSaid, now: datetime, rules: Rules) -> Step | None:
    """Nothing changes; the history knows that whatever has her telephone has heard it."""
    del event, now, rules
    return Step(row) if row.state == "talking" else None


def machine_answered(
    row: Callback, event: MachineAnswered, now: datetime, rules: Rules
) -> Step | None:
    """As no answer, with a message; may be found out only after staff were put through."""
    del event
    if not _her_telephone(row) and row.state != "talking":
        return None
    step = rung_in_vain(row, now, rules)
    return Step(step.row, (NeutralMessage(), *step.effects))


def no_answer(row: Callback, event: NoAnswer, now: datetime, rules: Rules) -> Step | None:
    """Whatever the reason, she was not reached."""
    del event
    return rung_in_vain(row, now, rules) if _her_telephone(row) else None


def talked(row: Callback, event: Talked, now: datetime, rules: Rules) -> Step | None:
    """The promise is kept; the report that she answered may never have come."""
    del event, now, rules
    if not _her_telephone(row) and row.state != "talking":
        return None
    return Step(end(row, "done", "talked", row.owner))


def dropped_early(row: Callback, event: DroppedEarly, now: datetime, rules: Rules) -> Step | None:
    """As no answer."""
    del event
    if not _her_telephone(row) and row.state != "talking":
        return None
    return rung_in_vain(row, now, rules)


def lost_track(row: Callback, event: LostTrack, now: datetime, rules: Rules) -> Step | None:
    """Nothing rings any more until the carrier or a person says what became of it."""
    del now, rules
    ringing = "ringing_staff" if event.party == "staff" else "ringing_resident"
    if row.state != ringing or (event.party == "staff" and row.staff_ready):
        return None
    if row.ending is not None:
        return Step(end(row, "cancelled", row.ending))
    unknown = replace(row, state="unknown", lost=event.party, why="unknown_ring")
    return Step(unknown, (TellDesk("unknown_ring"),))


def reconciled(row: Callback, event: Reconciled, now: datetime, rules: Rules) -> Step | None:
    """The carrier's list, or a person, settles a lost ring.

    A ring to the resident that never took place keeps its number: should the carrier have been
    slow to list it, no other ring follows within the pause.
    """
    if lost(row, "staff"):
        if event.found and not event.over:
            return Step(replace(row, state="ringing_staff", lost=None, why=None))
        return wait(row, now + rules.staff_pause(1))
    if not lost(row, "resident"):
        return None
    if not event.found or (event.over and not event.answered):
        return _not_reached(row, now, rules, rang=event.found)
    if event.over:
        return given_up(row, "answered_unseen")
    state: State = "talking" if event.answered else "ringing_resident"
    return Step(replace(row, state=state, lost=None, why=None))


def _not_reached(row: Callback, now: datetime, rules: Rules, *, rang: bool) -> Step:
    """As no answer; but she is not told that we rang if we did not."""
    if row.extra_day and not rang:
        return given_up(row, "never_rang")
    return rung_in_vain(row, now, rules)


def day_ended(row: Callback, event: DayEnded, now: datetime, rules: Rules) -> Step | None:
    """What was not rung today goes to the next workday, at its hour; the desk is told."""
    del event
    today = row.next_at is not None and (row.next_at <= now or rules.same_day(row.next_at, now))
    if row.state != "due" and not (row.state in WAITING and today):
        return None
    like = None if row.window is None else row.window.start
    later = replace(row, extra_day=row.extra_day or row.spent > 0)
    step = wait(later, rules.next_day(now, like))
    return Step(step.row, (TellDesk("not_rung_today"),))
