"""What an English expression for a day means: each reader takes one hit of its rule and today."""

from __future__ import annotations

import re
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from assistant.core import calendar
from assistant.understanding.times.en_words import (
    MONTHS,
    WEEKDAYS,
    count_of,
    ordinal,
    weekday_index,
)
from assistant.understanding.times.mention import (
    FURTHEST_DAYS,
    Reader,
    coming_date,
    end_of_month,
    middle_of_month,
    monday_of,
    next_day_of_month,
    real_date,
    start_of_month,
    whole_month,
)
from assistant.understanding.times.parts import WEEK, Days, as_days, one

_WEEKS = {"next": 1, "last": -1, "this": 0, "week after next": 2}


def relative_day(shift: int) -> Reader:
    """A reader for a day so many days from today."""
    return lambda _hit, today: one(today + timedelta(days=shift))


def weekday(hit: re.Match[str], today: date) -> Days:
    """A day of the week: bare it is the coming one, with this or next that of the week named."""
    index = weekday_index(hit["day"])
    which = (hit.groupdict().get("which") or "").strip()
    if "after" in which:
        return one(_coming(index, today) + timedelta(days=WEEK))
    if which not in _WEEKS:
        return one(_coming(index, today), WEEK)
    return one(monday_of(today) + timedelta(days=index + WEEK * _WEEKS[which]))


def short_weekday(hit: re.Match[str], today: date) -> Days:
    """Sat and sun, with the word before them."""
    index = WEEKDAYS[hit["day"]]
    before = hit.string[: hit.start()].split()
    if before and before[-1] in _WEEKS:
        return one(monday_of(today) + timedelta(days=index + WEEK * _WEEKS[before[-1]]))
    return one(_coming(index, today), WEEK)


def weekday_of_next_week(hit: re.Match[str], today: date) -> Days:
    """Tuesday next week."""
    index = weekday_index(hit["day"] or hit["later"])
    return one(monday_of(today) + timedelta(days=WEEK + index))


def weekdays(hit: re.Match[str], today: date) -> Days | None:
    """A run of weekdays: Monday to Friday."""
    first, last = weekday_index(hit["day"]), weekday_index(hit["last"])
    if last < first:
        return None
    monday = monday_of(today)
    return Days(monday + timedelta(days=first), monday + timedelta(days=last), WEEK)


def weeks_on(hit: re.Match[str], today: date) -> Days:
    """A week on Tuesday, Tuesday fortnight, a week today."""
    name, words = hit["day"], hit["span"]
    if name.startswith(("today", "tomorrow")):
        start = today + timedelta(days=1 if name.startswith("tom") else 0)
    else:
        # Said on a Tuesday, "Tuesday" is the next one.
        start = _coming(weekday_index(name), today + timedelta(days=1))
    weeks = 2 if "fortnight" in words or "two" in words else 3 if "three" in words else 1
    return one(start + timedelta(days=WEEK * weeks))


def week(hit: re.Match[str], today: date) -> Days:
    """A whole week, Monday to Sunday."""
    monday = monday_of(today) + timedelta(days=WEEK * _WEEKS.get(hit["which"], 0))
    return Days(monday, monday + timedelta(days=WEEK - 1))


def weekend(hit: re.Match[str], today: date) -> Days:
    """Saturday and Sunday."""
    shift = WEEK * _WEEKS.get((hit["which"] or "").strip(), 0)
    saturday = monday_of(today) + timedelta(days=calendar.SATURDAY + shift)
    return Days(saturday, saturday + timedelta(days=1))


def days_later(hit: re.Match[str], today: date) -> Days | None:
    """In two days, in a fortnight, three months from now."""
    count, unit = count_of(hit["count"]), hit["unit"]
    if not 0 < count <= FURTHEST_DAYS:
        return None
    if "month" in unit:
        return one(today + relativedelta(months=min(count, 24)))
    length = 2 * WEEK if "fortnight" in unit else WEEK if "week" in unit else 1
    return one(today + timedelta(days=min(count * length, FURTHEST_DAYS)))


def full_date(hit: re.Match[str], today: date) -> Days | None:
    """3rd of December, December 3, with or without its year; without, the coming one."""
    day, month = ordinal(hit["date"]), MONTHS[hit["month"][:3]]
    year = hit["year"]
    found = real_date(int(year), month, day) if year else coming_date(month, day, today)
    return as_days(found)


def iso_date(hit: re.Match[str], _today: date) -> Days | None:
    """2026-12-03."""
    found = real_date(int(hit["year"]), int(hit["month"]), int(hit["date"]))
    return as_days(found)


def figures(hit: re.Match[str], today: date) -> Days | None:
    """3/12: the day first, unless only the other order exists."""
    first, second = int(hit["first"]), int(hit["second"])
    year = hit["year"]
    for month, day in ((second, first), (first, second)):
        found = real_date(int(year), month, day) if year else coming_date(month, day, today)
        if found:
            return one(found)
    return None


def day_of_month(hit: re.Match[str], today: date) -> Days | None:
    """The third, the third of next month."""
    day = ordinal(hit["date"] or hit["alone"])
    which = hit.groupdict().get("which")
    if not which:
        found = next_day_of_month(day, today)
    else:
        base = today.replace(day=1) + relativedelta(months=_WEEKS[which])
        found = real_date(base.year, base.month, day)
    return as_days(found)


def month(hit: re.Match[str], today: date) -> Days:
    """A month or a part of it: in December, next month, the end of the month."""
    groups = hit.groupdict()
    base = today.replace(day=1) + relativedelta(months=_WEEKS.get(groups.get("which") or "", 0))
    if groups.get("month"):
        named = today.replace(day=1, month=MONTHS[groups["month"][:3]])
        base = named if named >= base else named.replace(year=named.year + 1)
    piece = groups.get("piece")
    if piece == "end":
        return end_of_month(base)
    if piece in {"beginning", "start"}:
        return start_of_month(base)
    return middle_of_month(base) if piece == "middle" else whole_month(base)


def month_end(_hit: re.Match[str], today: date) -> Days:
    """Month-end."""
    return end_of_month(today.replace(day=1))


def year_end(hit: re.Match[str], today: date) -> Days:
    """The end of the year is December."""
    year = today.year + (1 if hit["which"] else 0)
    return Days(date(year, 12, 1), date(year, 12, 31))


def _coming(index: int, today: date) -> date:
    return today + timedelta(days=(index - today.weekday()) % WEEK)
