"""The figures of the scorecard, each one function whose docstring is its definition. Pure.

A figure never stands alone: it carries what it was counted among, and where that is nothing it is
unknown (`None`), not nought. None is about one person of the staff, or one resident.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

HOURS: Final = 24
OURS_TO_KEEP: Final = ("kept", "late", "broken")
"Bins of the ledger: promises whose keeping lay with the office."
ARRIVED: Final = ("delivered",)
LOST: Final = ("undelivered", "failed")
"States of a text for good; `dropped` ones were never meant to be sent."
CONTENT_FROM: Final = 2 / 3
"Share of the best mark: 2 of 3, 4 of 5 and 7 of 10 are content, as the line itself takes them."


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many."""

    part: int
    whole: int

    @property
    def percent(self) -> int | None:
        """Rounded to whole percent, halves up; `None` where there was nothing to count."""
        return math.floor(100 * self.part / self.whole + 0.5) if self.whole else None


@dataclass(frozen=True, slots=True)
class Spread:
    """How long something took, in whole minutes, rounded up."""

    known: int
    "Those that have come about, and are counted."
    whole: int
    "All of them; the others have not come about yet."
    median_min: int | None
    p90_min: int | None
    "Nine of ten took no longer."


@dataclass(frozen=True, slots=True)
class Mark:
    """What one resident who was asked after a closing has answered."""

    answered: bool
    score: float | None
    of: int | None
    "The best mark of her scale."


@dataclass(frozen=True, slots=True)
class Satisfaction:
    """How content those are who were asked, and how many of them answered."""

    responded: Share
    content: Share
    "Among those who gave a mark."


def promises_kept(bins: Mapping[str, int]) -> Share:
    """Promises kept, among those whose window is over and that were ours to keep.

    Kept: her telephone rang within the window and she was reached. Late: it rang only after it.
    Broken: it never rang. Promises moved or withdrawn before their time, and those rung within it
    in vain, are in neither number: they are shown beside it.
    """
    return Share(bins.get("kept", 0), sum(bins.get(name, 0) for name in OURS_TO_KEEP))


def time_to_reach(asked: Iterable[tuple[datetime, datetime | None]]) -> Spread:
    """From asking for a callback until she was reached, round the clock.

    `asked` holds each callback asked for in the period and not cancelled: when it was asked for,
    and when the ring began that reached her; `None` where none has.
    """
    return spread([None if reached is None else reached - begun for begun, reached in asked])


def time_to_take(raised: Iterable[tuple[datetime, datetime | None]]) -> Spread:
    """From an alarm until somebody took it, or closed it without taking it first."""
    return spread([None if taken is None else taken - begun for begun, taken in raised])


def spread(times: Sequence[timedelta | None]) -> Spread:
    """Median and 90th percentile by nearest rank: both are times that somebody did wait."""
    known = sorted(time for time in times if time is not None)
    return Spread(len(known), len(times), _ranked(known, 0.5), _ranked(known, 0.9))


def _ranked(ordered: Sequence[timedelta], share: float) -> int | None:
    if not ordered:
        return None
    waited = ordered[math.ceil(share * len(ordered)) - 1]
    return max(0, math.ceil(waited / timedelta(minutes=1)))


def texts_delivered(states: Mapping[str, int]) -> Share:
    """Texts that arrived, among those whose end the carrier has told.

    Those under way, and those that were never meant to be sent (dropped), are not counted.
    """
    arrived = sum(states.get(name, 0) for name in ARRIVED)
    return Share(arrived, arrived + sum(states.get(name, 0) for name in LOST))


def satisfaction(marks: Iterable[Mark]) -> Satisfaction:
    """Content ones among marks given, and answers among those asked after a closing.

    Marks that somebody gave without being asked are left out: they would have no denominator.
    """
    listed = tuple(marks)
    shares = [one.score / one.of for one in listed if one.score is not None and one.of]
    return Satisfaction(
        Share(sum(one.answered for one in listed), len(listed)),
        Share(sum(share >= CONTENT_FROM for share in shares), len(shares)),
    )


def by_day(moments: Iterable[datetime], days: Sequence[date], zone: ZoneInfo) -> tuple[int, ...]:
    """How many fall on each of these days, on the office's calendar."""
    found = Counter(moment.astimezone(zone).date() for moment in moments)
    return tuple(found[day] for day in days)


def by_hour(moments: Iterable[datetime], zone: ZoneInfo) -> tuple[int, ...]:
    """How many fall into each of the 24 hours of the office's clock, over all days together."""
    found = Counter(moment.astimezone(zone).hour for moment in moments)
    return tuple(found[hour] for hour in range(HOURS))


def last_days(today: date, count: int) -> tuple[date, ...]:
    """So many days up to and with today, the earliest first."""
    return tuple(today - timedelta(days=back) for back in reversed(range(count)))
