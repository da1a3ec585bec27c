"""The hours of a usual week, and the season they hold in. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from assistant.core.values import Span, Week, WeekRow
from assistant.directory.hours import inside, merged, minutes_of, span_of
from assistant.directory.recurrence import WEEKDAYS, is_weekly

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.core.service import Schedule

SOON = timedelta(days=31)
"A change of hours no further ahead than this is worth telling."


@dataclass(frozen=True, slots=True)
class Season:
    """A usual week, and when it holds."""

    week: Week
    begins: date | None = None
    "Its first day, if it has not begun yet."
    ends: date | None = None
    "Its last day, if that is near."


def usual_week(schedules: Sequence[Schedule], day: date) -> Week:
    """The hours of every week as valid on `day`; days with the same hours share a row."""
    return season(schedules, day).week


def season(schedules: Sequence[Schedule], day: date) -> Season:
    """The hours of every week as valid on `day`, else those of the next season.

    Closures of certain days, and rows of single days, are no part of a usual week.
    """
    usual = _usual(schedules)
    begins = None
    valid = [row for row in usual if _first(row) <= day <= _last(row)]
    if not valid:
        begins = min((_first(row) for row in usual if _first(row) > day), default=None)
        valid = [row for row in usual if begins and _first(row) <= begins <= _last(row)]
    last = min((_last(row) for row in valid), default=date.max)
    near = begins is None and last <= day + SOON
    shut = {name for row in schedules if _shuts_weekly(row, begins or day) for name in row.byday}
    return Season(_week(valid, shut), begins, last if near else None)


def _usual(schedules: Sequence[Schedule]) -> list[Schedule]:
    shut = [row for row in schedules if row.closed]
    return [
        row
        for row in schedules
        if not row.closed
        and is_weekly(row)
        and not (row.valid_from is not None and row.valid_from == row.valid_to)
        and not any(inside(row, closed) for closed in shut)
    ]


def _week(rows: Sequence[Schedule], shut: set[str]) -> Week:
    found: dict[tuple[Span, ...], list[int]] = {}
    for weekday in range(7):
        if WEEKDAYS[weekday] in shut:
            continue
        spans = merged(
            minutes
            for row in rows
            if _on(row, weekday) and (minutes := minutes_of(row)) is not None
        )
        if spans:
            found.setdefault(tuple(span_of(one) for one in spans), []).append(weekday)
    return Week(tuple(WeekRow(tuple(days), spans) for spans, days in found.items()))


def _shuts_weekly(row: Schedule, day: date) -> bool:
    return row.closed and bool(row.byday) and is_weekly(row) and _first(row) <= day <= _last(row)


def _first(row: Schedule) -> date:
    return max(row.valid_from or date.min, row.dtstart or date.min)


def _last(row: Schedule) -> date:
    return min(row.valid_to or date.max, row.until or date.max)


def _on(row: Schedule, weekday: int) -> bool:
    """Whether a weekly row takes place on a weekday; one without days is for every day."""
    if row.byday:
        return WEEKDAYS[weekday] in row.byday
    if row.freq == "WEEKLY":
        return row.dtstart is not None and row.dtstart.weekday() == weekday
    return not row.bymonthday
