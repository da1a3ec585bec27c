"""Festivals as they are called in English, and public holidays, read from one hit of their rule."""

from __future__ import annotations

import re
from datetime import date

from assistant.core import calendar
from assistant.understanding.times.parts import Days, one

FESTIVALS = {
    r"new year'?s eve": "new year's eve",
    r"(?:chinese|lunar) new year'?s eve": "new year's eve lunar",
    r"(?:chinese|lunar) new year(?:'?s)?(?: day)?|spring festival": "spring",
    r"new year'?s(?: day)?|(?:the )?new year": "new year",
    r"christmas eve": "christmas eve",
    r"christmas(?: day)?|xmas": "christmas",
    r"boxing day": "boxing",
    r"easter(?: sunday)?": "easter",
    r"lantern festival": "lantern",
    r"qing ?ming(?: festival)?|tomb[\s-]sweeping(?: day)?": "qingming",
    r"labou?r day|may day|may holiday": "labour",
    r"dragon boat(?: festival)?": "dragon boat",
    r"mid[\s-]?autumn(?: festival)?|moon ?cake festival|moon festival": "mid-autumn",
    r"double ninth(?: festival)?|chong ?yang(?: festival)?": "double ninth",
    r"national day|golden week": "national",
    r"winter solstice": "winter solstice",
    r"children'?s day": "children",
    r"teachers'? day": "teachers",
}
_TABLE = tuple((re.compile(pattern), name) for pattern, name in FESTIVALS.items())
HOLIDAY = r"(?P<holiday>\s+(?:holidays?|week|break|period))?"


def festival(hit: re.Match[str], today: date) -> Days:
    """The day of a festival; with holiday, week or break all its days off."""
    name = _name(hit)
    day = calendar.current_festival(name, today)
    if hit["holiday"] or hit["festival"] == "golden week":
        return Days(*calendar.holiday(name, day.year))
    return one(day)


def workday(_hit: re.Match[str], today: date) -> Days:
    """Today if offices work, else the next day they do."""
    return one(calendar.next_workday(today))


def public_holiday(_hit: re.Match[str], today: date) -> Days:
    """The holiday that is on, or the next one."""
    return Days(*calendar.holiday_around(today))


def days_off(hit: re.Match[str], today: date, days: Days) -> tuple[date, date] | None:
    """First and last day off of the holiday named, if one was."""
    groups = hit.groupdict()
    if groups.get("festival"):
        return calendar.holiday(_name(hit), days.last.year)
    return calendar.holiday_around(today) if groups.get("holidays") else None


def _name(hit: re.Match[str]) -> str:
    return next(name for pattern, name in _TABLE if pattern.fullmatch(hit["festival"]))
