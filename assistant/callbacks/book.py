"""The book of callbacks: `assistant.core.ports.CallbackBook` over store, roster and calendar.

What may be promised is reckoned here; that nothing is promised twice is the store's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import TYPE_CHECKING

from assistant.callbacks import slipping
from assistant.callbacks.events import Cancelled, Told
from assistant.callbacks.row import BEING_RUNG, Callback, wanted
from assistant.callbacks.safe_words import Pick, fresh, words_for
from assistant.callbacks.windows import AT_MOST, Opening, Planning, offers, openings
from assistant.core.callback import ENDED, Offers, Promise, Rung, Window, Wish

if TYPE_CHECKING:
    from assistant.callbacks.people import Staff
    from assistant.callbacks.roster import Roster
    from assistant.callbacks.slipping import Slip
    from assistant.callbacks.store import CallbackStore, Draw
    from assistant.core.interval import Interval

UNDECIDED = timedelta(hours=1)
"Whoever hung up without choosing a time is not rung sooner: she may still be about to choose."
FIRST_LOOK = 6
"Windows counted before all of them are."
SET_BACK = timedelta(hours=2)
"A clock set back by no more than this is corrected: what was over stays over."


class Book:
    """Promises windows. Called from worker threads."""

    def __init__(
        self,
        store: CallbackStore,
        roster: Roster,
        planning: Planning,
        words: Mapping[str, Sequence[str]],
        pick: Pick,
    ) -> None:
        """`words` are the safe words by language, the community's own first; `pick` is chance."""
        self._store, self._roster, self._planning = store, roster, planning
        self._words, self._pick = words, pick
        self._latest: datetime | None = None
        self._guard = Lock()

    @property
    def handling_min(self) -> float:
        """Minutes a callback is planned with."""
        return self._planning.handling_min

    def plan_with(self, handling_min: float) -> None:
        """Promise from now on as many as fit, each taking so many minutes."""
        self._planning = replace(self._planning, handling_min=handling_min)

    # -- what the dialogue asks -------------------------------------------------------------

    def offers(self, now: datetime, wanted: Interval | None = None) -> Offers:
        """Windows with room left, in the order of time, at most three; the wanted one if it has."""
        now, staff = self._steady(now), self._roster.staff()
        plan = openings(self._planning, staff, now)
        return self._offers(plan, staff, now, wanted)

    def ask(self, wish: Wish, now: datetime, offered: Sequence[Window] = ()) -> Promise:
        """Keep a wish without a time, so that it is not lost if she hangs up now.

        If she never chooses one, she is rung in the first window that leaves her an hour to.
        """
        now = self._steady(now)
        kept = self._store.keep(
            wanted(wish, now, offered, next_at=self._unasked(now)),
            now,
            "resident",
            self._draw(wish.phone, wish.language),
        )
        return _promise(kept, merged=kept.code != wish.code)

    def book(self, wish: Wish, window: Window, now: datetime) -> Promise | None:
        """Promise this window; `None` if it has no place left, or is none of the office's."""
        now = self._steady(now)
        kept = self._store.get(wish.code)
        if kept is not None and kept.window == window and kept.state not in ENDED:
            return _promise(kept)
        draw = self._draw(wish.phone, wish.language)
        found = self._store.reserve(
            wanted(wish, now), window, self._capacity(window, now), now, "resident", draw
        )
        return None if found is None else _promise(found, merged=found.code != wish.code)

    def change(self, code: str, window: Window, now: datetime) -> Promise | None:
        """Move a promise, with a new safe word; `None` where it cannot be moved."""
        now = self._steady(now)
        kept = self._store.get(code)
        if kept is None or kept.state in ENDED | BEING_RUNG | {"unknown"}:
            return None
        draw = self._draw(kept.phone, kept.language, kept.safe_word)
        found = self._store.reserve(
            kept, window, self._capacity(window, now), now, "resident", draw
        )
        return None if found is None or found.code != code else _promise(found)

    def cancel(self, code: str, now: datetime, why: str = "resident") -> Promise | None:
        """Take a promise back; what was taken back, with the word that is dead from now on."""
        step = self._store.apply(code, Cancelled(why), self._steady(now), cause=why)
        if step is None or not step.accepted:
            return None
        return replace(_promise(step.row), safe_word=step.row.safe_word)

    def reword(self, code: str, now: datetime, *, fresh: bool) -> Promise | None:
        """Another safe word for the same promise, or none; `None` where it is not open."""
        kept = self._store.get(code)
        if kept is None:
            return None
        draw = self._draw(kept.phone, kept.language, kept.safe_word) if fresh else None
        found = self._store.reword(code, draw, self._steady(now), "word")
        return None if found is None else _promise(found)

    def get(self, code: str) -> Promise | None:
        """One callback by its code; an ended one has no safe word any more."""
        found = self._store.get(code)
        return None if found is None else _promise(found)

    def open_for(self, phone: str) -> tuple[Promise, ...]:
        """What is promised to this telephone, the earliest window first."""
        return tuple(_promise(found) for found in self._store.open_for(phone))

    def rings(self, phone: str, since: datetime) -> tuple[Rung, ...]:
        """When we rang this telephone since then, the latest first."""
        return self._store.rings(phone, since)

    # -- what the house asks every minute ---------------------------------------------------

    def slipping(self, now: datetime) -> tuple[Slip, ...]:
        """Promises that cannot be kept any more and whose residents do not know it yet.

        Each comes with windows that still have room; say so with `told`.
        """
        now, staff = self._steady(now), self._roster.staff()
        end = now + timedelta(days=self._planning.days_ahead + 1)
        queue = self._store.queue(now, end)
        found = slipping.slipping(
            queue, lambda window: staff.minutes(window, now), self._planning, now
        )
        told = {one.code for one in queue if one.told}
        unheard = [slip for slip in found if slip.code not in told]
        if not unheard:
            return ()
        lost = {slip.window for slip in found}
        plan = [e for e in openings(self._planning, staff, now) if e.window not in lost]
        instead = self._offers(plan, staff, now).windows
        return tuple(replace(slip, instead=instead) for slip in unheard)

    def told(self, code: str, now: datetime) -> bool:
        """She is about to be told that her promise slips; false where she was told before."""
        step = self._store.apply(code, Told(), self._steady(now), cause="clock")
        return step is not None and step.accepted

    # -- parts ------------------------------------------------------------------------------

    def _offers(
        self, plan: Sequence[Opening], staff: Staff, now: datetime, wish: Interval | None = None
    ) -> Offers:
        """The offers of a plan; where no time was named, the first windows nearly always do."""
        useful = [each for each in plan if each.capacity]
        if wish is None and len(useful) > FIRST_LOOK:
            found = self._counted(useful[:FIRST_LOOK], staff, now, None)
            if len(found.windows) == AT_MOST:
                return found
        return self._counted(plan, staff, now, wish)

    def _counted(
        self, plan: Sequence[Opening], staff: Staff, now: datetime, wish: Interval | None
    ) -> Offers:
        taken = self._store.taken([each.window for each in plan if each.capacity])
        return offers(plan, taken, self._planning, staff, now, wish)

    def _capacity(self, window: Window, now: datetime) -> int:
        """How many callbacks this window holds from now on; 0 if it is none of the plan's."""
        plan = openings(self._planning, self._roster.staff(), now)
        return next((each.capacity for each in plan if each.window == window), 0)

    def _unasked(self, now: datetime) -> datetime | None:
        plan = openings(self._planning, self._roster.staff(), now)
        soonest = now + UNDECIDED
        first = next((e.window for e in plan if e.capacity and e.window.end > soonest), None)
        return None if first is None else max(first.start, soonest)

    def _draw(self, phone: str, language: str, last: str = "") -> Draw:
        """Draws a word nobody else was promised, and not the one this telephone had last."""
        before = self._store.latest(phone) if phone and not last else None
        had = last or ("" if before is None else before.safe_word)
        words = words_for(self._words, language)
        return lambda in_use: fresh(words, in_use, had, self._pick)

    def _steady(self, now: datetime) -> datetime:
        """`now` in UTC; a clock that was set back a little stands still until it has caught up."""
        now = now.astimezone(UTC)
        with self._guard:
            if self._latest is not None and now < self._latest <= now + SET_BACK:
                return self._latest
            self._latest = now
            return now


def _promise(row: Callback, *, merged: bool = False) -> Promise:
    return Promise(
        row.code,
        row.state,
        row.window,
        "" if row.state in ENDED else row.safe_word,
        row.phone,
        row.language,
        row.asked,
        merged,
    )
