"""Hours in plain characters, as the journal has them. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.directory.recurrence import WEEKDAYS

if TYPE_CHECKING:
    from assistant.core.values import DayRow, Span, Week


def week_value(week: Week) -> str:
    """A week in plain characters: `MO-FR 08:30-11:30,14:00-17:00; SA 09:00-12:00`."""
    return "; ".join(f"{_days_value(row.days)} {spans_value(row.spans)}" for row in week.rows)


def _days_value(days: tuple[int, ...]) -> str:
    runs: list[list[int]] = []
    for day in days:
        if runs and day == runs[-1][-1] + 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    return ",".join(
        WEEKDAYS[run[0]] if len(run) == 1 else f"{WEEKDAYS[run[0]]}-{WEEKDAYS[run[-1]]}"
        for run in runs
    )


def spans_value(spans: tuple[Span, ...]) -> str:
    """The openings of a day: `08:30-11:30,14:00-17:00`."""
    return ",".join(f"{span.opens:%H:%M}-{span.closes:%H:%M}" for span in spans)


def days_value(rows: tuple[DayRow, ...]) -> str:
    """Certain days: `2026-10-01/2026-10-07 closed; 2026-10-08 08:30-17:00`."""
    return "; ".join(
        f"{row.first.isoformat()}{'' if row.first == row.last else '/' + row.last.isoformat()} "
        f"{spans_value(row.spans) or 'closed'}"
        for row in rows
    )
