"""When a service is open: now, on a day, next, until when, and in a usual week. Pure.

All times are what the clock on the wall shows in the service's zone, so a day on which clocks
change needs no care. A row that ends before it begins runs over midnight if it begins in the
evening; else it is a slip of the pen and is not used. 23:59, and 00:00 at the end, mean the end of
the day. A closed row wins over every other, except one for days inside the closure that says which
hours are kept instead.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from assistant.core.values import Span, Week, WeekRow
from assistant.directory.recurrence import WEEKDAYS, is_dayless, is_weekly, takes_place

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from assistant.core.service import Schedule

HORIZON = 400
"Days looked ahead for the next opening: a yearly event is still found."
EVENING = time(16)
"Rows that end before they begin are believed from here on."
END_OF_DAY = time(23, 59)
_DAY = 24 * 60
_OFFSET_DIGITS = 2

Minutes = tuple[int, int]
"From and to, in minutes since midnight; `to` may lie on the next day."


def zone_of(schedules: Sequence[Schedule], default: str) -> tzinfo:
    """The zone the times are meant in: an IANA name or an offset; else the directory's."""
    for schedule in schedules:
        found = _zone(schedule.timezone) if schedule.timezone else None
        if found is not None:
            return found
    return _zone(default) or UTC


@lru_cache(maxsize=256)
def _zone(name: str) -> tzinfo | None:
    digits = name.lstrip("+-").replace(":", "")
    if digits.isdecimal():
        hours, minutes = int(digits[:_OFFSET_DIGITS]), int(digits[_OFFSET_DIGITS:] or 0)
        offset = timedelta(hours=hours, minutes=minutes)
        if offset >= timedelta(days=1):
            return None
        return timezone(-offset if name.startswith("-") else offset)
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def doubtful(schedule: Schedule) -> bool:
    """Whether a row has times that cannot be believed, or times without any day."""
    opens, closes = schedule.opens_at, schedule.closes_at
    if schedule.closed or (opens is None and closes is None):
        return False
    if opens is None or closes is None or is_dayless(schedule):
        return True
    return closes < opens < EVENING and closes != time(0)


def is_open(schedules: Sequence[Schedule], moment: datetime, zone: tzinfo) -> bool:
    """Whether the door is open at `moment`."""
    return _covering(schedules, _wall(moment, zone)) is not None


def open_until(schedules: Sequence[Schedule], moment: datetime, zone: tzinfo) -> datetime | None:
    """Until when it stays open without a break; `None` if it is closed at `moment`.

    What never closes is said to be open to the end of the day.
    """
    now = _wall(moment, zone)
    end = _covering(schedules, now)
    while end is not None:
        if end - now >= timedelta(days=2):
            return datetime.combine(now.date(), END_OF_DAY, zone)
        further = _covering(schedules, end)
        if further is None or further <= end:
            break
        end = further
    return None if end is None else end.replace(tzinfo=zone)


def next_opening(schedules: Sequence[Schedule], moment: datetime, zone: tzinfo) -> datetime | None:
    """The first opening after `moment`; `None` if there is none within `HORIZON` days."""
    now = _wall(moment, zone)
    for number in range(HORIZON):
        day = now.date() + timedelta(days=number)
        midnight = datetime.combine(day, time())
        for start, end in minutes_on(schedules, day):
            begins = midnight + timedelta(minutes=start)
            ends = midnight + timedelta(minutes=end)
            real = _on_the_wall(begins, ends, zone) if begins > now else None
            if real is not None:
                return real
    return None


def closure(schedules: Iterable[Schedule], day: date) -> Schedule | None:
    """The row that closes `day`, or `None`."""
    found = [row for row in schedules if row.closed and takes_place(row, day)]
    return max(found, key=lambda row: row.valid_from or date.min, default=None)


def spans_on(schedules: Sequence[Schedule], day: date) -> tuple[Span, ...]:
    """The openings that begin on `day`, in order; one over midnight ends before it begins."""
    return tuple(_span(found) for found in minutes_on(schedules, day))


def minutes_on(schedules: Sequence[Schedule], day: date) -> tuple[Minutes, ...]:
    """The openings that begin on `day` as minutes, merged where they touch."""
    shut = [row for row in schedules if row.closed and takes_place(row, day)]
    rows = (
        row
        for row in schedules
        if not row.closed and takes_place(row, day) and all(_inside(row, closed) for closed in shut)
    )
    return _merged(found for row in rows if (found := _minutes(row)) is not None)


def usual_week(schedules: Sequence[Schedule], day: date) -> Week:
    """The hours of every week as valid on `day`; days with the same hours share a row.

    Outside a season the hours of the next season count. Closures and rows of single days are no
    part of a usual week.
    """
    shut = [row for row in schedules if row.closed]
    usual = [
        row
        for row in schedules
        if not (row.closed or _single(row) or any(_inside(row, closed) for closed in shut))
        and is_weekly(row)
    ]
    valid = [row for row in usual if _valid(row, day)]
    if not valid:
        later = (row.valid_from for row in usual if row.valid_from is not None)
        begins = min((first for first in later if first > day), default=None)
        valid = [row for row in usual if begins is not None and _valid(row, begins)]
        day = begins or day
    rows: dict[tuple[Span, ...], list[int]] = {}
    for weekday in range(7):
        spans = _merged(
            found for row in valid if _on(row, weekday) and (found := _minutes(row)) is not None
        )
        if spans:
            rows.setdefault(tuple(_span(found) for found in spans), []).append(weekday)
    return Week(tuple(WeekRow(tuple(days), spans) for spans, days in rows.items()))


def _wall(moment: datetime, zone: tzinfo) -> datetime:
    return moment.astimezone(zone).replace(tzinfo=None, fold=0)


def _covering(schedules: Sequence[Schedule], now: datetime) -> datetime | None:
    """The end of the opening that covers a time on the wall."""
    for back in (0, 1):
        day = now.date() - timedelta(days=back)
        midnight = datetime.combine(day, time())
        for start, end in minutes_on(schedules, day):
            ends = midnight + timedelta(minutes=end)
            if midnight + timedelta(minutes=start) <= now < ends:
                return ends
    return None


def _on_the_wall(begins: datetime, ends: datetime, zone: tzinfo) -> datetime | None:
    """The first minute of an opening that the clock shows: it leaves one hour out in spring."""
    while begins < ends:
        moment = begins.replace(tzinfo=zone)
        if _wall(moment.astimezone(UTC), zone) == begins:
            return moment
        begins += timedelta(minutes=1)
    return None


def _minutes(row: Schedule) -> Minutes | None:
    if row.opens_at is None or row.closes_at is None or doubtful(row):
        return None
    opens = row.opens_at.hour * 60 + row.opens_at.minute
    closes = row.closes_at.hour * 60 + row.closes_at.minute
    if row.closes_at.replace(second=0, microsecond=0) == END_OF_DAY:
        closes = _DAY
    return opens, closes if closes > opens else closes + _DAY


def _merged(found: Iterable[Minutes]) -> tuple[Minutes, ...]:
    merged: list[Minutes] = []
    for start, end in sorted(found):
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(merged[-1][1], end)
        else:
            merged.append((start, end))
    return tuple(merged)


def _span(found: Minutes) -> Span:
    start, end = found
    closes = END_OF_DAY if end == _DAY or end - start >= _DAY else _clock(end)
    return Span(_clock(start), closes)


def _clock(minutes: int) -> time:
    return time(minutes // 60 % 24, minutes % 60)


def _inside(row: Schedule, closed: Schedule) -> bool:
    """Whether a row is for days inside a closure only: hours kept instead."""
    if row.valid_from is None or row.valid_to is None:
        return False
    begins, ends = closed.valid_from or date.min, closed.valid_to or date.max
    return begins <= row.valid_from and row.valid_to <= ends


def _single(row: Schedule) -> bool:
    return row.valid_from is not None and row.valid_from == row.valid_to


def _valid(row: Schedule, day: date) -> bool:
    first = max(row.valid_from or date.min, row.dtstart or date.min)
    last = min(row.valid_to or date.max, row.until or date.max)
    return first <= day <= last


def _on(row: Schedule, weekday: int) -> bool:
    """Whether a weekly row takes place on a weekday; one without days is for every day."""
    if row.byday:
        return WEEKDAYS[weekday] in row.byday
    if row.freq == "WEEKLY":
        return row.dtstart is not None and row.dtstart.weekday() == weekday
    return not row.bymonthday
