from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import FR, MO, MONTHLY, SA, SU, TH, TU, WE, WEEKLY, rrule
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.core.service import Schedule
from assistant.core.values import Span, WeekRow
from assistant.directory import hours
from assistant.directory.recurrence import WEEKDAYS, takes_place
from assistant.directory.seasons import usual_week
from assistant.directory.zones import zone_of

SHANGHAI = ZoneInfo("Asia/Shanghai")
NEW_YORK = ZoneInfo("America/New_York")
RULE_DAYS = dict(zip(WEEKDAYS, (MO, TU, WE, TH, FR, SA, SU), strict=True))


def row(byday: str = "", opens: str = "", closes: str = "", **more: object) -> Schedule:
    """A weekly row: days, and times as HH:MM."""
    values: dict[str, object] = {
        "id": "row",
        "freq": "WEEKLY" if byday else None,
        "byday": tuple(byday.split(",")) if byday else (),
        "opens_at": time.fromisoformat(opens) if opens else None,
        "closes_at": time.fromisoformat(closes) if closes else None,
    }
    return Schedule(**{**values, **more})  # type: ignore[arg-type]


def at(text: str, zone: ZoneInfo = SHANGHAI) -> datetime:
    """A moment on the wall of a zone."""
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def span(text: str) -> Span:
    """A span from 08:30-11:30."""
    opens, closes = text.split("-")
    return Span(time.fromisoformat(opens), time.fromisoformat(closes))


OFFICE = (
    row("MO,TU,WE,TH,FR", "08:30", "11:30"),
    row("MO,TU,WE,TH,FR", "14:00", "17:00"),
    row("SA", "09:00", "12:00"),
)
CLOSED = row(
    closed=True, valid_from=date(2026, 11, 25), valid_to=date(2026, 11, 26), description="盘点"
)


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-11-25T08:29", False),
        ("2026-11-25T08:30", True),
        ("2026-11-25T11:29", True),
        ("2026-11-25T11:30", False),
        ("2026-11-25T12:00", False),
        ("2026-11-25T16:59", True),
        ("2026-11-28T10:00", True),
        ("2026-11-28T15:00", False),
        ("2026-11-29T10:00", False),
    ],
)
def test_open_at_a_moment_with_a_lunch_break(moment: str, *, expected: bool) -> None:
    """Open from the first minute on, closed from the closing minute on."""
    assert hours.is_open(OFFICE, at(moment), SHANGHAI) is expected


def test_the_moment_may_come_in_any_zone() -> None:
    """Half past midnight in London is half past eight in Shanghai."""
    moment = datetime(2026, 11, 25, 0, 30, tzinfo=UTC)
    assert hours.is_open(OFFICE, moment, SHANGHAI)
    assert hours.open_until(OFFICE, moment, SHANGHAI) == at("2026-11-25T11:30")


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-11-25T12:00", "2026-11-25T14:00"),
        ("2026-11-25T17:00", "2026-11-26T08:30"),
        ("2026-11-27T18:00", "2026-11-28T09:00"),
        ("2026-11-28T12:00", "2026-11-30T08:30"),
    ],
)
def test_the_next_opening(now: str, expected: str) -> None:
    """After lunch, tomorrow, on Saturday, over the Sunday."""
    assert hours.next_opening(OFFICE, at(now), SHANGHAI) == at(expected)


def test_a_closure_wins() -> None:
    """A closed day has no spans, and the next opening is after it."""
    rows = (*OFFICE, CLOSED)
    assert hours.spans_on(rows, date(2026, 11, 25)) == ()
    assert hours.next_opening(rows, at("2026-11-24T18:00"), SHANGHAI) == at("2026-11-27T08:30")
    assert hours.closure(rows, date(2026, 11, 26)) == CLOSED
    assert hours.closure(rows, date(2026, 11, 27)) is None


def test_hours_kept_inside_a_closure_win_over_it() -> None:
    """A dated row inside a closure says what is open instead."""
    instead = row(
        opens="10:00",
        closes="11:00",
        valid_from=date(2026, 11, 26),
        valid_to=date(2026, 11, 26),
    )
    rows = (*OFFICE, CLOSED, instead)
    assert hours.spans_on(rows, date(2026, 11, 26)) == (span("10:00-11:00"),)
    assert usual_week(rows, date(2026, 11, 26)) == usual_week(OFFICE, date(2026, 11, 26))


def test_over_midnight() -> None:
    """A night shift belongs to the day it begins on and is open after midnight."""
    night = (row("FR", "20:00", "02:00"),)
    assert hours.spans_on(night, date(2026, 11, 27)) == (span("20:00-02:00"),)
    assert hours.spans_on(night, date(2026, 11, 28)) == ()
    assert hours.is_open(night, at("2026-11-28T01:59"), SHANGHAI)
    assert not hours.is_open(night, at("2026-11-28T02:00"), SHANGHAI)
    assert hours.open_until(night, at("2026-11-27T23:00"), SHANGHAI) == at("2026-11-28T02:00")


@pytest.mark.parametrize("closes", ["23:59", "00:00"])
def test_round_the_clock(closes: str) -> None:
    """Both ways of writing 24 hours are always open, with no end in sight."""
    always = (row(",".join(WEEKDAYS), "00:00", closes),)
    for moment in ("2026-11-25T00:00", "2026-11-25T23:59", "2026-11-29T12:00"):
        assert hours.is_open(always, at(moment), SHANGHAI)
    until = hours.open_until(always, at("2026-11-25T12:00"), SHANGHAI)
    assert until is not None
    assert until - at("2026-11-25T12:00") >= hours.NEVER_CLOSES
    assert hours.spans_on(always, date(2026, 11, 25)) == (span("00:00-23:59"),)


@pytest.mark.parametrize(("opens", "closes"), [("15:00", "06:00"), ("11:30", "10:30")])
def test_hours_that_end_before_they_begin_by_day_are_not_believed(opens: str, closes: str) -> None:
    """A slip of the pen opens no door."""
    slip = row("MO", opens, closes)
    assert hours.doubtful(slip)
    assert hours.spans_on((slip,), date(2026, 11, 23)) == ()


def test_hours_without_a_day_are_not_believed() -> None:
    """Times alone do not say when."""
    assert hours.doubtful(row(opens="09:00", closes="10:00"))
    assert hours.spans_on((row(opens="09:00", closes="10:00"),), date(2026, 11, 23)) == ()


def test_rows_that_overlap_are_one() -> None:
    """Overlapping and touching rows are merged, in the day and in the week."""
    rows = (row("MO", "08:00", "10:00"), row("MO", "09:00", "12:00"), row("MO", "12:00", "13:00"))
    assert hours.spans_on(rows, date(2026, 11, 23)) == (span("08:00-13:00"),)
    week = usual_week(rows, date(2026, 11, 23))
    assert week.rows == (WeekRow((0,), (span("08:00-13:00"),)),)


def test_a_usual_week_joins_days_with_the_same_hours() -> None:
    """Monday to Friday share a row; a day in no row is closed."""
    assert usual_week(OFFICE, date(2026, 11, 25)).rows == (
        WeekRow((0, 1, 2, 3, 4), (span("08:30-11:30"), span("14:00-17:00"))),
        WeekRow((5,), (span("09:00-12:00"),)),
    )


def test_a_season_not_begun_yet_is_the_usual_week() -> None:
    """In summer the heating office tells its winter hours; they do not open it today."""
    winter = row("MO", "08:00", "12:00", valid_from=date(2026, 11, 1), valid_to=date(2027, 3, 31))
    assert usual_week((winter,), date(2026, 7, 1)).rows == (WeekRow((0,), (span("08:00-12:00"),)),)
    assert not hours.is_open((winter,), at("2026-07-06T09:00"), SHANGHAI)
    assert hours.next_opening((winter,), at("2026-07-06T09:00"), SHANGHAI) == at("2026-11-02T08:00")


@pytest.mark.parametrize(
    ("byday", "days"),
    [("1SA", [7]), ("-1FR", [27]), ("2MO,4MO", [9, 23]), ("SU", [1, 8, 15, 22, 29])],
)
def test_days_of_a_month(byday: str, days: list[int]) -> None:
    """First Saturday, last Friday, second and fourth Monday, every Sunday of November 2026."""
    monthly = Schedule(id="m", freq="MONTHLY", byday=tuple(byday.split(",")))
    month = [date(2026, 11, day) for day in range(1, 31)]
    assert [day.day for day in month if takes_place(monthly, day)] == days


def test_when_clocks_change_the_wall_decides() -> None:
    """In New York it opens at eight on the wall on both sides of the change."""
    daily = (row(",".join(WEEKDAYS), "08:00", "17:00"),)
    for day in ("2026-10-31", "2026-11-01", "2026-11-02"):
        assert hours.is_open(daily, at(f"{day}T08:00", NEW_YORK), NEW_YORK)
        assert not hours.is_open(daily, at(f"{day}T07:59", NEW_YORK), NEW_YORK)
    night = (row("SU", "02:10", "02:50"),)
    following = hours.next_opening(night, at("2026-03-07T12:00", NEW_YORK), NEW_YORK)
    assert following == at("2026-03-15T02:10", NEW_YORK)
    longer = (row("SU", "02:10", "05:00"),)
    following = hours.next_opening(longer, at("2026-03-07T12:00", NEW_YORK), NEW_YORK)
    assert following == at("2026-03-08T03:00", NEW_YORK)


@pytest.mark.parametrize(
    ("name", "offset"),
    [("America/New_York", -5), ("+08:00", 8), ("-0500", -5), ("Nowhere/Atlantis", 8), ("", 8)],
)
def test_zones_by_name_or_offset(name: str, offset: int) -> None:
    """A zone nobody knows is the directory's own."""
    zone = zone_of((row("MO", "08:00", "09:00", timezone=name),), "Asia/Shanghai")
    assert datetime(2026, 1, 1, tzinfo=zone).utcoffset() == timedelta(hours=offset)


dates = st.dates(date(2026, 1, 1), date(2027, 6, 30))
minutes = st.integers(0, 24 * 60 - 1).map(lambda m: time(m // 60, m % 60))
byday = st.lists(st.sampled_from(WEEKDAYS), min_size=1, max_size=4, unique=True).map(tuple)


@given(
    freq=st.sampled_from(["WEEKLY", "MONTHLY"]),
    days=st.lists(st.sampled_from(WEEKDAYS), max_size=3, unique=True),
    nth=st.sampled_from([None, 1, 2, -1]),
    monthday=st.sampled_from([None, 1, 15, 31, -1]),
    interval=st.integers(1, 4),
    start=dates,
    count=st.sampled_from([None, 1, 5]),
    length=st.integers(0, 300),
)
@settings(max_examples=60, deadline=None, derandomize=True)
def test_recurrence_agrees_with_dateutil(  # noqa: PLR0917
    freq: str,
    days: list[str],
    nth: int | None,
    monthday: int | None,
    interval: int,
    start: date,
    count: int | None,
    length: int,
) -> None:
    """The days of a rule are those that an independent implementation of RFC 5545 gives."""
    monthly = freq == "MONTHLY"
    ordinal = nth if monthly else None
    until = start + timedelta(days=length)
    schedule = Schedule(
        id="r",
        freq="MONTHLY" if monthly else "WEEKLY",
        interval=interval,
        byday=tuple(f"{ordinal or ''}{day}" for day in days),
        bymonthday=(monthday,) if monthly and monthday else (),
        dtstart=start,
        until=until,
        count=count,
    )
    rule = rrule(
        MONTHLY if monthly else WEEKLY,
        dtstart=datetime.combine(start, time()),
        interval=interval,
        count=count,
        byweekday=[RULE_DAYS[d](ordinal) if ordinal else RULE_DAYS[d] for d in days] or None,
        bymonthday=monthday if monthly and monthday else None,
    )
    limit = datetime.combine(until, time())
    expected = {moment.date() for moment in rule.between(limit.min, limit, inc=True)}
    horizon = [start + timedelta(days=number) for number in range(length + 1)]
    assert {day for day in horizon if takes_place(schedule, day)} == expected


@st.composite
def tables(draw: st.DrawFn) -> tuple[Schedule, ...]:
    """Weekly rows by day and by night, and now and then a closure."""
    rows = []
    for _ in range(draw(st.integers(1, 4))):
        opens, closes = draw(minutes), draw(minutes)
        rows.append(Schedule("r", "WEEKLY", byday=draw(byday), opens_at=opens, closes_at=closes))
    if draw(st.booleans()):
        first = draw(st.dates(date(2026, 10, 30), date(2026, 11, 6)))
        last = first + timedelta(days=draw(st.integers(0, 2)))
        rows.append(Schedule("c", closed=True, valid_from=first, valid_to=last))
    return tuple(rows)


def open_by_the_clock(rows: tuple[Schedule, ...], wall: datetime) -> bool:
    """The same question answered without any of the module's arithmetic."""
    for back in (0, 1):
        day = wall.date() - timedelta(days=back)
        if any(
            r.closed and r.valid_from and r.valid_to and r.valid_from <= day <= r.valid_to
            for r in rows
        ):
            continue
        for r in rows:
            if r.closed or WEEKDAYS[day.weekday()] not in r.byday:
                continue
            assert r.opens_at is not None
            assert r.closes_at is not None
            whole = r.closes_at == time(23, 59)
            if r.closes_at < r.opens_at and r.opens_at < time(16) and r.closes_at != time(0):
                continue
            over = r.closes_at <= r.opens_at and not whole
            now = wall.time()
            if back == 0 and now >= r.opens_at and (over or whole or now < r.closes_at):
                return True
            if back == 1 and over and now < r.closes_at:
                return True
    return False


@given(rows=tables(), start=st.integers(0, 6), zone=st.sampled_from([SHANGHAI, NEW_YORK]))
@settings(max_examples=30, deadline=None, derandomize=True)
def test_hours_agree_with_a_walk_through_the_minutes(
    rows: tuple[Schedule, ...], start: int, zone: ZoneInfo
) -> None:
    """Open, until when, and the next opening are what walking minute by minute finds.

    The walk crosses the night in which New York's clocks go back.
    """
    begin = datetime(2026, 10, 31, tzinfo=UTC) + timedelta(days=start % 2, hours=start)
    moments = [begin + timedelta(minutes=number) for number in range(0, 3 * 24 * 60, 7)]
    for moment in moments[:: 1 + start]:
        wall = moment.astimezone(zone).replace(tzinfo=None)
        assert hours.is_open(rows, moment, zone) == open_by_the_clock(rows, wall)
        until = hours.open_until(rows, moment, zone)
        assert (until is not None) == hours.is_open(rows, moment, zone)
    wall = begin.astimezone(zone).replace(tzinfo=None)
    until, following = (
        hours.open_until(rows, begin, zone),
        hours.next_opening(rows, begin, zone),
    )
    walk = [wall + timedelta(minutes=number) for number in range(1, 8 * 24 * 60)]
    if until is not None and until.replace(tzinfo=None) - wall < hours.NEVER_CLOSES:
        end = next((w for w in walk if not open_by_the_clock(rows, w)), None)
        assert end is None or until.replace(tzinfo=None) == end.replace(second=0)
    elif until is None:
        first = next((w for w in walk if open_by_the_clock(rows, w)), None)
        if first is not None:
            assert following is not None
            assert following.replace(tzinfo=None) == first.replace(second=0)
