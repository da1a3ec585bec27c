"""The hours of the day or days somebody asks about, or of a usual week. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta, tzinfo
from itertools import groupby
from typing import TYPE_CHECKING

from assistant.core.values import Day, DayRow, DayRows, Moment, Spans, Value
from assistant.directory import hours
from assistant.directory.plain_hours import days_value, spans_value, week_value
from assistant.directory.seasons import Season, season
from assistant.directory.timetable import (
    CLOSED_FOR_NOW,
    GONE,
    UNKNOWN,
    Outcome,
    Timetable,
    evening_before,
)

if TYPE_CHECKING:
    from assistant.core.interval import Interval

LONGEST = timedelta(days=14)
"Days that are looked at one by one; whoever asks about more wants the usual week."
RUNS = 3
"Stretches of days with the same hours that are kept in mind; of more the usual week is told."


@dataclass(frozen=True, slots=True)
class HoursAsked:
    """Questions about the hours of one service."""

    table: Timetable

    def asked(self, when: Interval | None) -> Outcome:
        """The hours of the day or days asked about; else those of a usual week."""
        if self.table.service.status in GONE:
            return UNKNOWN
        first, last = _days(when, self.table.zone)
        if first is None or last is None or last - first >= LONGEST:
            return self._week()
        if last <= first:
            return self._day(first)
        return self._several(first, last)

    def _week(self) -> Outcome:
        found = season(self.table.rows, self.table.today)
        if found.week.rows:
            return self._usual(found)
        following = self.table.next_opening(self.table.now)
        if following is not None and hours.starts_on(self.table.rows, following.at.date()):
            return self._starts(following)
        if self.table.written().texts or following is None:
            return self._as_written()
        return self._day(following.at.date())

    def _usual(self, found: Season) -> Outcome:
        week: tuple[tuple[str, Value], ...] = (("week", found.week),)
        value, remark = week_value(found.week), self.table.remark(self.table.today)
        if found.begins is not None:
            begins = ("from", Day(found.begins, self.table.today))
            return Outcome("week_from", value, (*week, begins), remark)
        if found.ends is not None:
            ends = ("until", Day(found.ends, self.table.today))
            return Outcome("week_until", value, (*week, ends), remark)
        return Outcome("week", value, week, remark)

    def _day(self, day: date) -> Outcome:
        on = Day(day, self.table.today)
        found = hours.spans_on(self.table.rows, day)
        if found and self.table.service.status != CLOSED_FOR_NOW:
            value = f"{day.isoformat()} {spans_value(found)}"
            params: tuple[tuple[str, Value], ...] = (("day", on), ("spans", Spans(found)))
            holiday = hours.holiday_unsaid(self.table.rows, day)
            return self._over(day, value, params) or Outcome("day", value, params, holiday=holiday)
        following = self.table.next_opening(evening_before(day, self.table.zone))
        if following is not None and following.at.date() == day:
            return self._starts(following)
        if following is None:
            return self._as_written()
        closed = (("day", on), ("next", following))
        return Outcome("day_closed", f"{day.isoformat()} closed", closed, self.table.remark(day))

    def _over(self, day: date, value: str, params: tuple[tuple[str, Value], ...]) -> Outcome | None:
        """Today's hours when they are all past."""
        if day != self.table.today or hours.is_open(
            self.table.rows, self.table.now, self.table.zone
        ):
            return None
        following = self.table.next_opening(self.table.now)
        if following is None or following.at.date() == day:
            return None
        return Outcome("day_over", value, (*params, ("next", following)))

    def _several(self, first: date, last: date) -> Outcome:
        """The hours of some days in a row, days with the same hours together."""
        if self.table.service.status == CLOSED_FOR_NOW:
            return self._day(first)
        days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
        runs = groupby(days, lambda day: hours.spans_on(self.table.rows, day))
        found = tuple((tuple(run), spans) for spans, run in runs)
        if not any(spans for _, spans in found):
            return self._all_closed(first, last)
        remarks = (self.table.remark(run[0]) for run, spans in found if not spans)
        remark = next((why for why in remarks if why is not None), None)
        if len(found) > RUNS:
            week = self._week()
            return replace(week, remark=week.remark or remark)
        unsaid = (hours.holiday_unsaid(self.table.rows, day) for day in days)
        holiday = next((name for name in unsaid if name is not None), None)
        rows = tuple(DayRow(run[0], run[-1], spans) for run, spans in found)
        params = (("days", DayRows(rows, self.table.today)),)
        return Outcome("days", days_value(rows), params, remark, holiday)

    def _all_closed(self, first: date, last: date) -> Outcome:
        following = self.table.next_opening(
            evening_before(last + timedelta(days=1), self.table.zone)
        )
        if following is None or hours.starts_on(self.table.rows, first):
            return self._week()
        params: tuple[tuple[str, Value], ...] = (
            ("from", Day(first, self.table.today)),
            ("to", Day(last, self.table.today)),
            ("next", following),
        )
        value = f"{first.isoformat()}/{last.isoformat()} closed"
        return Outcome("days_closed", value, params, self.table.remark(first))

    def _starts(self, following: Moment) -> Outcome:
        """Something begins, and nobody wrote when it ends."""
        value = following.at.strftime("%Y-%m-%d %H:%M")
        return Outcome("starts", value, (("next", following),))

    def _as_written(self) -> Outcome:
        written = self.table.written()
        return Outcome("as_written", "", (("text", written),)) if written.texts else UNKNOWN


def _days(when: Interval | None, zone: tzinfo) -> tuple[date | None, date | None]:
    """The first and the last day of an interval; `None` at an open end."""
    if when is None or when.start is None:
        return None, None
    first = when.start.astimezone(zone).date()
    if when.grain == "instant":
        return first, first
    if when.end is None:
        return first, None
    return first, max(first, (when.end - timedelta(microseconds=1)).astimezone(zone).date())
