"""Who rings back: their hours, their days away, who is on duty at a moment. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from assistant.core.callback import Window
from assistant.core.public_holidays import public_holiday, worked_instead

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
"As RFC 5545 and HSDS write them; Monday is 0."


@dataclass(frozen=True, slots=True)
class Shift:
    """Hours of certain weekdays, on the wall clock."""

    days: frozenset[int]
    "0 is Monday."
    opens: time
    closes: time


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the office who rings residents back."""

    name: str
    "As colleagues know them; a resident may hear it, a log never holds it."
    phone: str
    "E.164; where it rings before a resident is rung."
    languages: tuple[str, ...]
    shifts: tuple[Shift, ...] = ()
    "Their own hours; without any, those of the office."
    begins: date | None = None
    "First day on the roster; `None`: already there."
    ends: date | None = None
    "Last day; `None`: until further notice."
    rung: datetime | None = None
    "When their telephone was last rung by the line; who waited longest is rung first."


@dataclass(frozen=True, slots=True)
class Absence:
    """A stretch of time in which somebody does not work."""

    name: str
    away: Window


def read_shifts(rows: object) -> tuple[Shift, ...]:
    """Hours as `community.json` writes them; what cannot be read is left out.

    Each row has `byday` ("MO,TU"), `opens_at` and `closes_at` ("08:30").
    """
    if not isinstance(rows, list):
        return ()
    found = (_shift(row) for row in rows if isinstance(row, Mapping))
    return tuple(shift for shift in found if shift is not None)


def _shift(row: Mapping[str, object]) -> Shift | None:
    named = str(row.get("byday", "")).upper().replace(" ", "").split(",")
    days = frozenset(WEEKDAYS.index(day) for day in named if day in WEEKDAYS)
    try:
        opens = time.fromisoformat(str(row.get("opens_at")))
        closes = time.fromisoformat(str(row.get("closes_at")))
    except ValueError:
        return None
    return Shift(days, opens, closes) if days and opens < closes else None


def written_shifts(shifts: Sequence[Shift]) -> list[dict[str, str]]:
    """The rows `read_shifts` reads."""
    return [
        {
            "byday": ",".join(WEEKDAYS[day] for day in sorted(shift.days)),
            "opens_at": f"{shift.opens:%H:%M}",
            "closes_at": f"{shift.closes:%H:%M}",
        }
        for shift in shifts
    ]


def working_weekday(day: date, country: str) -> int | None:
    """The weekday whose hours hold on `day`; `None` on a public holiday.

    A weekend day worked instead of a holiday has the hours of the workday beside it.
    """
    instead = worked_instead(day, country)
    if instead is not None:
        return instead.weekday()
    return None if public_holiday(day, country) is not None else day.weekday()


def instant(day: date, at: time, zone: ZoneInfo) -> datetime:
    """A time on the wall as a moment in UTC, read as RFC 5545 (3.3.5) has it.

    A time the clock skips counts with the offset before the gap; of a time that comes twice the
    first is meant.
    """
    return datetime.combine(day, at, tzinfo=zone).astimezone(UTC)


def spans(shifts: Sequence[Shift], weekday: int) -> tuple[tuple[time, time], ...]:
    """The stretches of a weekday that these hours cover, in order, those that touch made one."""
    found: list[tuple[time, time]] = []
    for opens, closes in sorted((s.opens, s.closes) for s in shifts if weekday in s.days):
        if found and opens <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], closes))
        else:
            found.append((opens, closes))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Staff:
    """The roster as it stands: everybody, the office's own hours, who is away."""

    zone: ZoneInfo
    country: str
    hours: tuple[Shift, ...]
    "The office's."
    people: tuple[Person, ...]
    absences: tuple[Absence, ...] = ()

    def duty(self, person: Person, day: date) -> tuple[Window, ...]:
        """When `person` works on `day`, absences taken out; in UTC."""
        weekday = working_weekday(day, self.country)
        if weekday is None or not _employed(person, day):
            return ()
        found = [
            Window(instant(day, opens, self.zone), instant(day, closes, self.zone))
            for opens, closes in spans(person.shifts or self.hours, weekday)
        ]
        for absence in self.absences:
            if absence.name == person.name:
                found = [part for span in found for part in _without(span, absence.away)]
        return tuple(found)

    def on_duty(self, now: datetime, language: str = "") -> tuple[Person, ...]:
        """Who works at this moment, in the order they are rung.

        Who speaks `language` first, then who has not been rung for longest.
        """
        day = now.astimezone(self.zone).date()
        present = [
            person
            for person in self.people
            if any(span.start <= now < span.end for span in self.duty(person, day))
        ]
        long_ago = datetime.min.replace(tzinfo=UTC)
        return tuple(
            sorted(
                present,
                key=lambda one: (
                    bool(language) and language not in one.languages,
                    one.rung or long_ago,
                    one.name,
                ),
            )
        )

    def minutes(self, window: Window, now: datetime) -> float:
        """Minutes of work left in `window` from `now` on, over all people."""
        day = window.start.astimezone(self.zone).date()
        begins = max(window.start, now)
        worked = (
            min(span.end, window.end) - max(span.start, begins)
            for person in self.people
            for span in self.duty(person, day)
        )
        return sum((max(part, timedelta()) for part in worked), timedelta()) / timedelta(minutes=1)


def _employed(person: Person, day: date) -> bool:
    begun = person.begins is None or person.begins <= day
    return begun and (person.ends is None or day <= person.ends)


def _without(span: Window, away: Window) -> tuple[Window, ...]:
    """What is left of `span`: nothing, one part or two."""
    before = Window(span.start, min(span.end, away.start))
    after = Window(max(span.start, away.end), span.end)
    return tuple(part for part in (before, after) if part.start < part.end)
