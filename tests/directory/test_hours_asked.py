from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from assistant.core.answer import Fact, Field, Lookup
from assistant.core.interval import Interval
from assistant.core.service import Organization, Phone, Records, Schedule, Service
from assistant.core.values import Clock, Day, Moment, PhoneNumber
from assistant.directory.facts import View
from assistant.directory.recurrence import WEEKDAYS
from assistant.directory.vouching import Vouching
from assistant.directory.written import read_hours

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 9, 30, 9, 0, tzinfo=ZONE)
"A Wednesday, the day before National Day."
CN = Schedule("r", country="CN")


def weekly(byday: tuple[str, ...], opens: time, closes: time, **more: object) -> Schedule:
    """A weekly row in China."""
    made = replace(CN, freq="WEEKLY", byday=byday, opens_at=opens, closes_at=closes)
    return replace(made, **more)  # type: ignore[arg-type]


SHOP = (weekly(WEEKDAYS, time(8), time(20)),)
OFFICE = tuple(read_hours("周一至周五 8:30-11:30 14:00-17:00（法定节假日除外）", CN) or ())
ALWAYS = (weekly(WEEKDAYS, time(), time(23, 59)),)
POOL = (weekly(WEEKDAYS, time(9), time(18), valid_from=date(2027, 6, 1)),)
CLINIC = tuple(read_hours("2nd & 4th Saturday of the month from 10:00 a.m.", CN) or ())


def fact(
    rows: tuple[Schedule, ...],
    when: Interval | None = None,
    field: Field = "hours",
    now: datetime = NOW,
) -> Fact:
    """What is told of the hours of a service with these rows."""
    service = Service(
        "s", "店", Organization("o", "o"), assured_date=date(2026, 9, 1), schedules=rows,
        phones=(Phone("p", "0571-88001234"),),
    )  # fmt: skip
    query = Lookup((field,), ("s",), "", "zh", when)
    return View(service, Records(services=(service,)), now, query, Vouching()).fact(field)


def days(first: str, number: int = 1) -> Interval:
    """Whole days."""
    begin = datetime.fromisoformat(first).replace(tzinfo=ZONE)
    return Interval(begin, begin + timedelta(days=number), "day")


def at(text: str) -> datetime:
    """A moment in Shanghai."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("rows", "when", "shape", "value"),
    [
        (OFFICE, days("2026-10-01"), "day_closed", "2026-10-01 closed"),
        (OFFICE, days("2026-10-10"), "day", "2026-10-10 08:30-11:30,14:00-17:00"),
        (OFFICE, days("2026-10-01", 7), "days_closed", "2026-10-01/2026-10-07 closed"),
        (
            OFFICE,
            days("2026-09-30", 9),
            "days",
            "2026-09-30 08:30-11:30,14:00-17:00; 2026-10-01/2026-10-07 closed; "
            "2026-10-08 08:30-11:30,14:00-17:00",
        ),
        (SHOP, days("2026-10-01", 7), "days", "2026-10-01/2026-10-07 08:00-20:00"),
        (SHOP, None, "week", "MO-SU 08:00-20:00"),
        (SHOP, Interval(at("2026-10-01"), None, "open"), "week", "MO-SU 08:00-20:00"),
        (SHOP, days("2026-10-01", 60), "week", "MO-SU 08:00-20:00"),
        (POOL, None, "week_from", "MO-SU 09:00-18:00"),
        (CLINIC, None, "starts", "2026-10-10 10:00"),
        (CLINIC, days("2026-10-10"), "starts", "2026-10-10 10:00"),
        (CLINIC, days("2026-10-11"), "day_closed", "2026-10-11 closed"),
        ((replace(CN, description="先问"),), None, "as_written", "先问"),
        ((replace(CN, description="先问"),), days("2026-10-01"), "as_written", "先问"),
        ((), days("2026-10-01"), "unknown", ""),
    ],
)
def test_hours_of_the_days_asked_about(
    rows: tuple[Schedule, ...], when: Interval | None, shape: str, value: str
) -> None:
    """One day, a holiday week, a season, and what nobody can tell."""
    found = fact(rows, when)
    assert (found.field, found.shape, found.value) == ("hours", shape, value)


def test_national_day_is_told_by_name() -> None:
    """An office is closed for it; of a shop nobody wrote, and that is said; of a hotline too."""
    office = fact(OFFICE, days("2026-10-01"))
    assert office.notice is not None
    assert (office.notice.text("zh"), office.notice.text("en")) == (
        "国庆节放假",
        "closed for National Day",
    )
    shop = fact(SHOP, days("2026-10-01"))
    assert shop.holiday is not None
    assert shop.holiday.text("zh") == "国庆节"
    assert fact(SHOP, days("2026-10-08")).holiday is None
    assert fact(ALWAYS, days("2026-10-01")).holiday is None
    assert fact(SHOP, None, "open_now", at("2026-10-01T09:00")).holiday is not None


@pytest.mark.parametrize(
    ("rows", "now", "shape"),
    [
        (SHOP, "2026-09-30T09:00", "open"),
        (SHOP, "2026-09-30T20:00", "closed"),
        (SHOP, "2026-10-01T09:00", "usually"),
        (OFFICE, "2026-10-01T09:00", "closed"),
        (OFFICE, "2026-10-10T09:00", "open"),
        (ALWAYS, "2026-09-30T23:59", "always"),
        (CLINIC, "2026-10-10T09:59", "closed"),
        (CLINIC, "2026-10-10T10:30", "unknown"),
        ((), "2026-10-10T10:30", "unknown"),
    ],
)
def test_open_at_this_moment(rows: tuple[Schedule, ...], now: str, shape: str) -> None:
    """On a workday, a holiday, a Saturday worked, round the clock, and where no one knows."""
    assert fact(rows, None, "open_now", at(now)).shape == shape


def test_open_now_with_another_time_is_answered_with_that_day() -> None:
    """Asked about tomorrow it tells those hours; only now, or this very minute, is now."""
    tomorrow = fact(SHOP, days("2026-10-01"), "open_now")
    assert (tomorrow.field, tomorrow.shape) == ("hours", "day")
    afternoon = Interval(at("2026-09-30T15:00"), at("2026-09-30T15:00"), "instant")
    assert fact(SHOP, afternoon, "open_now").field == "hours"
    assert fact(SHOP, Interval(NOW, NOW, "instant"), "open_now").field == "open_now"


def test_until_when_is_told_with_its_day_if_that_is_not_today() -> None:
    """At noon, until midnight is a time of day; until eight tomorrow evening needs the day."""
    late = (weekly(WEEKDAYS, time(8), time(23, 59)),)
    noon = at("2026-09-30T12:00")
    assert dict(fact(late, None, "open_now", noon).params)["until"] == Clock(time())
    once = (
        weekly(("WE",), time(), time(23, 59)),
        weekly(("TH",), time(), time(20)),
    )
    assert dict(fact(once, None, "open_now", noon).params)["until"] == Moment(
        at("2026-10-01T20:00"), noon.date()
    )


def test_today_when_it_has_closed_already() -> None:
    """Today's hours are no use in the evening: that is said, with the next opening."""
    found = fact(SHOP, days("2026-09-30"), now=at("2026-09-30T21:00"))
    assert found.shape == "day_over"
    assert dict(found.params)["next"] == Moment(at("2026-10-01T08:00"), date(2026, 9, 30))
    assert fact(OFFICE, days("2026-09-30"), now=at("2026-09-30T12:00")).shape == "day"


def test_a_season_tells_its_days() -> None:
    """From when, and until when if that is near."""
    assert dict(fact(POOL).params)["from"] == Day(date(2027, 6, 1), date(2026, 9, 30))
    ending = (weekly(WEEKDAYS, time(9), time(18), valid_to=date(2026, 10, 15)),)
    found = fact(ending)
    assert found.shape == "week_until"
    assert dict(found.params)["until"] == Day(date(2026, 10, 15), date(2026, 9, 30))


def test_what_cannot_be_told_for_sure_names_a_number() -> None:
    """Hours read out as written, hours without an end, and hours nobody knows."""
    for rows in ((replace(CN, description="先问"),), CLINIC, ()):
        assert dict(fact(rows).params)["phone"] == PhoneNumber("0571-88001234")


def test_too_many_changes_are_told_as_a_usual_week() -> None:
    """Every other day over two weeks: nobody keeps seven stretches in mind."""
    rows = (weekly(("MO", "WE", "FR"), time(8), time(9), holidays="workdays"),)
    found = fact(rows, days("2026-09-28", 12))
    assert found.shape == "week"
    assert found.notice is not None
    assert found.notice.text("zh") == "国庆节放假"
