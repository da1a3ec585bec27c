from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.cases.deadlines import Term, WorkCalendar
from tests.cases.casework import SHANGHAI


def at(written: str) -> datetime:
    """A moment in Shanghai."""
    return datetime.fromisoformat(written + "+08:00")


@pytest.mark.parametrize(
    ("written", "begun", "ends"),
    [
        pytest.param("15 min", "2026-11-25T23:50", "2026-11-26T00:05", id="minutes by night"),
        pytest.param("24 h", "2026-11-27T18:00", "2026-11-28T18:00", id="hours on a weekend"),
        pytest.param("1 workdays", "2026-11-25T08:00", "2026-11-26T17:00", id="the day after"),
        pytest.param("1 workdays", "2026-11-27T16:59", "2026-11-30T17:00", id="over a weekend"),
        pytest.param("5 workdays", "2026-11-28T12:00", "2026-12-04T17:00", id="from a Saturday"),
        pytest.param("7 days", "2026-11-25T09:00", "2026-12-02T17:00", id="calendar days"),
        pytest.param("1 workdays", "2026-09-30T10:00", "2026-10-08T17:00", id="National Day"),
        pytest.param("1 workdays", "2026-02-13T10:00", "2026-02-14T17:00", id="make-up Saturday"),
    ],
)
def test_a_term_ends_on_the_offices_calendar(written: str, begun: str, ends: str) -> None:
    """Hours run round the clock; working days leave out holidays and count make-up weekends."""
    assert SHANGHAI.after(at(begun), Term.of(written)) == at(ends)


@pytest.mark.parametrize("written", ["", "5", "5 weeks", "0 h", "-1 h", "1.5 h", "5workdays"])
def test_what_is_no_term_is_named(written: str) -> None:
    """A wrong setting says how it is written."""
    with pytest.raises(ValueError, match="write it like"):
        Term.of(written)


def test_another_country_has_its_own_holidays() -> None:
    """Christmas Day 2026 is a Friday and no working day in Britain; it is one in China."""
    london = WorkCalendar(ZoneInfo("Europe/London"), "GB", time(17))
    assert not london.is_workday(date(2026, 12, 25))
    assert SHANGHAI.is_workday(date(2026, 12, 25))


@pytest.mark.parametrize(
    ("due", "since", "now", "expected"),
    [
        # Due Wednesday with three working days left; away from Friday to Tuesday: three again.
        ("2026-12-02T17:00", "2026-11-27T10:00", "2026-12-01T10:00", "2026-12-04T17:00"),
        # The pause began and ended on one day.
        ("2026-12-02T17:00", "2026-11-27T10:00", "2026-11-27T15:00", "2026-12-02T17:00"),
        # It began on the last day, and that day is over: the next working day.
        ("2026-11-27T17:00", "2026-11-27T10:00", "2026-11-27T18:00", "2026-11-30T17:00"),
        # It was late before.
        ("2026-11-26T17:00", "2026-11-27T10:00", "2026-12-01T10:00", "2026-11-26T17:00"),
    ],
    ids=["several days", "hours", "last day", "late before"],
)
def test_waiting_stops_the_clock(due: str, since: str, now: str, expected: str) -> None:
    """What was left when the pause began is left again when it ends."""
    term = Term(5, "workdays")
    assert SHANGHAI.after_pause(at(due), at(since), at(now), term) == at(expected)


moments = st.integers(0, 60 * 24 * 1000).map(
    lambda minutes: datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
terms = st.builds(Term, st.integers(1, 40), st.sampled_from(["min", "h", "days", "workdays"]))


@given(moments, terms, st.integers(0, 60 * 24 * 30), st.integers(0, 60 * 24 * 30))
def test_a_pause_never_brings_a_deadline_nearer(
    begun: datetime, term: Term, before: int, long: int
) -> None:
    """Whenever it begins and however long it lasts; and a longer one leaves no less time."""
    due = SHANGHAI.after(begun, term)
    since = begun + timedelta(minutes=before)
    ends = [
        SHANGHAI.after_pause(due, since, since + timedelta(minutes=minutes), term)
        for minutes in (long, long + 60 * 24 * 3)
    ]
    assert due <= ends[0] <= ends[1]


@given(moments, terms)
def test_a_term_ends_after_it_begins(begun: datetime, term: Term) -> None:
    """And one of working days on a working day, with office hours."""
    due = SHANGHAI.after(begun, term)
    assert due > begun
    if term.unit == "workdays":
        local = SHANGHAI.local(due)
        assert SHANGHAI.is_workday(local.date())
        assert local.time() == time(17)
