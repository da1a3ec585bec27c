"""How often and how soon somebody is rung again (SENIOR 3). Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

SATURDAY = 5


def weekday_after(day: date) -> date:
    """The next Monday to Friday; for houses without a calendar of holidays."""
    following = day + timedelta(days=1)
    while following.weekday() >= SATURDAY:
        following += timedelta(days=1)
    return following


@dataclass(frozen=True, slots=True)
class Rules:
    """The site's figures for the life of a callback."""

    zone: tzinfo = UTC
    next_workday: Callable[[date], date] = weekday_after
    "The first day strictly after this one on which somebody works."
    morning: time = time(9)
    "When a callback without a window is rung on another day, on the site's clock."
    rings_in_window: int = 3
    apart: timedelta = timedelta(minutes=20)
    "From the end of one ring to the beginning of the next."
    staff_pauses: tuple[timedelta, ...] = tuple(timedelta(minutes=m) for m in (2, 5, 10, 15))
    "How long staff are left alone after each vain ring; the last holds from then on."
    desk_hears_at: int = 3
    "Vain rings of staff after which the desk is told."
    kept_by_hand: timedelta = timedelta(minutes=30)
    "How long a member of staff who means to ring by hand keeps it from being rung by itself."

    def staff_pause(self, tries: int) -> timedelta:
        """The pause after the `tries`-th vain ring of staff, 1 for the first."""
        return self.staff_pauses[min(tries, len(self.staff_pauses)) - 1]

    def same_day(self, first: datetime, second: datetime) -> bool:
        """Whether two moments lie on one day of the site."""
        return first.astimezone(self.zone).date() == second.astimezone(self.zone).date()

    def next_day(self, now: datetime, like: datetime | None) -> datetime:
        """On the next workday, at the hour of `like` by the clock on the wall; in UTC."""
        hour = self.morning if like is None else like.astimezone(self.zone).time()
        day = self.next_workday(now.astimezone(self.zone).date())
        return datetime.combine(day, hour, tzinfo=self.zone).astimezone(UTC)
