"""The calendar of the community: workdays, published holidays, lunar days and festivals. Pure.

Published Chinese holidays with their make-up workdays come from `chinese_calendar`. For a year
whose arrangement is not published yet, the usual length of each holiday stands in.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

import chinese_calendar
from dateutil.easter import easter as easter_of
from lunar_python import LunarYear, Solar

SATURDAY = 5
LAST_YEAR = 2199
FIRST_YEAR = 1900
LONGEST_MONTH = 30
"Days of a lunar month."

FIXED: dict[str, tuple[int, int]] = {
    "new year": (1, 1),
    "women": (3, 8),
    "labour": (5, 1),
    "children": (6, 1),
    "party": (7, 1),
    "army": (8, 1),
    "teachers": (9, 10),
    "national": (10, 1),
    "christmas eve": (12, 24),
    "christmas": (12, 25),
    "boxing": (12, 26),
    "new year's eve": (12, 31),
}
"Festivals on one day of the solar year (month, day)."

LUNAR: dict[str, tuple[int, int]] = {
    "spring": (1, 1),
    "lantern": (1, 15),
    "dragon head": (2, 2),
    "dragon boat": (5, 5),
    "qixi": (7, 7),
    "ghost": (7, 15),
    "mid-autumn": (8, 15),
    "double ninth": (9, 9),
    "laba": (12, 8),
    "little new year": (12, 23),
}
"Festivals on one day of the lunar year (month, day)."

_SOLAR_TERMS = {"qingming": "清明", "winter solstice": "冬至"}
PUBLISHED = {
    "new year": "New Year's Day",
    "spring": "Spring Festival",
    "qingming": "Tomb-sweeping Day",
    "labour": "Labour Day",
    "dragon boat": "Dragon Boat Festival",
    "mid-autumn": "Mid-autumn Festival",
    "national": "National Day",
}
"Holidays the State Council publishes each year, with their names in `chinese_calendar`."
_USUAL_DAYS = {"spring": (-1, 6), "labour": (0, 4), "national": (0, 6)}
"First and last day off, counted from the festival, before the year's arrangement is published."


def prepare(day: date) -> None:
    """Reckon the lunar years around `day` beforehand, so that no caller waits for them."""
    for year in range(day.year - 1, day.year + 3):
        _lunar_months(year)
        for term in _SOLAR_TERMS.values():
            _solar_term(term, year)


def is_workday(day: date) -> bool:
    """Whether offices work on `day`: holidays off, make-up Saturdays and Sundays on."""
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return day.weekday() < SATURDAY and not any(
            first <= day <= last for first, last in (holiday(name, day.year) for name in PUBLISHED)
        )


def next_workday(day: date) -> date:
    """`day` itself if offices work on it, else the next day they do."""
    while not is_workday(day):
        day += timedelta(days=1)
    return day


def festival(name: str, year: int) -> date:
    """The day of a festival in a solar year; `name` is a key of `FIXED`, `LUNAR` or a term."""
    if name in FIXED:
        return date(year, *FIXED[name])
    if name == "easter":
        return easter_of(year)
    if name in _SOLAR_TERMS:
        return _solar_term(_SOLAR_TERMS[name], year)
    if name == "new year's eve lunar":
        return festival("spring", year) - timedelta(days=1)
    month, day = LUNAR[name]
    # The twelfth lunar month mostly falls into the next solar year.
    for lunar_year in (year, year - 1):
        found = lunar_day(lunar_year, month, day)
        if found and found.year == year:
            return found
    return lunar_day(year, month, day) or date(year, 12, 31)


def next_festival(name: str, day: date) -> date:
    """The first such festival that is not before `day`."""
    for year in (day.year, day.year + 1):
        found = festival(name, year)
        if found >= day:
            return found
    return festival(name, day.year + 2)


def current_festival(name: str, day: date) -> date:
    """The festival whose days off are running at `day`, else the next one."""
    first, last = holiday(name, day.year)
    return festival(name, day.year) if first <= day <= last else next_festival(name, day)


def holiday(name: str, year: int) -> tuple[date, date]:
    """First and last day off of a holiday as published, or as usual; else the festival itself."""
    middle = festival(name, year)
    published = _published_days(year, PUBLISHED.get(name, ""))
    if published:
        return published
    if name in _USUAL_DAYS:
        before, after = _USUAL_DAYS[name]
        return middle + timedelta(days=before), middle + timedelta(days=after)
    return _long_weekend(middle) if name in PUBLISHED else (middle, middle)


def holiday_around(day: date) -> tuple[date, date]:
    """The public holiday that is on at `day`, or the next one."""
    spans = [holiday(name, year) for year in (day.year, day.year + 1) for name in PUBLISHED]
    return min(span for span in spans if span[1] >= day)


def lunar_day(year: int, month: int, day: int) -> date | None:
    """The solar date of a day of a lunar year, or `None` for no such day.

    The thirtieth of a short month is its last day, as 大年三十 is.
    """
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return None
    for index, first, length in _lunar_months(year):
        if index == month and 1 <= day <= LONGEST_MONTH:
            return first + timedelta(days=min(day, length) - 1)
    return None


def next_lunar_day(day_of_month: int, today: date) -> date | None:
    """The next day 1 to 30 of a lunar month that is not before `today` (初八 without a month)."""
    if not 1 <= day_of_month <= LONGEST_MONTH:
        return None
    start = min(first for _, first, _ in _lunar_months(today.year))
    for year in (today.year, today.year + 1) if today >= start else (today.year - 1, today.year):
        for _, first, length in _lunar_months(year):
            found = first + timedelta(days=day_of_month - 1)
            if found >= today and day_of_month <= length and first <= today + timedelta(days=45):
                return found
    return None


def lunar_of(day: date) -> tuple[int, int, int] | None:
    """Lunar month (negative for a leap one), day of it, and how many days it has.

    `None` outside the years reckoned.
    """
    for year in (day.year, day.year - 1):
        if not FIRST_YEAR <= year <= LAST_YEAR:
            return None
        for index, first, length in _lunar_months(year):
            if first <= day < first + timedelta(days=length):
                return index, (day - first).days + 1, length
    return None


@lru_cache(maxsize=64)
def _lunar_months(year: int) -> tuple[tuple[int, date, int], ...]:
    """Month (negative for a leap month), first solar day and length, for one lunar year."""
    months = []
    for month in LunarYear.fromYear(year).getMonths():
        if month.getYear() == year:
            first = Solar.fromJulianDay(month.getFirstJulianDay())
            begin = date(first.getYear(), first.getMonth(), first.getDay())
            months.append((month.getMonth(), begin, month.getDayCount()))
    return tuple(months)


@lru_cache(maxsize=64)
def _solar_term(name: str, year: int) -> date:
    table = Solar.fromYmd(year, 6, 1).getLunar().getJieQiTable()
    # The table begins with the winter solstice of the year before and repeats it under its pinyin.
    same = [table[key] for key in (name, "DONG_ZHI") if table[key].getYear() == year]
    found = same[0] if same else table[name]
    return date(found.getYear(), found.getMonth(), found.getDay())


@lru_cache(maxsize=256)
def _published_days(year: int, name: str) -> tuple[date, date] | None:
    # A festival inside another one (Mid-autumn in the National Day week) shares its days off.
    known = chinese_calendar.constants.holidays
    named = [day for day, label in known.items() if label == name and _belongs(day, name) == year]
    if not named:
        return None
    first = last = min(named)
    while first - timedelta(days=1) in known:
        first -= timedelta(days=1)
    while last + timedelta(days=1) in known:
        last += timedelta(days=1)
    return first, last


def _belongs(day: date, name: str) -> int:
    # Days off at the end of December belong to the New Year's Day that follows.
    return day.year + 1 if name == PUBLISHED["new year"] and day.month == 12 else day.year  # noqa: PLR2004


def _long_weekend(middle: date) -> tuple[date, date]:
    friday, monday = 4, 0
    if middle.weekday() == friday:
        return middle, middle + timedelta(days=2)
    if middle.weekday() == monday:
        return middle - timedelta(days=2), middle
    if middle.weekday() >= SATURDAY:
        saturday = middle - timedelta(days=middle.weekday() - SATURDAY)
        return saturday, saturday + timedelta(days=2)
    return middle, middle
