"""What callbacks want once a minute: the ledger, promises that slip, and tomorrow's reminders."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from assistant.callbacks.ledger import count

if TYPE_CHECKING:
    from assistant.callbacks.row import Callback
    from assistant.promises import Promises
    from assistant.ringing.notes import RingNotes
    from assistant.ringing.texts import RingTexts

log = logging.getLogger(__name__)

EVERY = timedelta(minutes=1)
EVENING = (time(18), time(20))
"When the next day's promises are called to mind: after supper and before the quiet hours."
AHEAD = timedelta(hours=12)
"Who booked later than so long before still knows it."


class Minutes:
    """Looks once a minute of the service's clock."""

    def __init__(
        self, promises: Promises, notes: RingNotes, texts: RingTexts, timezone: str
    ) -> None:
        self._promises, self._notes, self._texts = promises, notes, texts
        self._zone = ZoneInfo(timezone)
        self._last: datetime | None = None
        self._counts: dict[str, int] = {}

    def look(self, now: datetime) -> None:
        """Do the minute's work, if a minute is over."""
        if self._last is not None and now - self._last < EVERY:
            return
        self._last = now
        self._tell_who_slips(now)
        self._remind(now)
        self._count(now)

    def _tell_who_slips(self, now: datetime) -> None:
        """Before her window ends; whom no text reaches, the desk has to tell."""
        book, store = self._promises.book, self._promises.store
        for slip in book.slipping(now):
            row = store.get(slip.code)
            if row is None:
                continue
            texted = self._texts.slips(row, now)
            if book.told(slip.code, now) and not texted:
                self._notes.tell_desk(row, "slips_untold", now)

    def _remind(self, now: datetime) -> None:
        local = now.astimezone(self._zone)
        if not EVENING[0] <= local.time() < EVENING[1]:
            return
        for row in self._promises.store.open_between(*self._day(local + timedelta(days=1))):
            if row.state == "booked" and self._long_known(row):
                self._texts.reminder(row, now)

    def _long_known(self, row: Callback) -> bool:
        if row.window is None:
            return False
        history = self._promises.store.history(row.code)
        booked = [line.at for line in history if line.accepted and line.window == row.window]
        return bool(booked) and row.window.start - booked[0] > AHEAD

    def _count(self, now: datetime) -> None:
        """Today's ledger, in the log where it has changed: counts only."""
        start, end = self._day(now.astimezone(self._zone))
        counts = count(self._promises.records.promises(start, end), now)
        found = {str(name): number for name, number in counts.items() if number}
        if found != self._counts:
            self._counts = found
            told = ", ".join(f"{name} {number}" for name, number in found.items())
            log.info("today's promises: %s", told or "none")

    def _day(self, local: datetime) -> tuple[datetime, datetime]:
        """The day of a moment, in UTC."""
        begins = local.replace(hour=0, minute=0, second=0, microsecond=0)
        return begins.astimezone(UTC), (begins + timedelta(days=1)).astimezone(UTC)
