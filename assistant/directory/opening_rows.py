"""Rows of `schedules` become the hours answers are made of. Pure.

Hours given only as text are read where that leaves no doubt. A remark about public holidays beside
structured hours is heeded. In China a service that keeps Monday to Friday and says nothing of
public holidays works as offices do: off on them, open on the weekend days worked instead.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.directory.nouns import Row, schedule
from assistant.directory.recurrence import is_weekly
from assistant.directory.written import keeps_office_days, read_hours, read_remark

if TYPE_CHECKING:
    from collections.abc import Iterable

    from assistant.core.service import Schedule


def opening_rows(rows: Iterable[Row], country: str) -> tuple[Schedule, ...]:
    """The hours of one service or place in `country`."""
    found = [made for row in rows for made in _read(schedule(row, country))]
    return _as_offices(tuple(found), country)


def only_text(row: Schedule) -> bool:
    """Whether a row gives its hours as text alone."""
    times = row.opens_at is not None or row.closes_at is not None
    return bool(row.description) and not times and not row.closed


def _read(row: Schedule) -> tuple[Schedule, ...]:
    if only_text(row):
        named = row.byday or row.bymonthday or row.dtstart
        return (None if named else read_hours(row.description, row)) or (row,)
    if row.description and not row.closed and not row.holidays:
        return (replace(row, holidays=read_remark(row.description)),)
    return (row,)


def _as_offices(rows: tuple[Schedule, ...], country: str) -> tuple[Schedule, ...]:
    usual = [row for row in rows if not row.closed and is_weekly(row) and row.byday]
    days = {day for row in usual for day in row.byday}
    if any(row.holidays for row in rows) or not keeps_office_days(sorted(days), country):
        return rows
    return tuple(replace(row, holidays="workdays") if row in usual else row for row in rows)
