"""What became of every promise: kept, late, unanswered, broken, withdrawn or moved. Pure.

A promise is one window told to one resident. The promise is that her telephone rings in it; hence
what counts is when it rang, and whether she was reached. Each promise is in exactly one bin, and
`open` ones are counted too: the bins always add up to what was promised.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal, get_args
from zoneinfo import ZoneInfo

from assistant.core.callback import Window

Bin = Literal["open", "kept", "late", "unanswered", "broken", "withdrawn", "moved"]
"""*open*: its window is not over; *kept*: reached within the window; *unanswered*: rung within it
in vain; *late*: first rung after it; *broken*: the window over and not rung; *withdrawn*: taken
back before; *moved*: given another window before this one was over."""

BINS: tuple[Bin, ...] = get_args(Bin)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One ring of the resident's telephone."""

    at: datetime
    reached: bool | None
    "`None`: not known."


@dataclass(frozen=True, slots=True)
class Promised:
    """One window that was promised, and what happened to it since."""

    code: str
    window: Window
    made: datetime
    rings: tuple[Attempt, ...] = ()
    "Those made while this was the promise, the earliest first."
    left: datetime | None = None
    "When it was moved or taken back."
    how: Literal["moved", "withdrawn"] | None = None


def bin_of(promised: Promised, now: datetime) -> Bin:
    """Where a promise stands at `now`. Once its callback has ended, the answer stays."""
    window = promised.window
    inside = [ring for ring in promised.rings if window.start <= ring.at < window.end]
    if any(ring.reached for ring in inside):
        return "kept"
    if promised.left is not None and promised.left < window.end and not inside:
        return promised.how or "withdrawn"
    if now < window.end and promised.left is None:
        return "open"
    if inside:
        return "unanswered"
    return "late" if any(ring.at >= window.end for ring in promised.rings) else "broken"


@dataclass(frozen=True, slots=True)
class Page:
    """The promises of one stretch of days, counted."""

    first: date
    "Its first day, on the office's calendar."
    counts: Mapping[Bin, int]

    @property
    def promised(self) -> int:
        """All of them."""
        return sum(self.counts.values())

    @property
    def kept_share(self) -> float | None:
        """Kept ones among those it was ours to keep; `None` where there was none yet."""
        ours = sum(self.counts[which] for which in ("kept", "late", "broken"))
        return self.counts["kept"] / ours if ours else None


def count(promises: Iterable[Promised], now: datetime) -> Mapping[Bin, int]:
    """How many promises stand in each bin; every bin is named."""
    found = Counter(bin_of(each, now) for each in promises)
    return {which: found[which] for which in BINS}


def pages(
    promises: Sequence[Promised], now: datetime, zone: ZoneInfo, *, weeks: bool = False
) -> tuple[Page, ...]:
    """The ledger by day, or by week from Monday, of the windows' own days; the earliest first."""
    by_first: dict[date, list[Promised]] = {}
    for each in promises:
        day = each.window.start.astimezone(zone).date()
        first = day - timedelta(days=day.weekday()) if weeks else day
        by_first.setdefault(first, []).append(each)
    return tuple(Page(first, count(by_first[first], now)) for first in sorted(by_first))
