"""Dates and weeks in words. PURE."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.dialogue.clock_words import spans_text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from assistant.core.values import DayRow, DayRows, Week
    from assistant.dialogue import patterns
    from assistant.dialogue.number_words import NumberWords

SAME_YEAR_DAYS = 300
"A date this near needs no year, even across New Year."

DAYS_IN_WEEK = 7
SHORTEST_RANGE = 3
"Monday and Tuesday are two days; Monday to Wednesday is a range."


def day_text(on: date, today: date, form: patterns.Form, numbers: NumberWords) -> str:
    """A date as people say it on the day `today`."""
    days = form.day
    away = (on - today).days
    if away in days.relative:
        return days.relative[away]
    return _day_pattern(days, on, today).format(
        weekday=days.weekdays[on.weekday()],
        month=days.months[on.month - 1],
        day=numbers.plain(on.day, form),
        ordinal=str(on.day) if form.numerals == "digits" else numbers.ordinal(on.day),
        year=str(on.year) if form.numerals == "digits" else numbers.year(on.year),
    )


def week_text(week: Week, form: patterns.Form, numbers: NumberWords) -> str:
    """Opening hours of a week: days with the same hours together, then the days it is closed."""
    rows = [(tuple(sorted(set(row.days))), row.spans) for row in week.rows if row.spans]
    opened = sorted({day for days, _ in rows for day in days})
    if not opened:
        return form.week.never
    texts = [
        form.week.row.format(days=_days(days, form.week), spans=spans_text(spans, form, numbers))
        for days, spans in rows
        if days
    ]
    shut = tuple(day for day in range(DAYS_IN_WEEK) if day not in opened)
    if shut:
        texts.append(form.week.closed.format(days=_days(shut, form.week)))
    return form.week.rows.join(texts)


def day_rows_text(days: DayRows, form: patterns.Form, numbers: NumberWords) -> str:
    """Opening hours of certain days, those with the same hours together."""

    def named(row: DayRow) -> str:
        first, last = (day_text(day, days.today, form, numbers) for day in (row.first, row.last))
        return first if row.first == row.last else form.week.range.format(first=first, last=last)

    return form.week.rows.join(
        [
            form.week.row.format(days=named(row), spans=spans_text(row.spans, form, numbers))
            for row in days.rows
        ]
    )


def _day_pattern(days: patterns.Day, on: date, today: date) -> str:
    away = (on - today).days
    if 0 < away < DAYS_IN_WEEK:
        near = days.this_week if on.weekday() > today.weekday() else days.next_week
        if near:
            return near
    if on.year != today.year and abs(away) > SAME_YEAR_DAYS:
        return days.date_with_year
    return days.date


def _days(days: Sequence[int], week: patterns.Week) -> str:
    """Weekdays in words, three or more in a row as a range."""
    if len(days) == DAYS_IN_WEEK:
        return week.every_day
    runs: list[list[int]] = []
    for day in days:
        if runs and day == runs[-1][-1] + 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    names: list[str] = []
    for run in runs:
        if len(run) >= SHORTEST_RANGE:
            first, last = week.weekdays[run[0]], week.weekdays[run[-1]]
            names.append(week.range.format(first=first, last=last))
        else:
            names += [week.weekdays[day] for day in run]
    return week.days.join(names)
