"""Last month's public figures, for who asks by telephone or text: what `/public/` shows. Blocks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from assistant.core.news import MonthTold
from assistant.public.month import months
from assistant.public.store import PublicStore
from assistant.publishing import Months

if TYPE_CHECKING:
    from datetime import datetime

    from assistant.config import Config
    from assistant.database import Database


@dataclass(frozen=True, slots=True)
class LastMonths:
    """Tells the last settled month; called from worker threads."""

    store: PublicStore
    counted: Months

    def __call__(self, now: datetime) -> MonthTold | None:
        """The month as it was published; `None` where the line had not begun by then.

        Asked for the first time it is counted and kept, as by a look at the page.
        """
        begun = self.counted.first()
        (first,) = months(now.date(), 1)
        if begun is None or first < begun.replace(day=1):
            return None
        (month,) = self.store.months((first,), self.counted.count, now)
        cells = month.cells
        names = ("cases.received", "cases.closed", "promises.kept", "promises.late")
        counts = (cells.get(name) for name in (*names, "promises.broken"))
        return MonthTold(first, *counts)


def open_months(config: Config, database: Database) -> LastMonths:
    """The published months of a house."""
    zone = ZoneInfo(config.site.timezone)
    return LastMonths(PublicStore(database), Months(database, zone))
