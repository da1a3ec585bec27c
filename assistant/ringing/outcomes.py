"""Carries out what staff say a callback came to, once it can no longer be taken back.

A process may end in the middle: the history names the outcome as the cause of each step, so a
second go takes no step twice.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

from assistant.alarm_clock import Look
from assistant.callbacks import events
from assistant.core.callback import Wish
from assistant.core.errors import AssistantError

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from assistant.callbacks.events import Event
    from assistant.callbacks.outcomes import Given, OutcomeStore
    from assistant.callbacks.row import Callback
    from assistant.promises import Promises
    from assistant.ringing.notes import RingNotes
    from assistant.ringing.texts import RingTexts

log = logging.getLogger(__name__)

LOOK_EVERY_S: Final = 2
WRONG_NUMBER: Final = "wrong_number"


class Outcomes:
    """The steps of each outcome."""

    def __init__(
        self,
        promises: Promises,
        outcomes: OutcomeStore,
        notes: RingNotes,
        texts: RingTexts,
        next_code: Callable[[], str],
    ) -> None:
        """`next_code` names a new promise to somebody whose callback is over."""
        self._promises, self._outcomes = promises, outcomes
        self._notes, self._texts, self._next_code = notes, texts, next_code

    def carry_out(self, now: datetime) -> int:
        """Do what is old enough; how many there were."""
        ripe = self._outcomes.ripe(now)
        for given in ripe:
            row = self._promises.store.get(given.code)
            if row is not None:
                self._do(given, row, now)
            self._outcomes.carried_out(given)
        return len(ripe)

    def _do(self, given: Given, row: Callback, now: datetime) -> None:
        lines = self._promises.store.history(given.code)
        if any(line.cause == given.cause and line.accepted for line in lines):
            return
        match given.outcome:
            case "settled" | "more":
                self._apply(given, events.StaffDialled(given.by, "talked"), now)
            case "not_reached":
                self._apply(given, events.StaffDialled(given.by, "no_answer"), now)
            case "wrong_number":
                self._promises.store.apply(
                    given.code, events.StaffDialled(given.by, "failed"), now, cause="desk"
                )
                self._apply(given, events.StaffDecision("close", given.by, WRONG_NUMBER), now)
            case "another_time":
                self._move(given, row, now)

    def _apply(self, given: Given, event: Event, now: datetime) -> None:
        step = self._promises.store.apply(given.code, event, now, cause=given.cause)
        self._notes.follow(step, now)

    def _move(self, given: Given, row: Callback, now: datetime) -> None:
        """The new window, and a text that says so; where no place is left, the desk hears of it."""
        if given.window is None:
            return
        book = self._promises.book
        if row.state == "done":
            promise = book.book(_again(row, self._next_code()), given.window, now)
        else:
            promise = book.change(given.code, given.window, now)
        moved = None if promise is None else self._promises.store.get(promise.code)
        if moved is None:
            self._notes.tell_desk(row, "wants_a_time", now)
        else:
            again = moved.code != given.code
            self._notes.promised(moved, "callback.booked" if again else "callback.changed", now)
            self._texts.moved(moved, now)


def look_for(outcomes: Outcomes, now: Callable[[], datetime]) -> Look:
    """What makes it look every few seconds; what fails is logged, and tried in the next look."""

    def look() -> None:
        try:
            outcomes.carry_out(now())
        except (AssistantError, OSError) as error:
            log.error("outcomes wait for the next look: %s", error)  # noqa: TRY400 - the sentence says it

    return Look("outcomes", LOOK_EVERY_S, look)


def _again(row: Callback, code: str) -> Wish:
    """A talk is over and another one is wanted: a promise of its own."""
    return Wish(
        code,
        row.phone,
        row.language,
        row.intent,
        row.words,
        row.channel,
        row.conversation,
        row.priority,
    )
