"""When a service is open: now, on a day, next, until when. Pure.

All times are what the clock on the wall shows in the service's zone, so a day on which clocks
change needs no care. A row that ends before it begins runs over midnight if it begins in the
evening; else it is a slip of the pen and is not used. 23:59, and 00:00 at the end, mean the end of
the day. A closed row wins over every other, except one for days inside the closure that says which
hours are kept instead. A row without a closing time opens, but nobody can say until when.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import TYPE_CHECKING

from assistant.core.public_holidays import public_holiday
from assistant.core.values import Span
from assistant.directory.recurrence import is_dayless, is_marked, takes_place

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from assistant.core.service import Schedule
    from assistant.core.values import Localised

HORIZON = 400
"Days looked ahead for the next opening: a yearly event is still found."
BRIEF_DAYS = 21
"Hours valid for no more days than this were written with the holidays among them in mind."
EVENING = time(16)
"Rows that end before they begin are believed from here on."
END_OF_DAY = time(23, 59)
NEVER_CLOSES = timedelta(days=2)
"What is open so long without a break is open round the clock."
_DAY = 24 * 60

Minutes = tuple[int, int]
"From and to, in minutes since midnight; `to` may lie on the next day."


def doubtful(schedule: Schedule) -> bool:
    """Whether a row has times that cannot be believed, or times without any day."""
    opens, closes = schedule.opens_at, schedule.closes_at
    if schedule.closed or (opens is None and closes is None):
        return False
    if only_starts(schedule):
        return False
    if opens is None or closes is None or is_dayless(schedule):
        return True
    return closes < opens < EVENING and closes != time(0)


def is_open(schedules: Sequence[Schedule], moment: datetime, zone: tzinfo) -> bool:
    """Whether the door is open at `moment`."""
    return _covering(schedules, _wall(moment, zone)) is not None


def open_until(schedules: Sequence[Schedule], moment: datetime, zone: tzinfo) -> datetime | None:
    """Until when it stays open without a break; `None` if it is closed at `moment`.

    An end that lies `NEVER_CLOSES` or more ahead is not followed any further.
    """
    now = _wall(moment, zone)
    end = _covering(schedules, now)
    while end is not None and end - now < NEVER_CLOSES:
        further = _covering(schedules, end)
        if further is None or further <= end:
            break
        end = further
    return None if end is None else end.replace(tzinfo=zone)


def next_opening(schedules: Sequence[Schedule], moment: datetime, zone: tzinfo) -> datetime | None:
    """The first opening after `moment`; `None` if there is none within `HORIZON` days."""
    now = _wall(moment, zone)
    if all(row.opens_at is None or row.closed for row in schedules):
        return None
    for number in range(HORIZON):
        day = now.date() + timedelta(days=number)
        midnight = datetime.combine(day, time())
        starts = tuple((start, start + 1) for start in starts_on(schedules, day))
        for start, end in sorted((*minutes_on(schedules, day), *starts)):
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
    return tuple(span_of(found) for found in minutes_on(schedules, day))


def minutes_on(schedules: Sequence[Schedule], day: date) -> tuple[Minutes, ...]:
    """The openings that begin on `day` as minutes, merged where they touch."""
    rows = _rows_on(schedules, day)
    return merged(found for row in rows if (found := minutes_of(row)) is not None)


def starts_on(schedules: Sequence[Schedule], day: date) -> tuple[int, ...]:
    """Minutes at which something begins on `day` of which nobody wrote when it ends."""
    rows = [row for row in _rows_on(schedules, day) if only_starts(row)]
    return tuple(sorted({_minute(row.opens_at) for row in rows if row.opens_at is not None}))


def only_starts(row: Schedule) -> bool:
    """Whether a row says when it begins, and not when it ends."""
    begins = row.opens_at is not None and row.closes_at is None
    return begins and not row.closed and not is_dayless(row)


def holiday_off(schedules: Sequence[Schedule], day: date) -> Localised | None:
    """The public holiday on `day` on which its hours say that it is closed."""
    said = [row for row in schedules if row.holidays in {"closed", "workdays"} and not row.closed]
    return public_holiday(day, said[0].country) if said else None


def holiday_unsaid(schedules: Sequence[Schedule], day: date) -> Localised | None:
    """The public holiday on `day` of which nobody wrote whether its hours hold.

    Hours given for a few days around it, and a closure, are said about the holiday too.
    """
    rows = [row for row in schedules if row.country and takes_place(row, day)]
    if not rows or any(_heeds_holidays(row) for row in rows):
        return None
    return public_holiday(day, rows[0].country)


def _heeds_holidays(row: Schedule) -> bool:
    """Whether a row was written with holidays in mind; what never closes needs no word of them."""
    always = minutes_of(row) == (0, _DAY)
    return bool(row.holidays) or row.closed or is_marked(row) or always or _brief(row)


def _brief(row: Schedule) -> bool:
    if row.dtstart is not None and row.freq is None:
        return True
    if row.valid_from is None or row.valid_to is None:
        return False
    return row.valid_to - row.valid_from < timedelta(days=BRIEF_DAYS)


def _rows_on(schedules: Sequence[Schedule], day: date) -> tuple[Schedule, ...]:
    """The rows that open on `day`, without those a closure covers."""
    shut = [row for row in schedules if row.closed and takes_place(row, day)]
    return tuple(
        row
        for row in schedules
        if not row.closed and takes_place(row, day) and all(inside(row, closed) for closed in shut)
    )


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


def minutes_of(row: Schedule) -> Minutes | None:
    """The opening of a row as minutes; `None` if it has none that can be believed."""
    if row.opens_at is None or row.closes_at is None or doubtful(row):
        return None
    opens, closes = _minute(row.opens_at), _minute(row.closes_at)
    if row.closes_at.replace(second=0, microsecond=0) == END_OF_DAY:
        closes = _DAY
    return opens, closes if closes > opens else closes + _DAY


def _minute(at: time) -> int:
    return at.hour * 60 + at.minute


def merged(found: Iterable[Minutes]) -> tuple[Minutes, ...]:
    """Openings in order, those that overlap or touch as one."""
    one: list[Minutes] = []
    for start, end in sorted(found):
        if one and start <= one[-1][1]:
            one[-1] = one[-1][0], max(one[-1][1], end)
        else:
            one.append((start, end))
    return tuple(one)


def span_of(found: Minutes) -> Span:
    """An opening as times of day."""
    start, end = found
    closes = END_OF_DAY if end == _DAY or end - start >= _DAY else _clock(end)
    return Span(_clock(start), closes)


def _clock(minutes: int) -> time:
    return time(minutes // 60 % 24, minutes % 60)


def inside(row: Schedule, closed: Schedule) -> bool:
    """Whether a row is for days inside a closure only: hours kept instead."""
    if row.valid_from is None or row.valid_to is None:
        return False
    begins, ends = closed.valid_from or date.min, closed.valid_to or date.max
    return begins <= row.valid_from and row.valid_to <= ends
