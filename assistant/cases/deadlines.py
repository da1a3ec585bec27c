"""Until when: terms in hours, days and working days, on the community's own calendar. PURE.

A term of working days begins on the working day after the matter came and ends with office hours
on its last one. A term of minutes or hours runs round the clock.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Literal, cast, get_args

from assistant.core import calendar
from assistant.core.public_holidays import CHINA, SATURDAY, public_holiday

if TYPE_CHECKING:
    from datetime import tzinfo

Unit = Literal["min", "h", "days", "workdays"]
A_DAY = timedelta(days=1)
_WRITTEN = re.compile(rf"(\d{{1,4}}) ({'|'.join(get_args(Unit))})")


@dataclass(frozen=True, slots=True)
class Term:
    """A length of time as a rule writes it."""

    amount: int
    unit: Unit

    @classmethod
    def of(cls, written: str) -> Term:
        """From `30 min`, `24 h`, `7 days` or `5 workdays`; else raises `ValueError`."""
        found = _WRITTEN.fullmatch(written)
        if found is None or int(found[1]) == 0:
            raise ValueError(f"{written!r} is no term; write it like 30 min, 24 h or 5 workdays")
        return cls(int(found[1]), cast("Unit", found[2]))

    @property
    def round_the_clock(self) -> bool:
        """Whether nights and holidays count."""
        return self.unit in {"min", "h"}


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """The days an office works, and when its day ends."""

    zone: tzinfo
    country: str
    "Two letters."
    ends: time
    "Local end of office hours."

    def is_workday(self, day: date) -> bool:
        """Whether offices work: public holidays off, in China the make-up weekends on."""
        if self.country.upper() == CHINA:
            return calendar.is_workday(day)
        return day.weekday() < SATURDAY and public_holiday(day, self.country) is None

    def local(self, moment: datetime) -> datetime:
        """The same moment on the office's clock."""
        return moment.astimezone(self.zone)

    def end_of(self, day: date) -> datetime:
        """The end of office hours of a day, in UTC."""
        return datetime.combine(day, self.ends, self.zone).astimezone(UTC)

    def workday_after(self, day: date, count: int) -> date:
        """The `count`-th working day after `day`; `day` itself does not count."""
        while count > 0:
            day += A_DAY
            count -= self.is_workday(day)
        return day

    def workdays_between(self, first: date, last: date) -> int:
        """How many working days come after `first`, up to and with `last`; 0 where none do."""
        days = (first + A_DAY * offset for offset in range(1, (last - first).days + 1))
        return sum(self.is_workday(day) for day in days)

    def after(self, moment: datetime, term: Term) -> datetime:
        """When a term that begins at `moment` ends, in UTC."""
        match term.unit:
            case "min":
                return moment.astimezone(UTC) + timedelta(minutes=term.amount)
            case "h":
                return moment.astimezone(UTC) + timedelta(hours=term.amount)
            case "days":
                return self.end_of(self.local(moment).date() + A_DAY * term.amount)
            case "workdays":
                return self.end_of(self.workday_after(self.local(moment).date(), term.amount))

    def longer(self, due: datetime, days: int) -> datetime:
        """A deadline `days` working days later."""
        return self.end_of(self.workday_after(self.local(due).date(), days))

    def after_pause(self, due: datetime, since: datetime, now: datetime, term: Term) -> datetime:
        """The deadline after a pause from `since` to `now`: what was left then is left again.

        A deadline that had passed before the pause stays where it was.
        """
        if since >= due or now <= since:
            return due
        if term.round_the_clock:
            return due + (now - since)
        last, paused, today = (self.local(item).date() for item in (due, since, now))
        if term.unit == "days":
            return max(due, self.end_of(today + (last - paused)))
        left = self.workdays_between(paused, last)
        if left == 0 and (not self.is_workday(today) or now > self.end_of(today)):
            left = 1
        return max(due, self.end_of(self.workday_after(today, left)))
