from __future__ import annotations

from datetime import date

import pytest

from assistant.core.calendar import lunar_of
from assistant.core.public_holidays import in_festival, public_holiday, worked_instead


@pytest.mark.parametrize(
    ("day", "country", "name"),
    [
        ("2026-10-01", "CN", "国庆节"),
        ("2026-10-03", "CN", "国庆节"),
        ("2026-10-10", "CN", None),
        ("2026-02-15", "CN", "春节"),
        ("2026-11-28", "CN", None),
        ("2028-10-01", "CN", "国庆节"),
        ("2028-01-26", "CN", "春节"),
        ("2026-11-26", "US", "感恩节"),
        ("2026-07-03", "us", "独立日"),
        ("2026-10-01", "US", None),
        ("2026-12-28", "GB", "节礼日"),
        ("2026-10-01", "XX", None),
        ("0001-01-01", "CN", None),
        ("9999-12-31", "US", None),
    ],
)
def test_public_holidays_of_a_country(day: str, country: str, name: str | None) -> None:
    """As published or by custom, days in lieu among them; ordinary weekends are none."""
    found = public_holiday(date.fromisoformat(day), country)
    assert (None if found is None else found.text("zh")) == name


@pytest.mark.parametrize(
    ("day", "weekday"),
    [("2026-10-10", "2026-10-09"), ("2026-09-20", "2026-09-21"), ("2026-10-11", None)],
)
def test_weekend_days_worked_instead(day: str, weekday: str | None) -> None:
    """A Saturday takes the hours of its Friday, a Sunday those of its Monday."""
    found = worked_instead(date.fromisoformat(day), "CN")
    assert found == (None if weekday is None else date.fromisoformat(weekday))
    assert worked_instead(date.fromisoformat(day), "US") is None


def test_new_years_days_off_may_begin_in_the_old_year() -> None:
    """The festival of 2027 has its first day off by its own reckoning, whatever the year."""
    assert in_festival("new year", date(2027, 1, 1))
    assert in_festival("spring", date(2026, 2, 23))
    assert not in_festival("spring", date(2026, 2, 24))


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2026-02-17", (1, 1, 30)),
        ("2026-02-16", (12, 29, 29)),
        ("2025-07-25", (-6, 1, 29)),
        ("1850-01-01", None),
    ],
)
def test_days_of_the_lunar_calendar(day: str, expected: tuple[int, int, int] | None) -> None:
    """New Year's Day, the eve of it, and the first of a leap month."""
    assert lunar_of(date.fromisoformat(day)) == expected
