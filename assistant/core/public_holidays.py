"""Public holidays of a country, and the weekends worked instead. Pure.

China's stand as published by the State Council, with the weekend days worked instead; a year not
published yet follows custom. Those of other countries come from the `holidays` package, days off in
lieu among them, holidays of single states or provinces not.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

import chinese_calendar
import holidays

from assistant.core import calendar
from assistant.core.values import Localised

CHINA = "CN"
MONDAY, FRIDAY, SATURDAY = 0, 4, 5

_CHINESE = {
    "new year": ("元旦", "New Year's Day"),
    "spring": ("春节", "the Spring Festival"),
    "national": ("国庆节", "National Day"),
    "qingming": ("清明节", "the Qingming Festival"),
    "labour": ("劳动节", "Labour Day"),
    "dragon boat": ("端午节", "the Dragon Boat Festival"),
    "mid-autumn": ("中秋节", "the Mid-Autumn Festival"),
}
"By their names in `calendar`; of two that fall together the first is named."
_PUBLISHED = {label: name for name, label in calendar.PUBLISHED.items()}
_IN_CHINESE = {
    "New Year's Day": "元旦",
    "Good Friday": "耶稣受难日",
    "Easter Sunday": "复活节",
    "Easter Monday": "复活节星期一",
    "Labor Day": "劳动节",
    "Independence Day": "独立日",
    "Thanksgiving Day": "感恩节",
    "Thanksgiving": "感恩节",
    "Christmas Day": "圣诞节",
    "Boxing Day": "节礼日",
}
"Names older Chinese residents abroad know; the others are called a public holiday."
_ANY = "公共假日"
_LARGEST_YEAR = 2199
"Beyond it the lunar calendar is not reckoned."


def public_holiday(day: date, country: str) -> Localised | None:
    """The public holiday of `country` (two letters) that `day` belongs to, or `None`.

    A country nobody has reckoned has none.
    """
    if not 1 < day.year < _LARGEST_YEAR:
        return None
    if country.upper() == CHINA:
        name = _chinese(day)
        return None if name is None else Localised(tuple(zip(("zh", "en"), name, strict=True)))
    found = _elsewhere(country.upper(), day.year).get(day)
    if found is None:
        return None
    return Localised((("zh", _IN_CHINESE.get(found, _ANY)), ("en", found)))


def worked_instead(day: date, country: str) -> date | None:
    """The weekday whose hours hold on a weekend day that offices work, else `None`.

    The State Council names the days and not the hours: a Saturday takes those of the Friday before,
    a Sunday those of the Monday after.
    """
    if country.upper() != CHINA or day.weekday() < SATURDAY:
        return None
    if day not in chinese_calendar.constants.workdays:
        return None
    return day + timedelta(days=-1 if day.weekday() == SATURDAY else 1)


def in_festival(name: str, day: date) -> bool:
    """Whether `day` is one of the days off of a Chinese festival; `name` is one of `calendar`'s."""
    years = (day.year, day.year + 1)
    return any(first <= day <= last for first, last in (_days_off(name, year) for year in years))


@lru_cache(maxsize=4096)
def _chinese(day: date) -> tuple[str, str] | None:
    known = chinese_calendar.constants.holidays
    if day in known:
        return _CHINESE.get(_PUBLISHED.get(known[day], ""), (_ANY, "a public holiday"))
    if day.year <= max(known).year:
        return None
    return next((said for name, said in _CHINESE.items() if in_festival(name, day)), None)


@lru_cache(maxsize=256)
def _days_off(name: str, year: int) -> tuple[date, date]:
    return calendar.holiday(name, year)


@lru_cache(maxsize=64)
def _elsewhere(country: str, year: int) -> dict[date, str]:
    try:
        found = holidays.country_holidays(country, years=[year], language="en_US")
    except NotImplementedError:
        return {}
    return {day: str(name).split(" (", maxsplit=1)[0] for day, name in found.items()}
