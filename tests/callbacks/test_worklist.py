"""What the desk asks of callbacks and outcomes, on SQLite and on a real PostgreSQL server."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from assistant.callbacks import events
from assistant.callbacks.claims import Claims
from assistant.callbacks.fairness import due_by
from assistant.callbacks.outcomes import UNDO, OutcomeStore
from assistant.callbacks.store import CallbackStore
from assistant.callbacks.worklist import VIEWS, Worklist
from tests.callbacks.rows import LATER, NOW, RULES, WINDOW, wanted

if TYPE_CHECKING:
    from assistant.callbacks.row import Callback
    from assistant.core.callback import Window
    from assistant.database import Database

MINUTE = timedelta(minutes=1)


@pytest.fixture
def store(any_database: Database) -> CallbackStore:
    """An empty store."""
    return CallbackStore(any_database, RULES)


@pytest.fixture
def worklist(any_database: Database) -> Worklist:
    """The views over the same database."""
    return Worklist(any_database)


@pytest.fixture
def outcomes(any_database: Database) -> OutcomeStore:
    """The outcomes over the same database."""
    return OutcomeStore(any_database)


def booked(store: CallbackStore, number: int = 1, window: Window = WINDOW) -> Callback:
    """A promise."""
    found = store.reserve(wanted(number, safe_word="桂花"), window, 100, NOW, "test")
    assert found is not None
    return found


def codes(rows: tuple[Callback, ...]) -> list[str]:
    """Their codes, in order."""
    return [row.code for row in rows]


def test_pages_follow_each_other_by_what_is_due(store: CallbackStore, worklist: Worklist) -> None:
    """Sorted by the end of the promise, then by code; nothing twice, nothing left out."""
    kept = [booked(store, n, LATER if n % 2 else WINDOW) for n in range(1, 8)]
    expected = sorted(kept, key=lambda row: (due_by(row), row.code))
    seen: list[str] = []
    while len(page := worklist.page("all", "a", NOW, seen[-1] if seen else "", 3)) > 0:
        seen += codes(page)
    assert seen == codes(tuple(expected))


def test_every_view_counts_what_it_shows(store: CallbackStore, worklist: Worklist) -> None:
    """Taken, not taken, without a time, over: each stands where it belongs."""
    mine, free = booked(store, 1), booked(store, 2, LATER)
    offered = store.keep(wanted(3), NOW, "test")
    over = booked(store, 4)
    store.apply(mine.code, events.StaffClaimed("a"), NOW, cause="test")
    store.apply(over.code, events.Cancelled(), NOW, cause="test")
    shown = {view: set(codes(worklist.page(view, "a", NOW))) for view in VIEWS}
    assert shown["all"] == {mine.code, free.code, offered.code}
    assert shown["mine"] == {mine.code}
    assert shown["free"] == {free.code, offered.code}
    assert shown["waiting"] == {offered.code}
    assert shown["unreached"] == set()
    assert mine.code in {*codes(worklist.page("overdue", "a", WINDOW.end + MINUTE))}
    assert mine.code in {*codes(worklist.page("soon", "a", WINDOW.end - MINUTE))}
    assert worklist.counts("a", NOW) == {view: len(rows) for view, rows in shown.items()}


def test_a_talk_over_the_line_waits_for_its_outcome(
    store: CallbackStore, worklist: Worklist, outcomes: OutcomeStore
) -> None:
    """In the list of whoever talked, until something is said of it, for a day."""
    row = booked(store)
    store.apply(row.code, events.StaffDialled("a", "talked"), NOW, cause="test")
    assert codes(worklist.to_finish("a", NOW)) == [row.code]
    assert worklist.to_finish("b", NOW) == ()
    assert worklist.to_finish("a", NOW + timedelta(days=2)) == ()
    outcomes.give(row.code, "settled", "a", "", NOW)
    assert worklist.to_finish("a", NOW) == ()


def test_one_outcome_at_a_time_and_only_its_giver_takes_it_back(outcomes: OutcomeStore) -> None:
    """Ten seconds long; what was carried out stays."""
    assert outcomes.give("GH000001", "more", "a", "x", NOW, WINDOW)
    assert not outcomes.give("GH000001", "settled", "b", "", NOW)
    assert outcomes.take_back("GH000001", "b", NOW) is None
    assert outcomes.ripe(NOW + UNDO - MINUTE) == ()
    assert outcomes.take_back("GH000001", "a", NOW + UNDO) is None
    (given,) = outcomes.ripe(NOW + UNDO)
    assert (given.outcome, given.note, given.window) == ("more", "x", WINDOW)
    outcomes.carried_out(given)
    assert outcomes.ripe(NOW + UNDO) == ()
    assert outcomes.give("GH000001", "settled", "b", "", NOW + MINUTE)
    assert [one.nth for one in outcomes.of("GH000001")] == [1, 2]
    assert outcomes.take_back("GH000001", "b", NOW + MINUTE) is not None


def test_what_staff_take_is_rung_by_nobody_else(
    store: CallbackStore, any_database: Database
) -> None:
    """Made due and held in one transaction, so that the clock never comes in between."""
    claims, row = Claims(any_database, RULES), booked(store)
    store.apply(row.code, events.StaffClaimed("a"), WINDOW.start, cause="test")
    assert claims.take(row.code, "b", WINDOW.start, 60) is None
    taken = claims.take(row.code, "a", WINDOW.start, 60)
    assert taken is not None
    assert (taken.callback.state, taken.callback.owner) == ("due", "a")
    assert claims.claim("clock", 60) is None
    assert claims.intend(row.code, taken.attempt, "staff", taken.fence, WINDOW.start, by="a")


def test_the_hour_of_the_last_ring_counts_once_the_promised_ones_were_in_vain() -> None:
    """Without a promise it is the working day after which she has waited long enough."""
    row = replace(wanted(), window=WINDOW, next_at=LATER.start)
    assert due_by(row) == WINDOW.end
    assert due_by(replace(row, extra_day=True)) == LATER.start
    assert due_by(replace(row, window=None, lifts_at=LATER.end)) == LATER.end
