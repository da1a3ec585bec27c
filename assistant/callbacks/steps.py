"""What every part of a callback's life has in common. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from assistant.callbacks.events import DeskNote, Effect, TellDesk, TextUnreached

if TYPE_CHECKING:
    from datetime import datetime

    from assistant.callbacks.row import Callback, Party
    from assistant.callbacks.rules import Rules
    from assistant.core.callback import State


@dataclass(frozen=True, slots=True)
class Step:
    """What an event made of a callback."""

    row: Callback
    effects: tuple[Effect, ...] = ()
    accepted: bool = True
    "Whether the event fitted the state; otherwise the callback is as it was."


def end(row: Callback, state: State, why: str, owner: str | None = None) -> Callback:
    """Nothing more is promised."""
    return replace(
        row, state=state, why=why, owner=owner, next_at=None, staff_ready=False, lost=None
    )


def wait(row: Callback, until: datetime) -> Step:
    """Nothing until then; or the end, if she took it back meanwhile."""
    if row.ending is not None:
        return Step(end(row, "cancelled", row.ending))
    state: State = "new"
    if row.spent:
        state = "no_answer"
    elif row.window is not None:
        state = "booked"
    elif row.offered:
        state = "offered"
    return Step(
        replace(row, state=state, next_at=until, owner=None, staff_ready=False, lost=None, why=None)
    )


def rung_in_vain(row: Callback, now: datetime, rules: Rules) -> Step:
    """Her telephone was rung and she was not reached: again later, or a person decides.

    Inside the window as often as the rules say, once more on the next workday.
    """
    if row.ending is not None:
        return Step(end(row, "cancelled", row.ending))
    if row.extra_day:
        step = given_up(row, "unreached")
        return Step(step.row, (TextUnreached(), *step.effects))
    again = max(now, row.rung_at or now) + rules.apart
    if row.window is not None:
        again = max(again, row.window.start)
    if row.spent < rules.rings_in_window and _fits(row, again, now, rules):
        return wait(row, again)
    like = None if row.window is None else row.window.start
    return wait(replace(row, extra_day=True), rules.next_day(now, like))


def _fits(row: Callback, again: datetime, now: datetime, rules: Rules) -> bool:
    """Whether a ring at `again` still lies in what was promised."""
    return rules.same_day(again, now) if row.window is None else again < row.window.end


def given_up(row: Callback, why: str) -> Step:
    """A person has to decide."""
    note: DeskNote = "answered_unseen" if why == "answered_unseen" else "unreached"
    given = replace(end(row, "unreached", why), ending=None)
    return Step(given, (TellDesk(note),))


def lost(row: Callback, party: Party) -> bool:
    """Whether it is this party's ring nobody knows of."""
    return row.state == "unknown" and row.lost == party
