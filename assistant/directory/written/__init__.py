"""Hours somebody wrote as text, read when there is no doubt about them. Pure.

A text is sure when every piece of it is understood, all days have their times, and no day has two
sets of them. Everything else is left to be read out as it is written.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import time
from itertools import groupby
from typing import TYPE_CHECKING

from assistant.core.public_holidays import CHINA
from assistant.directory.written import en, zh
from assistant.directory.written.plain import plain_text
from assistant.directory.written.tokens import (
    LAST_MINUTE,
    OFFICE_DAYS,
    WEEKDAYS,
    WEEKEND,
    Days,
    Mark,
    Times,
    Token,
    Without,
    scan,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from assistant.core.service import HolidayRule, Schedule

LONGEST = 400
"Characters; nobody writes surer hours at greater length."
EVENING = 16
"Hours that end before they begin run over midnight from this hour on."
_HANZI = re.compile("[\u3400-\u9fff]")
_DAYS_FIRST, _TIMES_FIRST = {"DT", "DC", "CD"}, {"TD", "DC", "CD"}
"What may stand together: days and times, days and that they are closed."

Group = tuple[tuple[Days, ...], tuple[Times, ...]]
"Days, and the hours given for them; none where they are closed."


def read_hours(text: str, row: Schedule) -> tuple[Schedule, ...] | None:
    """The rows a text stands for, made like `row`; `None` if it is not understood for sure.

    `2nd & 4th Saturday of the month from 10:00 a.m.` becomes one monthly row without a closing
    time. Rows get the id of `row` with a number behind it.
    """
    tokens = _tokens(text)
    groups = None if tokens is None else _groups(tokens)
    if tokens is None or not groups or not _sure(groups):
        return None
    rows = list(_rows(groups, _holiday_rule(tokens), _without(tokens), row))
    return tuple(replace(found, id=f"{row.id}#{n}") for n, found in enumerate(rows, 1)) or None


def read_remark(text: str) -> HolidayRule:
    """What a remark beside structured hours says of public holidays, and nothing else; else empty.

    `法定节假日除外` and `closed on public holidays` are such remarks.
    """
    tokens = _tokens(text)
    marks = {Mark.NO_HOLIDAYS, Mark.HOLIDAYS_TOO, Mark.ALL_YEAR}
    if not tokens or not all(token in marks for token in tokens):
        return ""
    return _holiday_rule(tokens)


def _tokens(text: str) -> tuple[Token, ...] | None:
    plain = plain_text(text)
    if not 0 < len(plain) <= LONGEST:
        return None
    patterns = (*zh.PATTERNS, *en.PATTERNS) if _HANZI.search(plain) else en.PATTERNS
    tokens = scan(plain, patterns)
    if tokens and Mark.ALWAYS in tokens:
        rest = tuple(token for token in tokens if token is not Mark.ALWAYS)
        return (*rest, Mark.ALL_YEAR, Times(time(), LAST_MINUTE))
    return tokens


def _groups(tokens: Sequence[Token]) -> list[Group]:
    """Days with their times; nothing if they do not pair off."""
    letters = {Days: "D", Times: "T", Mark: "C"}
    said = [token for token in tokens if isinstance(token, Days | Times) or token is Mark.CLOSED]
    runs = [(letter, list(run)) for letter, run in groupby(said, lambda one: letters[type(one)])]
    if [letter for letter, _ in runs] == ["T"] and Mark.ALL_YEAR in tokens:
        runs.insert(0, ("D", [Days(WEEKDAYS)]))
    pairs = list(zip(runs[::2], runs[1::2], strict=False))
    shapes = {first[0] + second[0] for first, second in pairs}
    if len(runs) % 2 or not (shapes <= _DAYS_FIRST or shapes <= _TIMES_FIRST):
        return []
    found: list[Group] = []
    for pair in pairs:
        both = [token for _, run in pair for token in run]
        days = tuple(token for token in both if isinstance(token, Days))
        found.append((days, tuple(token for token in both if isinstance(token, Times))))
    return found


def _sure(groups: Sequence[Group]) -> bool:
    """Whether all times can be believed, and every day has one set of them."""
    if not any(times for _, times in groups):
        return False
    named = [name for days, _ in groups for name in set(_names(days))]
    return len(named) == len(set(named)) and all(_believable(times) for _, times in groups)


def _believable(times: Sequence[Times]) -> bool:
    if any(one.closes is None for one in times):
        return len(times) == 1
    after = None
    for one in times:
        over = one.closes is not None and one.closes <= one.opens
        if (over and (one.opens.hour < EVENING or len(times) > 1)) or (
            after is not None and one.opens < after
        ):
            return False
        after = one.closes
    return True


def _names(days: Sequence[Days]) -> Iterator[str]:
    for one in days:
        yield from one.byday
        yield from map(str, one.month_days)
        yield from map(str, one.lunar)
        yield from (name for name in (one.festival, "holidays" if one.holidays else "") if name)


def _holiday_rule(tokens: Sequence[Token]) -> HolidayRule:
    if Mark.NO_HOLIDAYS in tokens:
        return "closed"
    return "open" if {Mark.HOLIDAYS_TOO, Mark.ALL_YEAR} & set(tokens) else ""


def _without(tokens: Sequence[Token]) -> set[str]:
    return {day for token in tokens if isinstance(token, Without) for day in token.byday}


def _rows(
    groups: Sequence[Group], rule: HolidayRule, without: set[str], row: Schedule
) -> Iterator[Schedule]:
    own_hours = any(one.holidays for days, _ in groups for one in days)
    for days, times in groups:
        for one in days:
            if not times and not (one.lunar or one.festival):
                continue
            kept = replace(one, byday=tuple(day for day in one.byday if day not in without))
            holidays = "closed" if own_hours else rule
            for made in _days_rows(kept, holidays, row):
                for span in times or (None,):
                    yield _timed(made, span)


def _timed(row: Schedule, span: Times | None) -> Schedule:
    if span is None:
        return replace(row, closed=True)
    return replace(row, opens_at=span.opens, closes_at=span.closes)


def _days_rows(days: Days, rule: HolidayRule, row: Schedule) -> Iterator[Schedule]:
    """One row for every kind of day; hours are still to come."""
    row = replace(row, freq=None, byday=(), bymonthday=(), holidays=rule, description="")
    plain = tuple(day for day in days.byday if day in WEEKDAYS)
    ordinal = tuple(day for day in days.byday if day not in WEEKDAYS)
    if plain:
        yield replace(row, freq="WEEKLY", byday=plain, holidays=_as_worked(days, rule, row.country))
    if ordinal:
        yield replace(row, freq="MONTHLY", byday=ordinal)
    if days.month_days:
        yield replace(row, freq="MONTHLY", bymonthday=days.month_days)
    if days.lunar:
        yield replace(row, lunar=days.lunar)
    if days.festival:
        yield replace(row, festival=days.festival, holidays="")
    if days.holidays:
        yield replace(row, holidays="only")


def _as_worked(days: Days, rule: HolidayRule, country: str) -> HolidayRule:
    """In China who leaves public holidays out and keeps Monday to Friday works as offices do."""
    if days.worked or (rule == "closed" and keeps_office_days(days.byday, country)):
        return "workdays"
    return rule


def keeps_office_days(byday: Sequence[str], country: str) -> bool:
    """Whether these are just the days that offices in China work in an ordinary week."""
    return country == CHINA and set(byday) >= set(OFFICE_DAYS) and not set(byday) & set(WEEKEND)
