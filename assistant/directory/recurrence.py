"""On which days a schedule row takes place. Pure.

The parts of an RFC 5545 rule that HSDS keeps, and what they cannot say: public holidays, weekend
days worked instead, the days off of a festival, days of the lunar calendar.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from assistant.core.calendar import LONGEST_MONTH, lunar_of
from assistant.core.public_holidays import in_festival, public_holiday, worked_instead

if TYPE_CHECKING:
    from assistant.core.service import LunarSpan, Schedule

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
COUNTED_DAYS = 20 * 366
"A rule with a count is followed for twenty years; nothing in a directory lasts longer."

_DAY = re.compile(r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)")
_A_MONDAY = date(1970, 1, 5)


def takes_place(schedule: Schedule, day: date) -> bool:
    """Whether a row says anything about `day`: opens on it, or closes it."""
    within = (schedule.valid_from is None or schedule.valid_from <= day) and (
        schedule.valid_to is None or day <= schedule.valid_to
    )
    if not within or not _on_marked_days(schedule, day) or not _fits_or_worked(schedule, day):
        return False
    if schedule.count is None:
        return True
    last = _last_counted(schedule)
    return last is not None and day <= last


def is_weekly(schedule: Schedule) -> bool:
    """Whether a row says the same of every week while it is valid."""
    once = schedule.freq is None and schedule.dtstart is not None and not schedule.byday
    ordinal = any(day not in WEEKDAYS for day in schedule.byday)
    every = schedule.interval <= 1 and schedule.count is None and not is_marked(schedule)
    return schedule.freq != "MONTHLY" and every and not once and not ordinal


def is_dayless(schedule: Schedule) -> bool:
    """Whether a row names no day at all, so that nobody can tell when it applies."""
    days = schedule.freq or schedule.byday or schedule.bymonthday
    dates = schedule.dtstart or schedule.valid_from or schedule.valid_to
    return not days and dates is None and not is_marked(schedule)


def is_marked(schedule: Schedule) -> bool:
    """Whether a row is for days of a festival, of the lunar calendar or public holidays only."""
    return bool(schedule.festival or schedule.lunar or schedule.holidays == "only")


def _on_marked_days(schedule: Schedule, day: date) -> bool:
    """Whether `day` is one the row may take place on at all, whatever its rule says."""
    if schedule.festival and not in_festival(schedule.festival, day):
        return False
    if schedule.lunar and not any(_in_lunar(span, day) for span in schedule.lunar):
        return False
    if schedule.holidays in {"", "open"} or not schedule.country:
        return schedule.holidays != "only"
    off = public_holiday(day, schedule.country) is not None
    return off == (schedule.holidays == "only")


def _fits_or_worked(schedule: Schedule, day: date) -> bool:
    """Whether the rule holds on `day`, or on the weekday whose work is done on it."""
    if _fits(schedule, day):
        return True
    instead = worked_instead(day, schedule.country) if schedule.holidays == "workdays" else None
    return instead is not None and _fits(schedule, instead)


def _in_lunar(span: LunarSpan, day: date) -> bool:
    found = lunar_of(day)
    if found is None:
        return False
    month, number, length = found
    days = {number, LONGEST_MONTH} if number == length else {number}
    if not span.month:
        return any(span.day <= one <= span.to_day for one in days)
    first, last = (span.month, span.day), (span.to_month, span.to_day)
    if first <= last:
        return any(first <= (month, one) <= last for one in days)
    return any((month, one) >= first or (0, 0) < (month, one) <= last for one in days)


def _fits(schedule: Schedule, day: date) -> bool:
    begun = schedule.dtstart is None or schedule.dtstart <= day
    if not begun or (schedule.until is not None and schedule.until < day):
        return False
    if schedule.freq == "MONTHLY":
        return _fits_month(schedule, day)
    if schedule.freq == "WEEKLY" or schedule.byday:
        return _fits_week(schedule, day)
    if schedule.bymonthday:
        return _on_month_day(schedule, day)
    if schedule.dtstart is not None:
        return schedule.dtstart == day
    return schedule.closed or not is_dayless(schedule)


def _fits_week(schedule: Schedule, day: date) -> bool:
    start = schedule.dtstart or schedule.valid_from or _A_MONDAY
    weeks = (_monday(day) - _monday(start)).days // 7
    if weeks % max(schedule.interval, 1):
        return False
    if schedule.byday:
        return _on_weekday(schedule, day)
    return schedule.dtstart is not None and day.weekday() == schedule.dtstart.weekday()


def _fits_month(schedule: Schedule, day: date) -> bool:
    start = schedule.dtstart or schedule.valid_from or _A_MONDAY
    months = (day.year - start.year) * 12 + day.month - start.month
    if months % max(schedule.interval, 1):
        return False
    if not schedule.byday and not schedule.bymonthday:
        return schedule.dtstart is not None and day.day == schedule.dtstart.day
    on_weekday = not schedule.byday or _on_weekday(schedule, day)
    return on_weekday and (not schedule.bymonthday or _on_month_day(schedule, day))


def _on_weekday(schedule: Schedule, day: date) -> bool:
    """`SA` is every Saturday, `1SA` the first and `-1SA` the last of the month."""
    for text in schedule.byday:
        found = _DAY.fullmatch(text)
        if found is None or WEEKDAYS.index(found[2]) != day.weekday():
            continue
        from_front = (day.day - 1) // 7 + 1
        from_back = -((_month_length(day) - day.day) // 7 + 1)
        if not found[1] or int(found[1]) in {from_front, from_back}:
            return True
    return False


def _on_month_day(schedule: Schedule, day: date) -> bool:
    """31 is the thirty-first, -1 the last day of the month."""
    from_back = day.day - _month_length(day) - 1
    return day.day in schedule.bymonthday or from_back in schedule.bymonthday


@lru_cache(maxsize=1024)
def _last_counted(schedule: Schedule) -> date | None:
    start = schedule.dtstart or schedule.valid_from
    if start is None or schedule.count is None:
        return None
    left = schedule.count
    for number in range(COUNTED_DAYS):
        day = start + timedelta(days=number)
        if left <= 0 or (schedule.until is not None and day > schedule.until):
            break
        if _fits(schedule, day):
            left -= 1
            last = day
    return last if left < schedule.count else None


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _month_length(day: date) -> int:
    return monthrange(day.year, day.month)[1]
