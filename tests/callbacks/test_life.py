"""Every event in every state, and the rules of ringing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import get_args

import pytest

from assistant.callbacks import events
from assistant.callbacks.events import Event
from assistant.callbacks.life import advance, stands
from assistant.callbacks.row import Callback
from assistant.core.callback import ENDED, State
from tests.callbacks.rows import LATER, NOW, RULES, WINDOW, in_state

STATES: tuple[State, ...] = get_args(State)
MINUTE = timedelta(minutes=1)

EVENTS: dict[str, Event] = {
    "offered": events.Offered((LATER,)),
    "booked": events.Booked(LATER, "茉莉"),
    "moved": events.Moved(LATER, "茉莉"),
    "cancelled": events.Cancelled(),
    "withdrawn": events.Withdrawn(),
    "window opened": events.WindowOpened(),
    "aged": events.Aged(),
    "jumped": events.Jumped("a", "she is alone"),
    "told": events.Told(),
    "deferred": events.Deferred(NOW + MINUTE, "nobody"),
    "staff ready": events.StaffReady("staff"),
    "staff claimed": events.StaffClaimed("staff"),
    "staff released": events.StaffReleased("staff"),
    "staff rung": events.StaffRung("staff"),
    "staff answered": events.StaffAnswered("staff"),
    "staff away": events.StaffDidNotAnswer(),
    "staff refused": events.StaffRefused(),
    "resident rung": events.ResidentRung(),
    "resident answered": events.ResidentAnswered(),
    "word said": events.WordSaid(),
    "reworded": events.Reworded("茉莉"),
    "machine": events.MachineAnswered(),
    "no answer": events.NoAnswer("busy"),
    "talked": events.Talked(60),
    "dropped": events.DroppedEarly(),
    "lost staff": events.LostTrack("staff"),
    "lost resident": events.LostTrack("resident"),
    "listed": events.Reconciled(found=True, answered=True, over=False),
    "not listed": events.Reconciled(found=False),
    "dialled": events.StaffDialled("staff", "talked"),
    "dialled in vain": events.StaffDialled("staff", "no_answer"),
    "retry": events.StaffDecision("retry", "a", "she asked", LATER),
    "close": events.StaffDecision("close", "a", "settled"),
    "visit": events.StaffDecision("visit", "a", "we go there"),
    "day ended": events.DayEnded(),
}
LETTERS: dict[str, State] = {
    "n": "new", "o": "offered", "b": "booked", "d": "due", "s": "ringing_staff",
    "r": "ringing_resident", "t": "talking", "a": "no_answer", "?": "unknown", "u": "unreached",
    "D": "done", "X": "cancelled",
}  # fmt: skip
TABLE = """
                    n o b d s r t a ? u D X
offered             o o . . . . . . . . . .
booked              b b . . . . . . . b . .
moved               . . b b . . . b . . . .
cancelled           X X X X s r t X X X . .
withdrawn           X X X X s r t X X X . .
window opened       . . d . . . . d . . . .
aged                n o . . . . . . . . . .
jumped              n o b d s r t a ? u . .
told                . . b d . . . a . . . .
deferred            . . . b . . . . . . . .
staff ready         . . . . . . . . . . . .
staff claimed       n o b b . . . a ? u . .
staff released      . . . . . . . . ? . . .
staff rung          . . . s . . . . . . . .
staff answered      . . . . s . . . . . . .
staff away          . . . . b . . . . . . .
staff refused       . . . . b . . . . . . .
resident rung       . . . . . . . . . . . .
resident answered   . . . . . t . . t . . .
word said           . . . . . . t . . . . .
reworded            . . b d . . . a . u . .
machine             . . . . . a a . a . . .
no answer           . . . . . a . . a . . .
talked              . . . . . D D . D . . .
dropped             . . . . . a a . a . . .
lost staff          . . . . ? . . . . . . .
lost resident       . . . . . ? . . . . . .
listed              . . . . . . . . t . . .
not listed          . . . . . . . . a . . .
dialled             D D D D . . . D D D . .
dialled in vain     a a a a . . . a a u . .
retry               b b b b . . . b b b . .
close               D D D D . . . D D D . .
visit               D D D D . . . D D D . .
day ended           . . b b . . . a . . . .
"""
"""The state after each event (rows) in each state (columns, letters above); a dot: does not fit.
`unknown` has lost a ring to the resident; nobody is on the line yet in `ringing_staff`."""


def cases() -> list[tuple[str, State, State | None]]:
    """The table, one case a field."""
    head, *lines = TABLE.strip("\n").splitlines()
    states = [LETTERS[letter] for letter in head.split()]
    return [
        (line[:20].strip(), state, LETTERS.get(after))
        for line in lines
        for state, after in zip(states, line[20:].split(), strict=True)
    ]


def test_the_table_has_every_event_and_state() -> None:
    """A new event or state without a line or column is found here."""
    assert {name for name, _, _ in cases()} == set(EVENTS)
    assert {type(event) for event in EVENTS.values()} == set(get_args(Event))
    assert {state for _, state, _ in cases()} == set(STATES)


@pytest.mark.parametrize(("name", "state", "after"), cases())
def test_every_event_in_every_state(name: str, state: State, after: State | None) -> None:
    """What does not fit changes nothing but the version; whoever is open stands somewhere."""
    before = in_state(state)
    step = advance(before, EVENTS[name], NOW, RULES)
    assert (step.accepted, step.row.state) == (after is not None, after or state)
    assert (step.row.version, step.row.updated) == (before.version + 1, NOW)
    if not step.accepted:
        assert replace(step.row, version=before.version, updated=before.updated) == before
        assert step.effects == ()
    assert stands(step.row)
    assert step.row.why or step.row.state not in ENDED


def play(row: Callback, *happenings: Event, minutes: float = 0) -> Callback:
    """The row after these events, each of which has to fit."""
    for event in happenings:
        step = advance(row, event, NOW + minutes * MINUTE, RULES)
        assert step.accepted, (event, row)
        row = step.row
    return row


def ring(row: Callback, minutes: float) -> Callback:
    """Staff answer and her telephone rings."""
    return play(
        row,
        events.WindowOpened(),
        events.StaffRung("staff"),
        events.StaffAnswered("staff"),
        events.ResidentRung(),
        minutes=minutes,
    )


def test_three_rings_in_the_window_and_one_the_next_workday_then_a_person_decides() -> None:
    """Twenty minutes apart; the next day at the hour of the window; then text and desk."""
    row = in_state("booked")
    begun = []
    for minutes in (0, 21, 42):
        row = play(ring(row, minutes), events.NoAnswer("no_answer"), minutes=minutes + 1)
        begun.append(row.next_at)
    day = timedelta(days=1)
    assert begun == [NOW + 21 * MINUTE, NOW + 42 * MINUTE, WINDOW.start + day]
    last = ring(row, 24 * 60 - 30)
    step = advance(last, events.NoAnswer("busy"), NOW + day, RULES)
    assert (step.row.state, step.row.why, step.row.attempt) == ("unreached", "unreached", 4)
    assert step.effects == (events.TextUnreached(), events.TellDesk("unreached"))


def test_a_ring_that_would_leave_the_window_waits_for_the_next_workday() -> None:
    """From Friday to Monday: nobody works on the days between."""
    friday = timedelta(days=2)
    row = replace(in_state("booked"), next_at=NOW + friday)
    window = replace(WINDOW, start=WINDOW.start + friday, end=NOW + friday + 10 * MINUTE)
    row = ring(replace(row, window=window), 2 * 24 * 60)
    row = play(row, events.NoAnswer("no_answer"), minutes=2 * 24 * 60 + 1)
    assert (row.next_at, row.extra_day) == (window.start + timedelta(days=3), True)


def test_staff_who_do_not_answer_cost_the_resident_nothing() -> None:
    """Tried again after growing pauses, the desk told at the third time, no attempt counted."""
    row, pauses, told = in_state("due"), [], []
    for _ in range(6):
        ringing = play(row, events.StaffRung("staff"))
        step = advance(ringing, events.StaffDidNotAnswer(), NOW, RULES)
        assert step.row.next_at is not None
        pauses.append((step.row.next_at - NOW) / MINUTE)
        told.append(events.TellDesk("staff_do_not_answer") in step.effects)
        row = play(step.row, events.WindowOpened(), minutes=20)
    assert pauses == [2, 5, 10, 15, 15, 15]
    assert told == [False, False, True, False, False, False]
    assert (row.attempt, row.spent) == (0, 0)


@pytest.mark.parametrize("ready", [False, True], ids=["not answered", "on the line"])
def test_her_telephone_rings_only_with_staff_on_the_line(*, ready: bool) -> None:
    """Never before a key has proved a person."""
    row = replace(in_state("ringing_staff"), staff_ready=ready)
    assert advance(row, events.ResidentRung(), NOW, RULES).accepted == ready


def test_nothing_rings_too_soon_after_another_ring() -> None:
    """Whatever brought the callback there, and however the clock was set back."""
    ready = replace(in_state("ringing_staff"), staff_ready=True, attempt=1, spent=1, rung_at=NOW)
    for minutes, may in ((-60, False), (19, False), (20, True)):
        step = advance(ready, events.ResidentRung(), NOW + minutes * MINUTE, RULES)
        assert step.accepted == may


def test_no_more_rings_than_the_rules_allow() -> None:
    """Three, and a fourth on the extra day only."""
    ready = replace(in_state("ringing_staff"), staff_ready=True, attempt=3, spent=3)
    assert not advance(ready, events.ResidentRung(), NOW, RULES).accepted
    extra = replace(ready, extra_day=True)
    assert advance(extra, events.ResidentRung(), NOW, RULES).accepted


def test_a_machine_hears_a_neutral_message_and_counts_as_no_answer() -> None:
    """Also when it is found out only after staff were put through."""
    for state in ("ringing_resident", "talking"):
        step = advance(in_state(state), events.MachineAnswered(), NOW, RULES)
        assert (step.row.state, step.effects) == ("no_answer", (events.NeutralMessage(),))


def test_taking_it_back_while_staff_are_rung_spares_her_the_ring() -> None:
    """The staff ring goes to its end; then it is cancelled with her reason."""
    row = play(in_state("ringing_staff"), events.Cancelled("by text"))
    step = advance(row, events.StaffAnswered("staff"), NOW, RULES)
    assert (step.row.state, step.row.why, step.effects) == ("cancelled", "by text", ())


def test_taking_it_back_while_they_talk_ends_as_a_talk() -> None:
    """She was reached; nothing was withdrawn in the end."""
    row = play(in_state("talking"), events.Cancelled(), events.Talked(60))
    assert (row.state, row.why) == ("done", "talked")


def test_taking_it_back_while_her_telephone_rings_is_the_last_ring() -> None:
    """Unanswered, it ends instead of being tried again."""
    row = play(in_state("ringing_resident"), events.Cancelled(), events.NoAnswer("no_answer"))
    assert (row.state, row.next_at) == ("cancelled", None)


def test_an_unknown_ring_is_told_and_waits_for_the_carriers_list() -> None:
    """Nothing rings in between; not listed, the number of the attempt stays used."""
    step = advance(in_state("ringing_resident"), events.LostTrack("resident"), NOW, RULES)
    assert step.effects == (events.TellDesk("unknown_ring"),)
    assert not advance(step.row, events.WindowOpened(), NOW + timedelta(days=9), RULES).accepted
    again = play(step.row, events.Reconciled(found=False))
    assert (again.state, again.attempt, again.next_at) == ("no_answer", 1, NOW + 20 * MINUTE)


def test_a_last_ring_that_never_took_place_is_not_told_to_her() -> None:
    """A person decides; no text says that we rang."""
    row = replace(in_state("unknown"), extra_day=True, spent=4, attempt=4)
    step = advance(row, events.Reconciled(found=False), NOW, RULES)
    assert (step.row.state, step.row.why) == ("unreached", "never_rang")
    assert step.effects == (events.TellDesk("unreached"),)


def test_a_lost_ring_that_was_answered_and_is_over_is_for_a_person() -> None:
    """Nobody can say what was spoken."""
    step = advance(in_state("unknown"), events.Reconciled(found=True, answered=True), NOW, RULES)
    assert (step.row.state, step.row.why) == ("unreached", "answered_unseen")


def test_a_report_settles_a_lost_ring_of_staff() -> None:
    """The carrier speaks of it, so it took place: they are on the line."""
    row = replace(in_state("ringing_staff"), state="unknown", lost="staff")
    step = advance(row, events.StaffAnswered("staff"), NOW, RULES)
    assert (step.row.state, step.effects) == ("ringing_staff", (events.RingResident(1),))


def test_a_new_promise_counts_its_rings_afresh_but_reuses_no_number() -> None:
    """Whoever was not reached may book again."""
    row = play(in_state("unreached"), events.Booked(LATER, "茉莉"))
    assert (row.spent, row.extra_day, row.attempt, row.safe_word) == (0, False, 4, "茉莉")


def test_a_booked_window_lifts_p3_and_never_lowers_p1() -> None:
    """P2 is a booked window; P1 stays what it is."""
    assert play(in_state("new"), events.Booked(LATER, "茉莉")).priority == "P2"
    urgent = replace(in_state("new"), priority="P1")
    assert play(urgent, events.Booked(LATER, "茉莉")).priority == "P1"


def test_staff_who_mean_to_ring_by_hand_keep_it_for_half_an_hour() -> None:
    """Then it is rung by itself again, so that nobody's intention loses a promise."""
    row = play(in_state("due"), events.StaffClaimed("staff"))
    assert (row.owner, row.next_at) == ("staff", NOW + 30 * MINUTE)
    assert not advance(row, events.StaffClaimed("another"), NOW, RULES).accepted
    assert play(row, events.WindowOpened(), minutes=30).owner is None


def test_what_staff_have_taken_is_due_at_their_word_and_free_at_once_when_given_back() -> None:
    """Whoever has it rings when she likes, within the window; nobody waits half an hour in vain."""
    row = play(in_state("due"), events.StaffClaimed("staff"))
    ready = play(row, events.StaffReady("staff"))
    assert (ready.state, ready.owner, ready.next_at) == ("due", "staff", None)
    assert not advance(row, events.StaffReady("another"), NOW, RULES).accepted
    free = play(row, events.StaffReleased("staff"))
    assert free.next_at is not None
    assert (free.owner, play(free, events.WindowOpened()).state) == (None, "due")


def test_staff_ring_before_the_window_only_what_was_put_first() -> None:
    """A promise is kept in its window, unless a person says why not."""
    row = play(replace(in_state("booked"), window=LATER), events.StaffClaimed("staff"))
    assert not advance(row, events.StaffReady("staff"), NOW, RULES).accepted
    first = play(row, events.Jumped("staff", "frail"))
    assert play(first, events.StaffReady("staff")).state == "due"


def test_staff_ring_no_more_often_nor_sooner_than_the_clock_does() -> None:
    """The rings of a promise, and the pause between two of them."""
    row = play(in_state("due"), events.StaffClaimed("staff"))
    for kept in (
        replace(row, rung_at=NOW - MINUTE, spent=1),
        replace(row, spent=RULES.rings_in_window),
    ):
        assert not advance(kept, events.StaffReady("staff"), NOW, RULES).accepted


@pytest.mark.parametrize(
    "event",
    [events.Jumped("a", " "), events.StaffDecision("close", "a", "")],
    ids=["jump", "close"],
)
def test_a_person_gives_a_reason(event: Event) -> None:
    """Without one nothing changes."""
    assert not advance(in_state("unreached"), event, NOW, RULES).accepted


def test_what_was_not_rung_today_goes_to_the_next_workday_and_the_desk_hears_of_it() -> None:
    """At the hour of its window; a promise for another day stays."""
    step = advance(in_state("due"), events.DayEnded(), NOW + timedelta(hours=8), RULES)
    assert step.row.next_at == WINDOW.start + timedelta(days=1)
    assert step.effects == (events.TellDesk("not_rung_today"),)
    tomorrow = replace(in_state("booked"), next_at=NOW + timedelta(days=1))
    assert not advance(tomorrow, events.DayEnded(), NOW, RULES).accepted
