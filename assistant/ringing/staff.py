"""What members of staff do with a callback at the desk: take it, ring it, say what came of it.

Every deed is one event of the callback's life, decided in the transaction that writes it down: of
two people at one row, one is told that she was too late. Called from worker threads.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from assistant.callbacks import events
from assistant.callbacks.fairness import due_by
from assistant.callbacks.outcomes import Given, Outcome, as_outcome
from assistant.callbacks.row import BEING_RUNG
from assistant.core.callback import ENDED

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from assistant.callbacks.events import Event
    from assistant.callbacks.outcomes import OutcomeStore
    from assistant.callbacks.row import Callback, Line, Ring
    from assistant.callbacks.worklist import Worklist
    from assistant.core.callback import Window
    from assistant.promises import Promises
    from assistant.ringing.clock import Ringing
    from assistant.ringing.notes import RingNotes
    from assistant.ringing.records import Record

Refused = Literal[
    "gone",
    "taken",
    "in_use",
    "no_telephone",
    "her_own",
    "not_now",
    "carrier",
    "waits",
    "no_room",
    "spent",
]
"""Why a deed was not done: no such callback; a colleague has it; a telephone is in use for it; who
asks is on no roster; the roster has the resident's own number; too early, too soon after another
ring, or too often; the carrier refused; an outcome waits to be carried out; no place is left; the
calls of today are used up."""
Decision = Literal["retry", "visit", "close"]
DECISIONS: Final[tuple[Decision, ...]] = ("retry", "visit", "close")
JUMPS: Final = ("frail", "medicine", "waits_long", "our_mistake")
"Why somebody is put before the others; a choice, so that nobody's words stand in the history."


@dataclass(frozen=True, slots=True)
class Item:
    """Everything about one callback."""

    row: Callback
    history: tuple[Line, ...]
    rings: tuple[Ring, ...]
    given: tuple[Given, ...]
    offers: tuple[Window, ...]
    "Windows with room: what can be promised instead."
    record: Record


class CallbackDesk:
    """The callbacks as the desk has them."""

    def __init__(
        self,
        promises: Promises,
        worklist: Worklist,
        outcomes: OutcomeStore,
        ringing: Ringing,
        notes: RingNotes,
        record: Callable[[Callback], Record],
    ) -> None:
        self._promises, self.worklist, self.outcomes = promises, worklist, outcomes
        self._ringing, self._notes, self._record = ringing, notes, record
        self._store = promises.store

    jumps = JUMPS
    decisions = DECISIONS

    def get(self, code: str) -> Callback | None:
        """One callback, ended or not."""
        return self._store.get(code.replace(" ", "").upper())

    def item(self, row: Callback, now: datetime) -> Item:
        """What is known of it."""
        code, standing = row.code, row.state not in BEING_RUNG | {"cancelled"}
        return Item(
            row,
            self._store.history(code),
            self._store.rings_of(code),
            self.outcomes.of(code),
            self._promises.book.offers(now).windows if standing else (),
            self._record(row),
        )

    # -- deeds ------------------------------------------------------------------------------

    def claim(self, code: str, by: str, now: datetime) -> Refused | None:
        """Take it; it is then not rung by itself for a while. Twice by the same person is once."""
        step = self._store.apply(code, events.StaffClaimed(by), now, cause="desk")
        if step is None or step.row.state in ENDED:
            return "gone"
        if step.accepted:
            return None
        return "in_use" if step.row.state in BEING_RUNG else "taken"

    def release(self, code: str, by: str, now: datetime) -> Refused | None:
        """Give it back to the others."""
        return self._decide(code, events.StaffReleased(by), now)

    def jump(self, code: str, by: str, why: str, now: datetime) -> Refused | None:
        """Put it before the others, for a reason."""
        return self._decide(code, events.Jumped(by, why), now)

    def settle(self, code: str, now: datetime, *, rang: bool) -> Refused | None:
        """Somebody has found out whether the lost ring took place."""
        found = events.Reconciled(found=rang, answered=False, over=True)
        return self._decide(code, found, now)

    def decide(
        self, code: str, decision: Decision, by: str, why: str, now: datetime
    ) -> Refused | None:
        """What becomes of somebody who was not reached."""
        return self._decide(code, events.StaffDecision(decision, by, why), now)

    def _decide(self, code: str, event: Event, now: datetime) -> Refused | None:
        step = self._store.apply(code, event, now, cause="desk")
        if step is None:
            return "gone"
        self._notes.follow(step, now)
        return None if step.accepted else "in_use" if step.row.state in BEING_RUNG else "not_now"

    def ring(self, code: str, by: str, now: datetime) -> Refused | None:
        """Ring the telephone of whoever asks, and then the resident's."""
        row = self._store.get(code)
        if row is None:
            return "gone"
        if row.owner not in {None, by}:
            return "taken"
        if self.outcomes.waiting((code,)):
            return "waits"
        if row.owner is None and (refused := self.claim(code, by, now)) is not None:
            return refused
        return self._ringing.ring_for(code, by, now)

    # -- outcomes ---------------------------------------------------------------------------

    def give(
        self, row: Callback, outcome: Outcome, by: str, note: str, now: datetime, window: str = ""
    ) -> Refused | None:
        """Say what it came to; carried out a few seconds later."""
        if row.owner not in {None, by} and row.state not in ENDED:
            return "taken"
        if row.state in BEING_RUNG or row.state == "cancelled":
            return "in_use"
        if row.state not in ENDED and (refused := self.claim(row.code, by, now)) is not None:
            return refused
        chosen = self._window(window, now) if outcome == "another_time" else None
        if outcome == "another_time" and chosen is None:
            return "no_room"
        kept = self.outcomes.give(row.code, outcome, by, note, now, chosen)
        return None if kept else "waits"

    def _window(self, start: str, now: datetime) -> Window | None:
        offered = self._promises.book.offers(now).windows
        return next((one for one in offered if one.start.isoformat() == start), None)

    def sayable(self, row: Callback) -> tuple[Outcome, ...]:
        """The outcomes that fit how it stands, once it has not been said."""
        return may_be_said(row)

    def due_by(self, row: Callback) -> datetime:
        """By when she should have been rung."""
        return due_by(row)

    def take_back(self, code: str, by: str, now: datetime) -> Given | None:
        """Undo what was said a moment ago; what it was, or `None` where it is too late."""
        return self.outcomes.take_back(code, by, now)

    def mark(self) -> str:
        """Another text after every change of any callback."""
        return f"{self.worklist.mark()} {self.outcomes.mark()}"


def may_be_said(row: Callback) -> tuple[Outcome, ...]:
    """The outcomes that fit how it stands."""
    if row.state in BEING_RUNG or row.state == "cancelled":
        return ()
    names = ("settled", "more", "not_reached", "wrong_number", "another_time")
    left_out = {"not_reached"} if row.state == "done" else set()
    if row.state == "unknown":
        left_out |= {"another_time"}
    found = (as_outcome(name) for name in names if name not in left_out)
    return tuple(one for one in found if one is not None)
