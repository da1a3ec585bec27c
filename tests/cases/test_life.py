from __future__ import annotations

from datetime import datetime, timedelta
from itertools import product
from typing import TYPE_CHECKING, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.cases.life import (
    DONE,
    FITS,
    STAGES,
    advance,
    is_overdue,
    merged,
    opened,
    sorted_as,
    told,
)
from assistant.core.case import CaseError, Deed, DeedName, State
from tests.cases.casework import NOW, SHANGHAI, later, the_rules

if TYPE_CHECKING:
    from assistant.core.case import Case, Kind

RULES = the_rules()
STATES: tuple[State, ...] = get_args(State)
DEEDS: tuple[DeedName, ...] = get_args(DeedName)

TO_STATE: dict[State, tuple[DeedName, ...]] = {
    "new": (),
    "accepted": ("accept",),
    "assigned": ("assign",),
    "returned": ("assign", "return"),
    "in_progress": ("start",),
    "extended": ("start", "extend"),
    "waiting": ("start", "wait"),
    "answered": ("answer",),
    "return_visit": ("answer", "visit"),
    "closed": ("close",),
    "reopened": ("close", "reopen"),
}
AFTER: dict[DeedName, State] = {
    "accept": "accepted",
    "assign": "assigned",
    "return": "returned",
    "start": "in_progress",
    "extend": "extended",
    "wait": "waiting",
    "resume": "in_progress",
    "answer": "answered",
    "visit": "return_visit",
    "close": "closed",
    "reopen": "reopened",
}


def deed(name: DeedName) -> Deed:
    """A deed with everything any of them needs."""
    return Deed(name, "王师傅", "因为", owner="李师傅", days=5)


def in_state(state: State) -> Case:
    """A case that has come into this state the usual way, all at `NOW`."""
    case = opened("GH000001", "help", "", NOW, RULES)
    for name in TO_STATE[state]:
        case = advance(case, deed(name), NOW, RULES)
    assert case.state == state
    return case


@pytest.mark.parametrize(("state", "name"), list(product(STATES, DEEDS)))
def test_every_deed_in_every_state(state: State, name: DeedName) -> None:
    """What fits leads where it should; what does not is refused in a sentence."""
    case = in_state(state)
    if state in FITS[name]:
        assert advance(case, deed(name), later(hours=1), RULES).state == AFTER[name]
    else:
        with pytest.raises(CaseError, match=r"GH000001 is .*; what can be done now: \w"):
            advance(case, deed(name), later(hours=1), RULES)


def test_every_state_is_left_and_reached() -> None:
    """No state is a dead end, none is unreachable, and each is told in some words."""
    assert all(any(state in states for states in FITS.values()) for state in STATES)
    assert set(AFTER.values()) | {"new"} == set(STATES) == set(STAGES)


@pytest.mark.parametrize("name", ["return", "extend", "wait", "reopen"])
def test_some_deeds_need_a_reason(name: DeedName) -> None:
    """A case is not sent back, delayed or opened again without a word why."""
    state = next(state for state in STATES if state in FITS[name])
    bare = Deed(name, "王师傅", "  ", owner="李师傅", days=5)
    with pytest.raises(CaseError, match="a reason is needed"):
        advance(in_state(state), bare, NOW, RULES)


def test_it_is_given_to_somebody() -> None:
    """To assign means to name a person; giving it back takes it from her."""
    case = advance(in_state("new"), Deed("assign", "line", owner="李师傅"), NOW, RULES)
    assert case.owner == "李师傅"
    assert advance(case, deed("return"), NOW, RULES).owner is None
    with pytest.raises(CaseError, match="name the person"):
        advance(in_state("new"), Deed("assign", "line"), NOW, RULES)


def test_the_wrong_unit_gives_it_back_within_two_working_days() -> None:
    """On Friday evening the two working days from Wednesday are over."""
    case = in_state("assigned")
    assert advance(case, deed("return"), later(days=2, hours=8), RULES).state == "returned"
    with pytest.raises(CaseError, match="too long ago"):
        advance(case, deed("return"), later(days=2, hours=9), RULES)


@pytest.mark.parametrize("days", [0, -1, 11, 10_000])
def test_more_time_is_at_most_ten_working_days(days: int) -> None:
    """Fewer than one or more than ten are refused."""
    asked = Deed("extend", "王师傅", "配件没到", days=days)
    with pytest.raises(CaseError, match="1 to 10 working days"):
        advance(in_state("in_progress"), asked, NOW, RULES)


def test_more_time_is_given_once_and_before_the_day() -> None:
    """Ten working days more; a second time is refused, and so is one that comes too late."""
    case = in_state("in_progress")
    asked = Deed("extend", "王师傅", "配件没到", days=10)
    longer = advance(case, asked, NOW, RULES)
    assert SHANGHAI.workdays_between(case.due.date(), longer.due.date()) == 10
    waited = advance(advance(longer, deed("wait"), NOW, RULES), deed("resume"), NOW, RULES)
    assert waited.state == "extended"
    with pytest.raises(CaseError, match="possible once"):
        advance(advance(waited, deed("assign"), NOW, RULES), asked, NOW, RULES)
    with pytest.raises(CaseError, match="past its day"):
        advance(case, asked, case.due + timedelta(minutes=1), RULES)


def test_waiting_for_her_is_never_overdue_and_moves_the_day() -> None:
    """Three weeks without her answer; the working days that were left are left again."""
    waiting = in_state("waiting")
    back = later(days=21)
    assert not is_overdue(waiting, back)
    resumed = advance(waiting, deed("resume"), back, RULES)
    assert resumed.due == SHANGHAI.after(back, RULES.answer["help"])


def test_overdue_is_untaken_or_unanswered() -> None:
    """A new case after a working day, a taken one after its term; a done one never."""
    new, taken = in_state("new"), in_state("accepted")
    assert not is_overdue(new, new.take_by)
    assert is_overdue(new, new.take_by + timedelta(seconds=1))
    assert not is_overdue(taken, taken.due)
    assert is_overdue(taken, taken.due + timedelta(seconds=1))
    assert not any(is_overdue(in_state(state), later(days=400)) for state in DONE)


@pytest.mark.parametrize(
    ("kind", "topic", "due"),
    [
        ("help", "hazard", "2026-11-25T11:00+08:00"),
        ("help", "water", "2026-11-26T09:00+08:00"),
        ("consult", "", "2026-11-30T17:00+08:00"),
        ("help", "lift", "2026-12-02T17:00+08:00"),
        ("complaint", "noise", "2026-12-14T17:00+08:00"),
        ("suggestion", "", "2026-12-10T17:00+08:00"),
    ],
)
def test_the_term_follows_topic_then_kind(kind: Kind, topic: str, due: str) -> None:
    """Danger in two hours, water in a day whatever the kind; the rest by kind."""
    assert opened("GH000001", kind, topic, NOW, RULES).due == datetime.fromisoformat(due)


def test_sorting_anew_keeps_time_that_was_given() -> None:
    """The term follows what staff confirm; a day promised after an extension is not taken back."""
    case = in_state("new")
    assert sorted_as(case, "consult", "", RULES).due < case.due
    assert sorted_as(case, "consult", "", RULES).sorted
    longer = in_state("extended")
    assert sorted_as(longer, "consult", "", RULES).due == longer.due


def test_opened_again_the_term_begins_anew() -> None:
    """And whoever must take it has the usual time for it."""
    case = advance(in_state("closed"), Deed("reopen", "resident", "又坏了"), later(days=9), RULES)
    assert (case.take_by, case.due) == RULES.deadlines("help", "", later(days=9))
    assert case.closings == 1
    assert advance(case, deed("close"), later(days=10), RULES).closings == 2


def test_she_is_told_how_it_stands_and_when() -> None:
    """Late is said; what it is about never."""
    case = in_state("accepted")
    assert told(case, NOW, RULES).stage == "working"
    assert told(case, NOW, RULES).due.isoformat() == "2026-12-02"
    assert told(case, case.due + timedelta(minutes=1), RULES).stage == "late"
    assert told(in_state("waiting"), later(days=90), RULES).stage == "waiting"


def test_two_cases_become_one() -> None:
    """The newer ends; nothing more can be done with it, and a third does not hang on it."""
    older = in_state("accepted")
    newer = opened("GH000002", "help", "", later(days=1), RULES)
    gone = merged(newer, older, later(days=1))
    assert (gone.state, gone.merged_into) == ("closed", "GH000001")
    with pytest.raises(CaseError, match="work on that one"):
        advance(gone, deed("reopen"), later(days=2), RULES)
    third = opened("GH000003", "help", "", later(days=2), RULES)
    for one, into in ((older, older), (third, gone), (gone, older), (in_state("closed"), third)):
        with pytest.raises(CaseError):
            merged(one, into, later(days=2))


@given(st.lists(st.tuples(st.sampled_from(DEEDS), st.integers(0, 60 * 24 * 4)), max_size=25))
def test_no_way_through_life_breaks_its_rules(ways: list[tuple[DeedName, int]]) -> None:
    """A deadline only ever moves by the deeds meant for it, and more time is given once."""
    case, now, extensions = opened("GH000001", "help", "", NOW, RULES), NOW, 0
    for name, minutes in ways:
        now += timedelta(minutes=minutes)
        try:
            after = advance(case, deed(name), now, RULES)
        except CaseError:
            continue
        if name not in {"extend", "resume", "reopen"}:
            assert after.due == case.due
        assert after.due >= case.due or name == "reopen"
        assert after.since == now
        extensions += name == "extend"
        case = after
    assert extensions <= 1
