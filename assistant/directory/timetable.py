"""The schedules of one service seen from one moment: open or closed, until when, and why. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import TYPE_CHECKING

from assistant.core.values import Clock, Localised, Moment, Value
from assistant.directory import hours, texts
from assistant.directory.zones import zone_of

if TYPE_CHECKING:
    from assistant.core.interval import Interval
    from assistant.core.service import Records, Schedule, Service

GONE = frozenset({"inactive", "defunct"})
CLOSED_FOR_NOW = "temporarily closed"
THIS_MOMENT = timedelta(minutes=5)
"A time this near to now means now."
NO_TEXT = Localised(())


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a fact comes out, before it is given a name and an age."""

    shape: str
    value: str = ""
    params: tuple[tuple[str, Value], ...] = ()
    remark: Localised | None = None
    "Why it is closed on the day asked about."
    holiday: Localised | None = None
    "The public holiday of which nobody wrote whether these hours hold on it."


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
        return zone_of(self.rows, self.records.timezone)

    @property
    def today(self) -> date:
        """The date on its wall."""
        return self.now.astimezone(self.zone).date()

    @property
    def doubtful(self) -> bool:
        """Whether some of its rows cannot be believed."""
        return any(hours.doubtful(row) for row in self.rows)

    def means_now(self, when: Interval | None) -> bool:
        """Whether a time asked about is this very moment, or none."""
        if when is None or when.start is None or when.grain != "instant":
            return when is None
        return abs(when.start - self.now) < THIS_MOMENT

    def open_now(self) -> Outcome:
        """Open and until when, or closed and until when; `closed_for_good` if no one knows."""
        if self.service.status in GONE:
            return Outcome("closed_for_good", "closed")
        until = hours.open_until(self.rows, self.now, self.zone)
        if until is not None and self.service.status != CLOSED_FOR_NOW:
            return self._open(until)
        if self._has_begun():
            return UNKNOWN
        following = self.next_opening(self.now)
        if following is None:
            shut = until is not None or self.service.status == CLOSED_FOR_NOW
            return Outcome("closed_for_good", "closed") if shut else UNKNOWN
        remark = self.remark(self.today)
        return Outcome("closed", "closed", (("next", following),), remark)

    def _open(self, until: datetime) -> Outcome:
        holiday = hours.holiday_unsaid(self.rows, self.today)
        wall = self.now.astimezone(self.zone)
        if until - wall >= hours.NEVER_CLOSES:
            return Outcome("always", "open")
        late = until.date() > self.today and until.time() > wall.time()
        end: Value = Moment(until, self.today) if late else Clock(until.time())
        shape = "open" if holiday is None else "usually"
        return Outcome(shape, "open", (("until", end),), holiday=holiday)

    def _has_begun(self) -> bool:
        """Whether something began today of which nobody wrote when it ends."""
        wall = self.now.astimezone(self.zone)
        starts = hours.starts_on(self.rows, self.today)
        return any(start <= wall.hour * 60 + wall.minute for start in starts)

    def next_opening(self, moment: datetime) -> Moment | None:
        """The next opening; nobody knows it of a service closed for a time without an end."""
        if self.service.status == CLOSED_FOR_NOW:
            covered = hours.closure(self.rows, self.today)
            if covered is None or covered.valid_to is None:
                return None
            moment = max(moment, evening_before(covered.valid_to + timedelta(days=1), self.zone))
        found = hours.next_opening(self.rows, moment, self.zone)
        return None if found is None else Moment(found, self.today)

    def written(self) -> Localised:
        """Hours as somebody wrote them down, in every language they are written in."""
        found = (self._description(row) for row in self.rows if not row.closed)
        return next((text for text in found if text.texts), NO_TEXT)

    def remark(self, day: date) -> Localised | None:
        """Why it is closed on a day: in the office's words, else the holiday's name."""
        row = hours.closure(self.rows, day)
        text = NO_TEXT if row is None else self._description(row)
        if text.texts:
            return text
        holiday = hours.holiday_off(self.rows, day)
        return None if holiday is None else day_off(holiday)

    def _description(self, row: Schedule) -> Localised:
        place = (texts.SCHEDULES, row.id, "description")
        return texts.localised(row.description, self.service.translations, place, self.records)


def day_off(holiday: Localised) -> Localised:
    """That it is closed because of a public holiday."""
    forms = {"zh": "{}放假", "en": "closed for {}"}
    return Localised(
        tuple((lang, forms.get(lang, "{}").format(said)) for lang, said in holiday.texts)
    )


def evening_before(day: date, zone: tzinfo) -> datetime:
    """The last instant before a day."""
    return datetime(day.year, day.month, day.day, tzinfo=zone) - timedelta(microseconds=1)
