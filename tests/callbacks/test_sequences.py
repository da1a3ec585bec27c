"""No sequence of events whatever rings her twice, rings her too often, or loses a promise."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from assistant.callbacks import events
from assistant.callbacks.events import Event
from assistant.callbacks.life import advance, stands
from assistant.core.callback import ENDED, Window
from tests.callbacks.rows import NOW, RULES, wanted

REPORTS: tuple[Event, ...] = (
    events.StaffAnswered("a"),
    events.StaffDidNotAnswer(),
    events.StaffRefused(),
    events.ResidentAnswered(),
    events.WordSaid(),
    events.MachineAnswered(),
    events.NoAnswer("no_answer"),
    events.NoAnswer("failed"),
    events.Talked(30),
    events.DroppedEarly(),
)
"What carriers report, in any order, twice, late or never."
HOUSE: tuple[Event, ...] = (
    events.WindowOpened(),
    events.StaffRung("a"),
    events.LostTrack("staff"),
    events.LostTrack("resident"),
    events.Reconciled(found=False),
    events.Reconciled(found=True, answered=False, over=True),
    events.Reconciled(found=True, answered=True, over=True),
    events.Reconciled(found=True, answered=True, over=False),
    events.DayEnded(),
    events.Reworded("茉莉"),
    events.Aged(),
)
PEOPLE: tuple[Event, ...] = (
    events.StaffClaimed("a"),
    events.StaffReleased("a"),
    events.StaffReady("a"),
    events.Jumped("a", "alone"),
    events.StaffDecision("retry", "a", "she asked"),
    events.StaffDecision("close", "a", "settled"),
    events.Cancelled(),
    events.Withdrawn(),
)


class Life(RuleBasedStateMachine):
    """One callback, and every ring to the resident that its life allowed."""

    def __init__(self) -> None:
        super().__init__()
        self.row, self.now = wanted(), NOW
        self.rung: list[int] = []
        self.in_promise = 0
        self.last_ring = NOW - timedelta(days=9)

    def happen(self, event: Event) -> None:
        """Advance, and hold what must be true of any step."""
        before, step = self.row, advance(self.row, event, self.now, RULES)
        if not step.accepted:
            assert step.row.state == before.state
        if before.state in ENDED:
            assert not step.accepted
        if step.accepted and isinstance(event, events.ResidentRung):
            assert before.state == "ringing_staff"
            assert before.ending is None
            self.rung.append(step.row.attempt)
            self.in_promise += 1
            assert self.now >= self.last_ring + RULES.apart
            self.last_ring = self.now
        self.row = step.row

    @rule(minutes=st.sampled_from((-60, 1, 5, 21, 60, 24 * 60)))
    def time_passes(self, minutes: int) -> None:
        """Or is set back by an hour."""
        self.now += timedelta(minutes=minutes)

    @rule(event=st.sampled_from(REPORTS + HOUSE))
    def something_happens(self, event: Event) -> None:
        """From the carrier or the clock."""
        self.happen(event)

    @rule()
    def she_is_rung(self) -> None:
        """Somebody tries; the life decides."""
        self.happen(events.ResidentRung())

    @rule()
    def staff_ring_through(self) -> None:
        """The usual way, so that sequences come far."""
        if self.row.next_at is not None and self.now < self.row.next_at:
            self.now = self.row.next_at
        for event in (*HOUSE[:2], REPORTS[0], events.ResidentRung()):
            self.happen(event)

    @precondition(lambda self: self.row.state != "talking")
    @rule(event=st.sampled_from(PEOPLE))
    def a_person_acts(self, event: Event) -> None:
        """Staff or she; a new try by a person counts afresh."""
        before = self.row.version, self.row.spent
        self.happen(event)
        if isinstance(event, events.StaffDecision) and self.row.spent == 0 and before[1] > 0:
            self.a_new_promise()

    @rule(hours=st.integers(1, 30))
    def she_chooses_a_time(self, hours: int) -> None:
        """Books, or moves her promise."""
        start = self.now + timedelta(hours=hours)
        window = Window(start, start + timedelta(hours=2))
        for event in (events.Booked(window, "桂花"), events.Moved(window, "桂花")):
            spent = self.row.spent
            self.happen(event)
            if self.row.spent < spent:
                self.a_new_promise()

    def a_new_promise(self) -> None:
        """Its rings are counted afresh; she or a person asked for them."""
        self.in_promise = 0
        self.last_ring = NOW - timedelta(days=9)

    @invariant()
    def no_attempt_rings_twice(self) -> None:
        """The numbers of the rings only grow."""
        assert self.rung == sorted(set(self.rung))

    @invariant()
    def no_promise_rings_too_often(self) -> None:
        """Three, and one the next day."""
        assert self.in_promise <= RULES.rings_in_window + 1

    @invariant()
    def nothing_is_lost(self) -> None:
        """Open, it has a next action or stands with a person; ended, it says why."""
        assert stands(self.row)
        assert self.row.state not in ENDED or self.row.why


Life.TestCase.settings = settings(max_examples=300, stateful_step_count=60)
TestLife = Life.TestCase
