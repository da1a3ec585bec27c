"""Festivals, public holidays and lunar dates in Chinese, read from one hit of their rule."""

from __future__ import annotations

import re
from datetime import date

from assistant.core import calendar
from assistant.understanding.times.parts import Days, as_days, one
from assistant.understanding.times.zh_dates import number, year_of
from assistant.understanding.times.zh_festivals import FESTIVALS

LATE_MONTH = 11
"The last two lunar months of a year mostly fall into the next solar year."
_LUNAR_MONTHS = {"正": 1, "腊": 12, "冬": 11}


def lunar_date(hit: re.Match[str], today: date) -> Days | None:
    """正月初五, 腊月二十三, 农历三月初三."""
    month = _LUNAR_MONTHS.get(hit["month"]) or number(hit["month"])
    day = number(hit["date"].removeprefix("初"))
    year = year_of(hit["year"], today)
    first = year or today.year - (month >= LATE_MONTH)
    for candidate in (first,) if year else range(first, first + 3):
        found = calendar.lunar_day(candidate, month, day)
        if found and (year or found >= today):
            return one(found)
    return None


def lunar_day(hit: re.Match[str], today: date) -> Days | None:
    """初八 without its month: the coming one."""
    found = calendar.next_lunar_day(number(hit["date"]), today)
    return as_days(found)


def festival(hit: re.Match[str], today: date) -> Days:
    """The day of a festival; with 期间, 假期 or 放假 all its days off."""
    name = FESTIVALS[hit["festival"]]
    year = year_of(hit["year"], today)
    day = calendar.festival(name, year) if year else calendar.current_festival(name, today)
    return Days(*calendar.holiday(name, day.year)) if hit["holiday"] else one(day)


def workday(_hit: re.Match[str], today: date) -> Days:
    """Today if offices work, else the next day they do."""
    return one(calendar.next_workday(today))


def public_holiday(_hit: re.Match[str], today: date) -> Days:
    """The holiday that is on, or the next one."""
    return Days(*calendar.holiday_around(today))


def days_off(hit: re.Match[str], _today: date, days: Days) -> tuple[date, date] | None:
    """First and last day off of the festival named, if one was."""
    name = FESTIVALS.get(hit.groupdict().get("festival") or "")
    return calendar.holiday(name, days.last.year) if name else None
