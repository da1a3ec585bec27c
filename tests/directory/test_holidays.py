from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import chinese_calendar
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lunar_python import Solar

from assistant.core.service import HolidayRule, LunarSpan, Schedule
from assistant.directory import hours
from assistant.directory.recurrence import WEEKDAYS, takes_place
from assistant.directory.seasons import season

ZONE = ZoneInfo("Asia/Shanghai")
OFFICE_DAYS = WEEKDAYS[:5]
NATIONAL_DAY, WORKED_SATURDAY = date(2026, 10, 1), date(2026, 10, 10)


def row(rule: HolidayRule = "", byday: tuple[str, ...] = OFFICE_DAYS, **more: object) -> Schedule:
    """A weekly row from half past eight to five."""
    made = Schedule(
        "r", "WEEKLY", byday=byday, opens_at=time(8, 30), closes_at=time(17), holidays=rule,
        country="CN",
    )  # fmt: skip
    return replace(made, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("rule", "holiday", "worked"),
    [("", True, False), ("open", True, False), ("closed", False, False), ("workdays", False, True)],
)
def test_what_a_rule_says_of_holidays_and_worked_weekends(
    rule: HolidayRule, *, holiday: bool, worked: bool
) -> None:
    """Thursday the first of October, and the Saturday worked for it."""
    rows = (row(rule),)
    assert bool(hours.spans_on(rows, NATIONAL_DAY)) is holiday
    assert bool(hours.spans_on(rows, WORKED_SATURDAY)) is worked


def test_hours_for_holidays_only() -> None:
    """Open on the seven days of the holiday and on no other."""
    rows = (row("only", (), freq=None),)
    days = [date(2026, 9, 28) + timedelta(days=number) for number in range(14)]
    assert [day for day in days if hours.spans_on(rows, day)] == days[3:10]


def test_after_the_holiday_it_opens_again() -> None:
    """From the eve of National Day the next opening is a week later."""
    now = datetime(2026, 9, 30, 18, tzinfo=ZONE)
    assert hours.next_opening((row("workdays"),), now, ZONE) == datetime(
        2026, 10, 8, 8, 30, tzinfo=ZONE
    )


def test_why_it_is_closed_is_known() -> None:
    """The holiday's name, on its days only, and only where the hours heed it."""
    rows = (row("workdays"),)
    found = hours.holiday_off(rows, NATIONAL_DAY)
    assert found is not None
    assert found.text("zh") == "国庆节"
    assert hours.holiday_off(rows, date(2026, 10, 8)) is None
    assert hours.holiday_off((row("open"),), NATIONAL_DAY) is None


@pytest.mark.parametrize(
    ("rows", "unsaid"),
    [
        ((row(),), True),
        ((row("open"),), False),
        ((row(country=""),), False),
        ((row(), row("closed")), True),
        ((row(opens_at=time(0), closes_at=time(23, 59)),), False),
        ((row(valid_from=date(2026, 9, 25), valid_to=date(2026, 10, 8)),), False),
        ((row(byday=("MO",)),), False),
    ],
    ids=["usual", "said", "no country", "half said", "never closes", "of these days", "not then"],
)
def test_a_holiday_nobody_wrote_about_is_known_as_such(
    rows: tuple[Schedule, ...], *, unsaid: bool
) -> None:
    """Only where hours would hold on it and nobody had it in mind."""
    assert (hours.holiday_unsaid(rows, NATIONAL_DAY) is not None) is unsaid


def test_a_closure_for_the_days_off_of_a_festival() -> None:
    """Closed over the Spring Festival of every year, as published."""
    rows = (row("open", WEEKDAYS), Schedule("c", closed=True, festival="spring", country="CN"))
    shut = [
        date(2026, 2, 1) + timedelta(days=number)
        for number in range(40)
        if not hours.spans_on(rows, date(2026, 2, 1) + timedelta(days=number))
    ]
    assert (shut[0], shut[-1], len(shut)) == (date(2026, 2, 15), date(2026, 2, 23), 9)


lunar_spans = st.builds(
    LunarSpan, st.integers(1, 12), st.integers(1, 29), st.integers(1, 12), st.integers(1, 29)
)


@given(
    rule=st.sampled_from(["", "open", "closed", "workdays", "only"]),
    byday=st.lists(st.sampled_from(WEEKDAYS), min_size=1, max_size=5, unique=True).map(tuple),
    day=st.dates(date(2025, 1, 1), date(2026, 12, 31)),
)
@settings(max_examples=400, deadline=None, derandomize=True)
def test_holidays_agree_with_the_published_calendar(
    rule: HolidayRule, byday: tuple[str, ...], day: date
) -> None:
    """The same question answered from the State Council's lists alone."""
    usual = WEEKDAYS[day.weekday()] in byday
    off = day in chinese_calendar.constants.holidays
    instead = day + timedelta(days=-1 if day.weekday() == 5 else 1)
    worked = day in chinese_calendar.constants.workdays and WEEKDAYS[instead.weekday()] in byday
    expected = {
        "": usual,
        "open": usual,
        "closed": usual and not off,
        "workdays": (usual or worked) and not off,
        "only": usual and off,
    }
    assert takes_place(row(rule, byday), day) is expected[rule]


@given(span=lunar_spans, day=st.dates(date(2024, 1, 1), date(2028, 12, 31)))
@settings(max_examples=400, deadline=None, derandomize=True)
def test_lunar_days_agree_with_an_almanac(span: LunarSpan, day: date) -> None:
    """Month and day of the almanac, walked from the first to the last day of the span."""
    lunar = Solar.fromYmd(day.year, day.month, day.day).getLunar()
    month, number = lunar.getMonth(), lunar.getDay()
    here, first, last = month * 100 + number, span.month * 100 + span.day, 0
    last = span.to_month * 100 + span.to_day
    inside = first <= here <= last if first <= last else here >= first or here <= last
    if month > 0 and number < 29:
        assert takes_place(Schedule("l", lunar=(span,)), day) is inside


@pytest.mark.parametrize(
    ("day", "expected"),
    [("2026-02-16", True), ("2026-02-17", True), ("2026-02-22", True), ("2026-02-23", False)],
)
def test_new_years_eve_is_the_last_day_of_a_short_month(day: str, *, expected: bool) -> None:
    """From 除夕, the 29th in 2026, to the sixth day of the new year."""
    eve = Schedule("l", lunar=(LunarSpan(12, 30, 1, 6),))
    assert takes_place(eve, date.fromisoformat(day)) is expected


def test_days_of_every_lunar_month() -> None:
    """The first and the fifteenth: two days in each month of the moon, leap months among them."""
    both = Schedule("l", lunar=(LunarSpan(0, 1, 0, 1), LunarSpan(0, 15, 0, 15)))
    year = [date(2025, 1, 29) + timedelta(days=number) for number in range(384)]
    assert sum(takes_place(both, day) for day in year) == 26


def test_something_that_only_begins() -> None:
    """It opens on the second and fourth Saturday, and nobody can say until when."""
    begins = Schedule("s", "MONTHLY", byday=("2SA", "4SA"), opens_at=time(10))
    now = datetime(2026, 11, 25, 9, tzinfo=ZONE)
    assert not hours.doubtful(begins)
    assert hours.next_opening((begins,), now, ZONE) == datetime(2026, 11, 28, 10, tzinfo=ZONE)
    assert not hours.is_open((begins,), datetime(2026, 11, 28, 10, 30, tzinfo=ZONE), ZONE)
    assert hours.starts_on((begins,), date(2026, 11, 28)) == (600,)


def test_open_until_midnight_ends_at_midnight() -> None:
    """23:59 is how HSDS writes the end of the day; no minute is lost."""
    late = (row(byday=("WE",), opens_at=time(18), closes_at=time(23, 59)),)
    now = datetime(2026, 11, 25, 23, 59, tzinfo=ZONE)
    assert hours.open_until(late, now, ZONE) == datetime(2026, 11, 26, tzinfo=ZONE)


def test_a_season_tells_when_it_begins_and_when_it_ends() -> None:
    """Hours of a pool: before the summer, in it, near its end, and after it."""
    pool = (row(valid_from=date(2026, 6, 1), valid_to=date(2026, 9, 30)),)
    before, within, near = (season(pool, date(2026, *d)) for d in ((5, 1), (7, 1), (9, 10)))
    assert (before.begins, before.ends) == (date(2026, 6, 1), None)
    assert (within.begins, within.ends) == (None, None)
    assert (near.begins, near.ends) == (None, date(2026, 9, 30))
    assert before.week == within.week == near.week
    assert season(pool, date(2026, 10, 1)).week.rows == ()


def test_a_weekly_closing_day_is_no_part_of_the_usual_week() -> None:
    """Every day but Monday, written as a row that closes on Mondays."""
    rows = (row(byday=WEEKDAYS), Schedule("c", "WEEKLY", byday=("MO",), closed=True))
    (found,) = season(rows, date(2026, 11, 25)).week.rows
    assert found.days == (1, 2, 3, 4, 5, 6)
