"""The pieces hours are written in, in any language. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import time
from enum import Enum

from assistant.core.service import LunarSpan

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
OFFICE_DAYS, WEEKEND = WEEKDAYS[:5], WEEKDAYS[5:]
LAST_MINUTE = time(23, 59)
"How HSDS writes the end of the day."


@dataclass(frozen=True, slots=True)
class Days:
    """Days that hours are given for; several kinds at once add up."""

    byday: tuple[str, ...] = ()
    "`MO` to `SU`, or with an ordinal `2SA`, `-1FR`: of every month."
    month_days: tuple[int, ...] = ()
    lunar: tuple[LunarSpan, ...] = ()
    festival: str = ""
    "The days off of a festival of `core.calendar`."
    holidays: bool = False
    "Public holidays."
    worked: bool = False
    "The days offices work: without public holidays, with the weekend days worked instead."


@dataclass(frozen=True, slots=True)
class Times:
    """From opening to closing; nobody wrote until when if `closes` is `None`."""

    opens: time
    closes: time | None


@dataclass(frozen=True, slots=True)
class Without:
    """Days taken out of those before."""

    byday: tuple[str, ...]


class Mark(Enum):
    """What is said about the days before or after."""

    CLOSED = "closed"
    NO_HOLIDAYS = "not on public holidays"
    ALL_YEAR = "on every day of the year, public holidays too"
    ALWAYS = "round the clock on every day"
    HOLIDAYS_TOO = "on public holidays too"
    NOTHING = "says nothing"


Token = Days | Times | Without | Mark
Pattern = tuple[re.Pattern[str], Callable[[re.Match[str]], Token | None]]
"What a piece looks like, and what it means: `None` if it means nothing certain."


def scan(text: str, patterns: tuple[Pattern, ...]) -> tuple[Token, ...] | None:
    """The text as tokens, the longest piece first; `None` if a piece of it is not understood."""
    found: list[Token] = []
    place = 0
    while place < len(text):
        matches = [(match, build) for look, build in patterns if (match := look.match(text, place))]
        if not matches:
            return None
        match, build = max(matches, key=lambda one: one[0].end())
        token = build(match)
        if token is None or match.end() == place:
            return None
        if token is not Mark.NOTHING:
            found.append(token)
        place = match.end()
    return tuple(found)


def day_range(first: str, last: str) -> tuple[str, ...]:
    """Weekdays from the first to the last, over the end of the week if need be."""
    begin, end = WEEKDAYS.index(first), WEEKDAYS.index(last)
    return tuple(WEEKDAYS[(begin + n) % 7] for n in range((end - begin) % 7 + 1))


def on_the_clock(hour: int, minute: int) -> time | None:
    """A time of day; 24:00 is its last minute, other hours and minutes are none."""
    if (hour, minute) == (24, 0):
        return LAST_MINUTE
    return time(hour, minute) if hour < 24 and minute < 60 else None  # noqa: PLR2004 - a clock has 24 and 60
