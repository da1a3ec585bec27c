"""Days named in a text: rules are tried everywhere, the first mention wins, then the longest."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from assistant.understanding.times.parts import Days

MONTH_END_DAYS = 5
"The end of the month is its last five days (月底)."
MONTH_START_DAYS = 10
MONTH_MIDDLE_DAYS = 20
"The middle of the month is the 11th to the 20th."
FURTHEST_DAYS = 366
"Nobody books further ahead than a year."


@dataclass(frozen=True, slots=True)
class Mention:
    """Days named in a text."""

    start: int
    end: int
    days: Days
    holiday: tuple[date, date] | None = None
    "First and last day off, for “after” and “before” a festival."


Reader = Callable[[re.Match[str], date], Days | None]
"What a hit of its pattern means, seen from today; `None` for no day at all."
Rule = tuple[re.Pattern[str], Reader]
HolidayReader = Callable[[re.Match[str], date, Days], tuple[date, date] | None]


def rules(table: Iterable[tuple[str, Reader]]) -> tuple[Rule, ...]:
    """A table of patterns and readers, compiled."""
    return tuple((re.compile(pattern), reader) for pattern, reader in table)


def first_mention(
    text: str, today: date, table: Iterable[Rule], days_off: HolidayReader
) -> Mention | None:
    """The first days named in `text`; where two mentions begin together, the longer one."""
    best: Mention | None = None
    for pattern, reader in table:
        for hit in pattern.finditer(text):
            if best and (hit.start(), -hit.end()) >= (best.start, -best.end):
                break
            days = reader(hit, today)
            if days is not None:
                best = Mention(hit.start(), hit.end(), days, days_off(hit, today, days))
                break
    return best


def real_date(year: int, month: int, day: int) -> date | None:
    """The date, or `None` for one no calendar has."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def coming_date(month: int, day: int, today: date) -> date | None:
    """The next such day of the year, today included."""
    found = real_date(today.year, month, day)
    return real_date(today.year + 1, month, day) if found and found < today else found


def next_day_of_month(day: int, today: date) -> date | None:
    """The next such day of a month, today included; months without it are passed over."""
    for step in range(3):
        month = today.replace(day=1) + relativedelta(months=step)
        found = real_date(month.year, month.month, day)
        if found and found >= today:
            return found
    return None


def end_of_month(first: date) -> Days:
    """The last five days of the month that begins at `first`."""
    last = first + relativedelta(months=1, days=-1)
    return Days(last - timedelta(days=MONTH_END_DAYS - 1), last)


def start_of_month(first: date) -> Days:
    """The first ten days."""
    return Days(first, first + timedelta(days=MONTH_START_DAYS - 1))


def middle_of_month(first: date) -> Days:
    """The 11th to the 20th."""
    start = first + timedelta(days=MONTH_START_DAYS)
    return Days(start, first + timedelta(days=MONTH_MIDDLE_DAYS - 1))


def whole_month(first: date) -> Days:
    """The month that begins at `first`."""
    return Days(first, first + relativedelta(months=1, days=-1))


def monday_of(day: date) -> date:
    """The Monday of its week: weeks run from Monday to Sunday."""
    return day - timedelta(days=day.weekday())
