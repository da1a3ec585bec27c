from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.callbacks.people import Absence, Person, Shift, Staff, read_shifts
from assistant.callbacks.windows import (
    Opening,
    Planning,
    next_open_day,
    offers,
    openings,
    windows_on,
)
from assistant.core.callback import Window
from assistant.core.interval import Grain, Interval

SHANGHAI = ZoneInfo("Asia/Shanghai")
NEW_YORK = ZoneInfo("America/New_York")
HOURS = read_shifts(
    [
        {"byday": "MO,TU,WE,TH,FR", "opens_at": "08:30", "closes_at": "11:30"},
        {"byday": "MO,TU,WE,TH,FR", "opens_at": "14:00", "closes_at": "17:00"},
        {"byday": "SA", "opens_at": "09:00", "closes_at": "11:30"},
    ]
)
PLANNING = Planning(
    morning=(time(9), time(11)),
    afternoon=(time(14), time(17)),
    handling_min=8.0,
    reserve=1.3,
    free_share=1.0,
    days_ahead=14,
    notice_min=30.0,
)
WANG = Person("王芳", "+8657188001241", ("zh",))
LI = Person("李明", "+8657188001242", ("zh", "en"))
STAFF = Staff(SHANGHAI, "CN", HOURS, (WANG,))


def at(text: str, zone: ZoneInfo = SHANGHAI) -> datetime:
    """A moment as the wall clock shows it."""
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def window(start: str, end: str, zone: ZoneInfo = SHANGHAI) -> Window:
    """A window in UTC from the wall's times."""
    return Window(at(start, zone).astimezone(UTC), at(end, zone).astimezone(UTC))


def wanted(start: str | None, end: str | None, grain: Grain = "window") -> Interval:
    """The time she named."""
    return Interval(at(start) if start else None, at(end) if end else None, grain)


MONDAY = at("2026-11-23T08:00:00")
MON_MORNING = window("2026-11-23T09:00", "2026-11-23T11:00")
MON_AFTERNOON = window("2026-11-23T14:00", "2026-11-23T17:00")
TUE_MORNING = window("2026-11-24T09:00", "2026-11-24T11:00")
WED_MORNING = window("2026-11-25T09:00", "2026-11-25T11:00")


@pytest.mark.parametrize(
    ("day", "starts"),
    [
        pytest.param("2026-11-23", ["09:00", "14:00"], id="Monday"),
        pytest.param("2026-11-28", ["09:00"], id="Saturday: the office is open in the morning"),
        pytest.param("2026-11-29", [], id="Sunday"),
        pytest.param("2026-10-01", [], id="National Day"),
        pytest.param("2026-10-10", ["09:00", "14:00"], id="a Saturday worked instead"),
        pytest.param("2026-02-15", [], id="Spring Festival"),
    ],
)
def test_windows_follow_the_office(day: str, starts: list[str]) -> None:
    """Half days within the office's hours; holidays closed, make-up workdays as a workday."""
    found = windows_on(date.fromisoformat(day), PLANNING, STAFF)
    assert [f"{each.start.astimezone(SHANGHAI):%H:%M}" for each in found] == starts


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        pytest.param("2026-11-23", "2026-11-24", id="the next day"),
        pytest.param("2026-11-27", "2026-11-28", id="Saturday morning counts"),
        pytest.param("2026-11-28", "2026-11-30", id="over Sunday"),
        pytest.param("2026-09-30", "2026-10-08", id="over National Day"),
    ],
)
def test_the_next_open_day(day: str, expected: str) -> None:
    """Where a callback goes that nobody got round to."""
    assert next_open_day(date.fromisoformat(day), STAFF) == date.fromisoformat(expected)


def test_an_office_that_never_opens_is_rung_the_day_after() -> None:
    """A file without hours loses no callback."""
    assert next_open_day(date(2026, 11, 23), replace(STAFF, hours=())) == date(2026, 11, 24)


def test_a_window_is_what_the_office_is_open_of_it() -> None:
    """Of a half day in which the office opens twice the longer stretch is promised."""
    hours = read_shifts(
        [
            {"byday": "MO", "opens_at": "09:30", "closes_at": "10:00"},
            {"byday": "MO", "opens_at": "10:10", "closes_at": "12:00"},
            {"byday": "MO", "opens_at": "16:45", "closes_at": "18:00"},
        ]
    )
    found = windows_on(date(2026, 11, 23), PLANNING, replace(STAFF, hours=hours))
    assert found == (window("2026-11-23T10:10", "2026-11-23T11:00"),)


@pytest.mark.parametrize(
    ("people", "away", "expected"),
    [
        pytest.param((WANG,), (), 11, id="120 min / (8 × 1.3), floored"),
        pytest.param((WANG, LI), (), 23, id="two people"),
        pytest.param((), (), 0, id="nobody"),
        pytest.param(
            (WANG, LI),
            (Absence("王芳", window("2026-11-24T00:00", "2026-11-25T00:00")),),
            11,
            id="one away all day",
        ),
        pytest.param(
            (WANG,),
            (Absence("王芳", window("2026-11-24T09:30", "2026-11-24T10:30")),),
            5,
            id="away for the middle hour",
        ),
        pytest.param(
            (replace(WANG, shifts=(Shift(frozenset({1}), time(10), time(12)),)),),
            (),
            5,
            id="her own hours begin at ten",
        ),
        pytest.param((replace(WANG, begins=date(2026, 11, 25)),), (), 0, id="not begun yet"),
        pytest.param((replace(WANG, ends=date(2026, 11, 23)),), (), 0, id="has left"),
    ],
)
def test_capacity_is_people_times_minutes(
    people: tuple[Person, ...], away: tuple[Absence, ...], expected: int
) -> None:
    """People on duty × their minutes ÷ (handling × 1.3); Tuesday morning as seen on Monday."""
    plan = openings(PLANNING, replace(STAFF, people=people, absences=away), MONDAY)
    assert next(each.capacity for each in plan if each.window == TUE_MORNING) == expected


def test_a_running_window_holds_what_is_left_of_it() -> None:
    """At ten o'clock half of the morning's places are left; at 10:31 it is not offered."""
    plan = openings(PLANNING, STAFF, at("2026-11-23T10:00"))
    assert plan[0] == Opening(MON_MORNING, 5)
    late = openings(PLANNING, STAFF, at("2026-11-23T10:31"))
    assert late[0] == Opening(MON_MORNING, 0)


def ask(
    wish: Interval | None,
    now: datetime = MONDAY,
    taken: dict[Window, int] | None = None,
    staff: Staff = STAFF,
) -> tuple[tuple[Window, ...], Window | None, str | None]:
    """What is offered: windows, the one she wanted, why not."""
    plan = openings(PLANNING, staff, now)
    found = offers(plan, taken or {}, PLANNING, staff, now, wish)
    return found.windows, found.wanted, found.refusal


def test_the_three_earliest_with_room_are_offered() -> None:
    """Earliest first, at most three, a full one left out."""
    earliest = (MON_MORNING, MON_AFTERNOON, TUE_MORNING)
    assert ask(None) == (earliest, None, None)
    windows, _, _ = ask(None, taken={MON_MORNING: 11})
    assert windows[:2] == (MON_AFTERNOON, TUE_MORNING)
    assert len(windows) == 3


@pytest.mark.parametrize(
    ("wish", "expected"),
    [
        pytest.param(wanted("2026-11-25T08:00", "2026-11-25T12:00"), WED_MORNING, id="后天上午"),
        pytest.param(wanted("2026-11-23T13:00", "2026-11-23T17:00"), MON_AFTERNOON, id="今天下午"),
        pytest.param(wanted("2026-11-24T00:00", "2026-11-25T00:00", "day"), TUE_MORNING, id="明天"),
        pytest.param(
            wanted("2026-11-23T15:00", "2026-11-23T15:00", "instant"), MON_AFTERNOON, id="三点"
        ),
        pytest.param(wanted("2026-11-24T00:00", None, "open"), TUE_MORNING, id="明天以后"),
        pytest.param(wanted(None, "2026-11-23T12:00", "open"), MON_MORNING, id="中午以前"),
        pytest.param(
            wanted("2026-11-23T10:30", "2026-11-23T16:00"), MON_AFTERNOON, id="mostly afternoon"
        ),
    ],
)
def test_the_time_she_names_finds_its_window(wish: Interval, expected: Window) -> None:
    """The window that holds her time, or most of it."""
    _, found, refusal = ask(wish)
    assert (found, refusal) == (expected, None)


@pytest.mark.parametrize(
    ("wish", "refusal", "nearest"),
    [
        pytest.param(
            wanted("2026-11-22T08:00", "2026-11-22T12:00"), "past", MON_MORNING, id="yesterday"
        ),
        pytest.param(
            wanted("2026-11-23T07:00", "2026-11-23T07:00", "instant"),
            "past",
            MON_MORNING,
            id="an hour ago",
        ),
        pytest.param(
            wanted("2026-11-29T00:00", "2026-11-30T00:00", "day"),
            "closed",
            window("2026-11-27T14:00", "2026-11-27T17:00"),
            id="Sunday",
        ),
        pytest.param(
            wanted("2026-11-23T20:00", "2026-11-23T20:00", "instant"),
            "closed",
            MON_AFTERNOON,
            id="eight in the evening",
        ),
        pytest.param(
            wanted("2026-12-20T08:00", "2026-12-20T12:00"),
            "too_far",
            window("2026-12-07T14:00", "2026-12-07T17:00"),
            id="in a month",
        ),
    ],
)
def test_a_time_that_cannot_be_had_is_refused(
    wish: Interval, refusal: str, nearest: Window
) -> None:
    """Why, and the nearest windows instead, in the order of time."""
    windows, found, why = ask(wish)
    assert (found, why) == (None, refusal)
    assert nearest in windows
    assert list(windows) == sorted(windows)
    assert len(windows) == 3


def test_a_full_window_is_refused_as_full() -> None:
    """The half days beside it are offered."""
    wish = wanted("2026-11-24T08:00", "2026-11-24T12:00")
    windows, found, why = ask(wish, taken={TUE_MORNING: 11})
    assert (found, why) == (None, "full")
    tuesday_afternoon = window("2026-11-24T14:00", "2026-11-24T17:00")
    assert windows == (MON_MORNING, MON_AFTERNOON, tuesday_afternoon)


def test_a_window_about_to_end_is_past() -> None:
    """At 10:45 this morning is over for new promises, though it is not noon."""
    wish = wanted("2026-11-23T08:00", "2026-11-23T12:00")
    assert ask(wish, now=at("2026-11-23T10:45"))[1:] == (None, "past")


def test_nobody_on_duty_means_closed() -> None:
    """An office without people offers nothing, and says that nobody works then."""
    empty = replace(STAFF, people=())
    assert ask(None, staff=empty) == ((), None, None)
    wish = wanted("2026-11-24T08:00", "2026-11-24T12:00")
    assert ask(wish, staff=empty) == ((), None, "closed")


class TestDaylightSaving:
    """New York, 8 March 2026: 02:00 to 03:00 is skipped; 1 November: 01:00 to 02:00 comes twice."""

    NIGHT = read_shifts(
        [{"byday": "SU,MO,TU,WE,TH,FR,SA", "opens_at": "00:00", "closes_at": "11:00"}]
    )
    PLANNING = replace(PLANNING, morning=(time(2, 30), time(5)))
    STAFF = Staff(NEW_YORK, "US", NIGHT, (LI,))

    def ask(self, start: datetime, end: datetime, grain: Grain) -> tuple[Window | None, str | None]:
        """What the night office answers the evening before."""
        now = datetime(2026, 3, 7, 20, tzinfo=NEW_YORK)
        plan = openings(self.PLANNING, self.STAFF, now)
        found = offers(plan, {}, self.PLANNING, self.STAFF, now, Interval(start, end, grain))
        return found.wanted, found.refusal

    def test_a_skipped_instant_is_no_time(self) -> None:
        """Half past two does not come that night."""
        skipped = datetime(2026, 3, 8, 2, 30, tzinfo=NEW_YORK)
        assert self.ask(skipped, skipped, "instant") == (None, "no_such_time")

    def test_a_window_from_a_skipped_time_begins_right(self) -> None:
        """02:30 counts with the offset before the gap (RFC 5545): 03:30 summer time, 07:30 UTC."""
        begins = datetime(2026, 3, 8, 2, tzinfo=NEW_YORK)
        ends = datetime(2026, 3, 8, 5, tzinfo=NEW_YORK)
        right = Window(
            datetime(2026, 3, 8, 7, 30, tzinfo=UTC), datetime(2026, 3, 8, 9, 0, tzinfo=UTC)
        )
        assert self.ask(begins, ends, "window") == (right, None)

    def test_of_a_time_that_comes_twice_the_first_counts(self) -> None:
        """From 01:30 to 05:00 are four and a half hours that night."""
        planning = replace(self.PLANNING, morning=(time(1, 30), time(5)))
        found = windows_on(date(2026, 11, 1), planning, self.STAFF)
        right = Window(
            datetime(2026, 11, 1, 5, 30, tzinfo=UTC), datetime(2026, 11, 1, 10, 0, tzinfo=UTC)
        )
        assert found[0] == right
        assert self.STAFF.minutes(right, right.start) == 270


@given(
    hour=st.integers(0, 24 * 20),
    grain=st.sampled_from(["instant", "window", "day", "open"]),
    begins=st.integers(-48, 24 * 30),
    lasts=st.integers(1, 72),
    taken=st.integers(0, 12),
)
def test_nothing_is_offered_that_cannot_be_kept(
    hour: int, grain: Grain, begins: int, lasts: int, taken: int
) -> None:
    """Whatever she names and whenever: never a window that is over, full or too far away."""
    now = MONDAY + timedelta(hours=hour)
    start = now + timedelta(hours=begins)
    end = start if grain == "instant" else start + timedelta(hours=lasts)
    plan = openings(PLANNING, STAFF, now)
    full = {each.window: taken for each in plan[::2]}
    found = offers(plan, full, PLANNING, STAFF, now, Interval(start, end, grain))
    capacity = {each.window: each.capacity for each in plan}
    for each in (*found.windows, *([found.wanted] if found.wanted else [])):
        assert each.end - now >= timedelta(minutes=30)
        assert capacity[each] > full.get(each, 0)
    assert len(found.windows) <= 3
    assert (found.wanted is None) == (found.refusal is not None)
