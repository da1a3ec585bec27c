"""What was said about a time, and how it becomes an interval.

A language's reader fills in `Said`; `resolve` applies the rules that are the same everywhere:
an hour without a part of the day is the one an office would mean (one to six in the afternoon,
seven to twelve before noon), without a day it is the next such moment, a bare weekday is the coming
one with today included while it is still possible.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal

from assistant.core.interval import Interval

HOUR = 60
DAY = 24 * HOUR
NOON = 12 * HOUR
FIRST_MORNING_HOUR = 7
"A bare seven is in the morning, a bare six in the evening: office hours."
LAST_EVENING = 21 * HOUR
"Nobody is rung or served later than this unless it is said."
WEEK = 7

Half = Literal["morning", "noon", "afternoon", "night", "small"]
Relation = Literal["after", "before", "from", "until"]


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the day: minutes after midnight, and which hours belong to it."""

    start: int
    end: int
    half: Half


def first_part(
    table: Sequence[tuple[re.Pattern[str], Part]], text: str
) -> tuple[int, int, Part] | None:
    """The first part of the day that `table` finds, the longest of those that begin there."""
    hits = [
        (hit.start(), hit.end(), part) for pattern, part in table if (hit := pattern.search(text))
    ]
    return min(hits, key=lambda hit: (hit[0], -hit[1])) if hits else None


@dataclass(frozen=True, slots=True)
class Clock:
    """A time on the clock face."""

    minute: int
    "Minutes after midnight as said."
    settled: bool = False
    "Whether it is already on the 24-hour clock."
    part: Part | None = None
    "The part of the day said with it."


@dataclass(frozen=True, slots=True)
class Days:
    """One day or several in a row, both ends included."""

    first: date
    last: date
    roll: int = 0
    "Days to move on by when it is over: 7 for a bare weekday."


@dataclass(frozen=True, slots=True)
class Said:
    """Everything that was said about a time; empty fields were not mentioned."""

    days: Days | None = None
    part: Part | None = None
    clock: Clock | None = None
    until: Clock | None = None
    relation: Relation | None = None
    fixed: Interval | None = None
    "Settled already: now, in half an hour, in a few days."


def one(day: date, roll: int = 0) -> Days:
    """A single day."""
    return Days(day, day, roll)


def as_days(day: date | None) -> Days | None:
    """A single day, or `None` for none."""
    return None if day is None else one(day)


def at(day: date, minute: int, now: datetime) -> datetime:
    """`minute` minutes into `day` on the wall clock of `now`'s zone; 24:00 is the next midnight."""
    more, rest = divmod(minute, DAY)
    clock = time(rest // HOUR, rest % HOUR, tzinfo=now.tzinfo)
    return datetime.combine(day + timedelta(days=more), clock)


def whole(days: Days, now: datetime) -> Interval:
    """The days from midnight to midnight."""
    return Interval(at(days.first, 0, now), at(days.last, DAY, now), "day")


def resolve(said: Said, now: datetime) -> Interval | None:
    """The interval meant, or `None` where nothing was said about a time."""
    if said.fixed is not None:
        return said.fixed
    if said.clock is not None:
        return _clock_time(said, said.clock, now)
    if said.part is not None:
        return _part_time(said, said.part, now)
    if said.days is None:
        return None
    days = _rolled(said.days, said.days.last < now.date())
    return _days_time(days, said.relation, now)


def minute_of(clock: Clock, part: Part | None) -> int:
    """Minutes after midnight; past 24:00 for the small hours of a night that began the day before.

    An hour without a part of the day is the one an office would mean.
    """
    part = clock.part or part
    if clock.settled or clock.minute > NOON + HOUR - 1:
        return clock.minute
    hour = clock.minute // HOUR
    late = clock.minute + NOON
    if part is None:
        return clock.minute if hour == 0 or hour >= FIRST_MORNING_HOUR else late
    if part.half == "small":
        return clock.minute % NOON
    if hour >= NOON // HOUR:
        return late if part.half == "night" else clock.minute
    if part.half == "night":
        return clock.minute + DAY if hour < FIRST_MORNING_HOUR - 2 else late
    later = part.half == "afternoon" or (part.half == "noon" and hour < FIRST_MORNING_HOUR)
    return late if later else clock.minute


def _clock_time(said: Said, clock: Clock, now: datetime) -> Interval | None:
    start = minute_of(clock, said.part)
    end = None if said.until is None else _end_minute(start, said.until, clock.part or said.part)
    day = _day(said.days, end or start, now, instant=end is None)
    if _should_be_evening(said, clock, start, now):
        start += NOON
        end = None if end is None else end + NOON
    moment = at(day, start, now)
    if end is not None:
        return Interval(moment, at(day, end, now), "window")
    if said.relation in {"after", "from"}:
        return _after(moment, said.days, day, now)
    if said.relation in {"before", "until"}:
        return _before(moment, said.days, day, now)
    return Interval(moment, moment, "instant")


def _end_minute(start: int, until: Clock, part: Part | None) -> int:
    settled = until.settled or until.part is not None
    end = minute_of(until, part)
    if not settled and end <= start:
        end = until.minute + NOON
    return end if end > start else end + DAY


def _should_be_evening(said: Said, clock: Clock, start: int, now: datetime) -> bool:
    """“Today at eight” said at nine means the evening."""
    bare = not clock.settled and clock.part is None and said.part is None and clock.minute < NOON
    today = said.days is not None and said.days == one(now.date())
    passed = at(now.date(), start, now) < now <= at(now.date(), min(start + NOON, DAY), now)
    return bare and today and passed and start + NOON <= LAST_EVENING


def _after(moment: datetime, named: Days | None, day: date, now: datetime) -> Interval:
    if named is None:
        return Interval(moment, None, "open")
    return Interval(moment, max(moment, at(day, DAY, now)), "window")


def _before(moment: datetime, named: Days | None, day: date, now: datetime) -> Interval:
    if named is None:
        return Interval(None, moment, "open")
    return Interval(at(day, 0, now), moment, "window")


def _part_time(said: Said, part: Part, now: datetime) -> Interval:
    day = _day(said.days, part.end, now, instant=False)
    start, end = at(day, part.start, now), at(day, part.end, now)
    if said.relation in {"after", "from"}:
        return _after(end if said.relation == "after" else start, said.days, day, now)
    if said.relation in {"before", "until"}:
        return _before(start if said.relation == "before" else end, said.days, day, now)
    return Interval(start, end, "window")


def _days_time(days: Days, relation: Relation | None, now: datetime) -> Interval:
    span = whole(days, now)
    if relation == "after":
        return Interval(span.end, None, "open")
    if relation == "from":
        return Interval(span.start, None, "open")
    if relation == "before":
        return Interval(None, span.start, "open")
    if relation == "until":
        return Interval(None, span.end, "open")
    return span


def _day(days: Days | None, last_minute: int, now: datetime, *, instant: bool) -> date:
    """The day on which a time of day falls: the next possible one."""
    days = days or Days(now.date(), now.date(), roll=1)
    day = days.first
    while _over(day, last_minute, now, instant=instant) and (day < days.last or days.roll):
        if day >= days.last:
            return _rolled(days, over=True).first
        day += timedelta(days=1)
    return days.first if _over(day, last_minute, now, instant=instant) else day


def _over(day: date, minute: int, now: datetime, *, instant: bool) -> bool:
    moment = at(day, minute, now)
    return moment < now if instant else moment <= now


def _rolled(days: Days, over: bool) -> Days:  # noqa: FBT001 - reads as a condition at both calls
    if not over or not days.roll:
        return days
    step = timedelta(days=days.roll)
    return Days(days.first + step, days.last + step, days.roll)
