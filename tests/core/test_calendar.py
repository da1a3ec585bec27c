from __future__ import annotations

from datetime import date

import pytest

from assistant.core import calendar


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 10, 1), False),
        (date(2026, 10, 10), True),
        (date(2026, 2, 28), True),
        (date(2026, 11, 28), False),
        (date(2026, 11, 25), True),
        (date(2027, 1, 1), False),
        (date(2027, 2, 8), False),
        (date(2027, 3, 1), True),
        (date(2035, 10, 2), False),
    ],
    ids=str,
)
def test_workdays_follow_the_published_arrangement(day: date, *, expected: bool) -> None:
    """Holidays are off, make-up weekends on; years not published yet follow the usual custom."""
    assert calendar.is_workday(day) is expected


@pytest.mark.parametrize(
    ("name", "year", "expected"),
    [
        ("spring", 2026, date(2026, 2, 17)),
        ("spring", 2027, date(2027, 2, 6)),
        ("dragon boat", 2026, date(2026, 6, 19)),
        ("mid-autumn", 2025, date(2025, 10, 6)),
        ("double ninth", 2026, date(2026, 10, 18)),
        ("laba", 2026, date(2026, 1, 26)),
        ("new year's eve lunar", 2026, date(2026, 2, 16)),
        ("qingming", 2026, date(2026, 4, 5)),
        ("winter solstice", 2026, date(2026, 12, 22)),
        ("easter", 2026, date(2026, 4, 5)),
    ],
    ids=str,
)
def test_festivals_fall_on_their_day(name: str, year: int, expected: date) -> None:
    """Lunar festivals, solar terms and Easter agree with printed calendars."""
    assert calendar.festival(name, year) == expected


def test_a_festival_within_another_holiday_shares_its_days_off() -> None:
    """Mid-autumn 2025 lay inside the National Day week."""
    assert calendar.holiday("mid-autumn", 2025) == (date(2025, 10, 1), date(2025, 10, 8))


def test_the_thirtieth_of_a_short_lunar_month_is_its_last_day() -> None:
    """大年三十 is said in years whose last month has 29 days, too."""
    assert calendar.lunar_day(2026, 12, 30) == date(2027, 2, 5)


def test_no_such_lunar_day_is_none() -> None:
    """Numbers no calendar has give nothing."""
    assert calendar.lunar_day(2026, 13, 1) is None
    assert calendar.lunar_day(2026, 1, 31) is None
    assert calendar.lunar_day(999, 1, 1) is None
