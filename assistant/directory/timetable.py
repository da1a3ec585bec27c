"""Facts about hours: a usual week, one day, or this moment. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import TYPE_CHECKING

from assistant.core.values import Clock, Day, Localised, Moment, Span, Spans, Value, Week
from assistant.directory import hours, texts
from assistant.directory.recurrence import WEEKDAYS

if TYPE_CHECKING:
    from assistant.core.interval import Interval
    from assistant.core.service import Records, Schedule, Service

GONE = frozenset({"inactive", "defunct"})
CLOSED_FOR_NOW = "temporarily closed"


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a fact comes out, before it is given a name and an age."""

    shape: str
    value: str = ""
    params: tuple[tuple[str, Value], ...] = ()
    remark: Localised | None = None
    "Why it is closed on the day asked about."


UNKNOWN = Outcome("unknown")


@dataclass(frozen=True, slots=True)
class Timetable:
    """The schedules of one service, seen from one moment."""

    service: Service
    records: Records
    now: datetime

    @property
    def rows(self) -> tuple[Schedule, ...]:
        """Rows of the service, else of its places."""
        if self.service.schedules:
            return self.service.schedules
        return tuple(row for place in self.service.locations for row in place.schedules)

    @property
    def zone(self) -> tzinfo:
        """The zone its times are meant in."""
        return hours.zone_of(self.rows, self.records.timezone)

    @property
    def today(self) -> date:
        """The date on its wall."""
        return self.now.astimezone(self.zone).date()

    @property
    def doubtful(self) -> bool:
        """Whether some of its rows cannot be believed."""
        return any(hours.doubtful(row) for row in self.rows)

    def open_now(self) -> Outcome:
        """Open and until when, or closed and until when; `closed_for_good` if no one knows."""
        if self.service.status in GONE:
            return Outcome("closed_for_good", "closed")
        until = hours.open_until(self.rows, self.now, self.zone)
        if until is not None and self.service.status != CLOSED_FOR_NOW:
            return Outcome("open", "open", (("until", Clock(until.time())),))
        following = self._next(self.now)
        if following is None:
            shut = until is not None or self.service.status == CLOSED_FOR_NOW
            return Outcome("closed_for_good", "closed") if shut else UNKNOWN
        remark = self._remark(self.today)
        return Outcome("closed", "closed", (("next", following),), remark)

    def week_or_day(self, when: Interval | None) -> Outcome:
        """The hours of the one day asked about; else those of a usual week."""
        day = None if when is None else _only_day(when, self.zone)
        return self._week() if day is None else self._day(day)

    def _week(self) -> Outcome:
        if self.service.status in GONE:
            return UNKNOWN
        week = hours.usual_week(self.rows, self.today)
        if week.rows:
            return Outcome("week", week_value(week), (("week", week),), self._remark(self.today))
        written = self._written()
        if written is not None:
            return Outcome("as_written", "", (("text", written),))
        following = self._next(self.now)
        return UNKNOWN if following is None else self._day(following.at.date())

    def _day(self, day: date) -> Outcome:
        if self.service.status in GONE:
            return UNKNOWN
        on = Day(day, self.today)
        found = hours.spans_on(self.rows, day)
        if found:
            value = f"{day.isoformat()} {_spans_value(found)}"
            return Outcome("day", value, (("day", on), ("spans", Spans(found))))
        following = self._next(_evening_before(day + timedelta(days=1), self.zone))
        if following is None:
            written = self._written()
            return UNKNOWN if written is None else Outcome("as_written", "", (("text", written),))
        params = (("day", on), ("next", following))
        return Outcome("day_closed", f"{day.isoformat()} closed", params, self._remark(day))

    def _next(self, moment: datetime) -> Moment | None:
        """The next opening; nobody knows it of a service closed for a time without an end."""
        covered = hours.closure(self.rows, self.today)
        if self.service.status == CLOSED_FOR_NOW:
            if covered is None or covered.valid_to is None:
                return None
            moment = max(moment, _evening_before(covered.valid_to + timedelta(days=1), self.zone))
        found = hours.next_opening(self.rows, moment, self.zone)
        return None if found is None else Moment(found, self.today)

    def _written(self) -> Localised | None:
        """Hours as somebody wrote them down, in every language they are written in."""
        for row in self.rows:
            text = self._description(row)
            if text.texts and not row.closed:
                return text
        return None

    def _remark(self, day: date) -> Localised | None:
        row = hours.closure(self.rows, day)
        text = None if row is None else self._description(row)
        return text if text is not None and text.texts else None

    def _description(self, row: Schedule) -> Localised:
        place = (texts.SCHEDULES, row.id, "description")
        return texts.localised(row.description, self.service.translations, place, self.records)


def week_value(week: Week) -> str:
    """A week in plain characters: `MO-FR 08:30-11:30,14:00-17:00; SA 09:00-12:00`."""
    return "; ".join(f"{_days_value(row.days)} {_spans_value(row.spans)}" for row in week.rows)


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


def _spans_value(spans: tuple[Span, ...]) -> str:
    return ",".join(f"{span.opens:%H:%M}-{span.closes:%H:%M}" for span in spans)


def _only_day(when: Interval, zone: tzinfo) -> date | None:
    """The one day an interval lies on; `None` if it is longer, or open at an end."""
    if when.start is None:
        return None
    if when.grain == "instant":
        return when.start.astimezone(zone).date()
    if when.end is None:
        return None
    first = when.start.astimezone(zone).date()
    last = (when.end - timedelta(microseconds=1)).astimezone(zone).date()
    return first if last <= first else None


def _evening_before(day: date, zone: tzinfo) -> datetime:
    """The last instant before a day."""
    return datetime(day.year, day.month, day.day, tzinfo=zone) - timedelta(microseconds=1)
