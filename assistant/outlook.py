"""What the next two weeks bring, against who is on the roster."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from assistant.alarm_clock import Look
from assistant.callbacks.people import working_weekday
from assistant.callbacks.tables import callback_history
from assistant.callbacks.windows import windows_on
from assistant.core.errors import AssistantError
from assistant.forecast.handling import handling
from assistant.forecast.seasonal import AHEAD, LONGEST, Forecast, forecast
from assistant.scorecard.store import Ledger

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from assistant.app import House
    from assistant.callbacks.roster import Roster
    from assistant.callbacks.windows import Planning
    from assistant.database import Database

log = logging.getLogger(__name__)

EVERY_S: Final = 3600.0
HANDLED: Final = timedelta(days=60)
"Callbacks so old still tell how long one takes."
HOLIDAY: Final = "holiday"


@dataclass(frozen=True, slots=True)
class Outlook:
    """The next two weeks."""

    contacts: Forecast | None
    callbacks: Forecast | None
    places: int
    "Callbacks that the people on the roster can make within the windows of these days."
    handling_min: float
    "Minutes a callback is planned with."
    talks: int
    "Callbacks that was measured on."

    @property
    def hours(self) -> float | None:
        """Hours of staff that the callbacks expected take; `None` without a forecast."""
        return None if self.callbacks is None else self.callbacks.total * self.handling_min / 60


class Foresight:
    """Forecasts on request. Called from worker threads."""

    def __init__(
        self,
        database: Database,
        zone: ZoneInfo,
        country: str,
        roster: Roster,
        planning: Planning,
    ) -> None:
        self._database, self._zone, self._country = database, zone, country
        self._roster, self._planning = roster, planning
        self._ledger = Ledger(database, zone)

    def outlook(self, now: datetime) -> Outlook:
        """What is expected from tomorrow on, against who is on the roster."""
        yesterday = self._day(now) - timedelta(days=1)
        first = yesterday - timedelta(days=LONGEST)
        contacts = self._ledger.by_day("contacts", first, yesterday)
        ring_backs = self._ledger.by_day("ring_backs", first, yesterday)
        talks, measured = handled(self._database, now - HANDLED, now)
        return Outlook(
            forecast(contacts, yesterday, self._kind),
            forecast(ring_backs, yesterday, self._kind),
            self._places(now),
            handling(self._planning.handling_min, measured, talks),
            talks,
        )

    def _kind(self, day: date) -> str:
        weekday = working_weekday(day, self._country)
        return HOLIDAY if weekday is None else str(weekday)

    def _places(self, now: datetime) -> int:
        staff, today = self._roster.staff(), self._day(now)
        days = (today + timedelta(days=ahead) for ahead in range(1, AHEAD + 1))
        return sum(
            self._planning.places(staff.minutes(window, now))
            for day in days
            for window in windows_on(day, self._planning, staff)
        )

    def _day(self, moment: datetime) -> date:
        return moment.astimezone(self._zone).date()


def look_for(house: House) -> Look:
    """Plans promises with the minutes that callbacks took; it looks once now, then every hour."""
    set_min, book = house.promises.planning.handling_min, house.promises.book

    def look() -> None:
        now = house.clock.now()
        try:
            talks, measured = handled(house.database, now - HANDLED, now)
        except AssistantError as error:
            log.error("callbacks are planned as before: %s", error)  # noqa: TRY400 - the sentence says it
        else:
            book.plan_with(handling(set_min, measured, talks))

    look()
    return Look("handling", EVERY_S, look)


def handled(database: Database, start: datetime, end: datetime) -> tuple[int, float | None]:
    """Callbacks talked over in a stretch, and their mean minutes from the ring to the end.

    The lines of the history that `Records.handled` reads, without opening what is sealed in them.
    """
    table = callback_history.c
    within = (table.at >= start, table.at < end, table.accepted)
    wanted = select(table.code, table.event, table.at).where(
        *within, table.event.in_(("ResidentRung", "Talked"))
    )
    rung: dict[str, datetime] = {}
    lengths: list[timedelta] = []
    with database.read() as connection:
        for code, event, at in connection.execute(wanted.order_by(table.code, table.seq)):
            if event == "ResidentRung":
                rung[code] = at
            elif code in rung:
                lengths.append(at - rung[code])
    if not lengths:
        return 0, None
    return len(lengths), sum(lengths, timedelta()) / len(lengths) / timedelta(minutes=1)
