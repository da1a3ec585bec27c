"""The part of a callback's life that people decide: promised, moved, taken back, settled. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.callbacks.row import BEING_RUNG, WAITING
from assistant.callbacks.steps import Step, end, rung_in_vain, wait
from assistant.core.callback import ENDED

if TYPE_CHECKING:
    from datetime import datetime

    from assistant.callbacks.events import (
        Aged,
        Booked,
        Cancelled,
        Jumped,
        Moved,
        Offered,
        Reworded,
        StaffClaimed,
        StaffDecision,
        StaffDialled,
        StaffReady,
        StaffReleased,
        Told,
        Withdrawn,
    )
    from assistant.callbacks.row import Callback
    from assistant.callbacks.rules import Rules

MAY_BE_BOOKED = frozenset({"new", "offered", "unreached"})
MAY_BE_MOVED = frozenset({"booked", "due", "no_answer"})


def offered(row: Callback, event: Offered, now: datetime, rules: Rules) -> Step | None:
    """She has heard these times."""
    del now, rules
    if row.state not in {"new", "offered"}:
        return None
    return Step(replace(row, state="offered", offered=event.windows))


def booked(row: Callback, event: Booked, now: datetime, rules: Rules) -> Step | None:
    """A window is promised to someone who had none, or whom nobody reached."""
    del now, rules
    return _promised(row, event) if row.state in MAY_BE_BOOKED else None


def moved(row: Callback, event: Moved, now: datetime, rules: Rules) -> Step | None:
    """A promise goes elsewhere, unless a telephone is in use for it."""
    del now, rules
    return _promised(row, event) if row.state in MAY_BE_MOVED else None


def reworded(row: Callback, event: Reworded, now: datetime, rules: Rules) -> Step | None:
    """The promise stays, and what was rung for it."""
    del now, rules
    if row.state not in MAY_BE_MOVED | {"unreached"}:
        return None
    return Step(replace(row, safe_word=event.safe_word))


def _promised(row: Callback, event: Booked | Moved) -> Step:
    priority = "P2" if row.priority == "P3" else row.priority
    fresh = replace(afresh(row), window=event.window, safe_word=event.safe_word, priority=priority)
    return wait(fresh, event.window.start)


def afresh(row: Callback) -> Callback:
    """The rings of an earlier promise no longer count, though their numbers stay used."""
    return replace(row, spent=0, extra_day=False, rung_at=None, staff_tries=0, told=None)


def cancelled(row: Callback, event: Cancelled, now: datetime, rules: Rules) -> Step | None:
    """At once; a ring that is on goes to its end first."""
    del now, rules
    return _taken_back(row, event.why)


def withdrawn(row: Callback, event: Withdrawn, now: datetime, rules: Rules) -> Step | None:
    """As a cancellation, for good reasons of its own."""
    del event, now, rules
    return _taken_back(row, "withdrawn")


def _taken_back(row: Callback, why: str) -> Step | None:
    if row.state in ENDED or (row.state in BEING_RUNG and row.ending is not None):
        return None
    if row.state in BEING_RUNG:
        return Step(replace(row, ending=why))
    return Step(end(row, "cancelled", why))


def aged(row: Callback, event: Aged, now: datetime, rules: Rules) -> Step | None:
    """P3 counts as P2 once it has waited a working day."""
    del event, rules
    if row.state in ENDED or row.priority != "P3" or row.lifts_at is None or now < row.lifts_at:
        return None
    return Step(replace(row, priority="P2"))


def jumped(row: Callback, event: Jumped, now: datetime, rules: Rules) -> Step | None:
    """Only with a reason."""
    del now, rules
    if row.state in ENDED or not event.why.strip():
        return None
    return Step(replace(row, jump_reason=event.why.strip()))


def told(row: Callback, event: Told, now: datetime, rules: Rules) -> Step | None:
    """Once for a promise; a new promise may be told of again."""
    del event, rules
    if row.state not in MAY_BE_MOVED or row.told is not None:
        return None
    return Step(replace(row, told=now))


def staff_claimed(row: Callback, event: StaffClaimed, now: datetime, rules: Rules) -> Step | None:
    """Kept from being rung by itself for a while; what stands with a person only gets a name."""
    free = row.owner in {None, event.by} and row.state not in BEING_RUNG | ENDED
    if not free:
        return None
    if row.state not in WAITING | {"due"} or (row.state != "due" and row.next_at is None):
        return Step(replace(row, owner=event.by))
    until = now + rules.kept_by_hand
    step = wait(row, until if row.next_at is None else max(row.next_at, until))
    return Step(replace(step.row, owner=event.by))


def staff_released(row: Callback, event: StaffReleased, now: datetime, rules: Rules) -> Step | None:
    """Back to the others, at once or when its time comes."""
    if row.owner != event.by or row.state in BEING_RUNG | ENDED:
        return None
    free = replace(row, owner=None)
    if row.state in {"booked", "no_answer"} and row.next_at is not None and not row.extra_day:
        return Step(replace(free, next_at=_soonest(row, now, rules)))
    return Step(free)


def _soonest(row: Callback, now: datetime, rules: Rules) -> datetime:
    """When it would be rung had nobody taken it."""
    begins = now if row.window is None else max(now, row.window.start)
    return begins if row.rung_at is None else max(begins, row.rung_at + rules.apart)


def staff_ready(row: Callback, event: StaffReady, now: datetime, rules: Rules) -> Step | None:
    """Due now, for whoever has it: within her window, or put first with a reason.

    Never too soon after another ring, nor once the rings of the promise are used up.
    """
    if row.owner != event.by or row.state not in WAITING | {"due"} or row.ending:
        return None
    early = row.window is not None and now < row.window.start and row.jump_reason is None
    spent = row.spent >= rules.rings_in_window + int(row.extra_day)
    too_soon = row.rung_at is not None and now < row.rung_at + rules.apart
    if early or spent or too_soon:
        return None
    return Step(replace(row, state="due", next_at=None))


def staff_dialled(row: Callback, event: StaffDialled, now: datetime, rules: Rules) -> Step | None:
    """A ring made by hand counts like any other."""
    if row.state in BEING_RUNG | ENDED:
        return None
    rung = replace(
        row, attempt=row.attempt + 1, spent=row.spent + 1, rung_at=now, staff_tries=0, lost=None
    )
    if event.outcome == "talked":
        return Step(end(rung, "done", "talked", event.by))
    if row.state == "unreached":
        return Step(replace(rung, owner=None))
    return rung_in_vain(rung, now, rules)


def staff_decided(row: Callback, event: StaffDecision, now: datetime, rules: Rules) -> Step | None:
    """A named person, with a reason; never while a telephone is in use."""
    del rules
    if row.state in BEING_RUNG | ENDED or not (event.why.strip() and event.by.strip()):
        return None
    match event.decision:
        case "close":
            return Step(end(row, "done", "closed", event.by))
        case "visit":
            return Step(end(row, "done", "visit", event.by))
        case "retry":
            fresh = afresh(row)
            if event.window is None:
                return wait(fresh, now)
            return wait(replace(fresh, window=event.window), event.window.start)
