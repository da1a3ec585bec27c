"""Retention every night inside the service, by the service's own clock.

After it, keys added meanwhile are taken up, and what was still closed with an older one is closed
anew.
"""

from __future__ import annotations

import logging
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import assistant.drill.results
import assistant.staff.tables  # noqa: F401 - rules name the tables of rooms the house does not open
from assistant.alarm_clock import Look
from assistant.core.errors import AssistantError
from assistant.privacy.retention import Retention
from assistant.upgrading import forget_copies
from assistant.vault.rewrap import rewrap

if TYPE_CHECKING:
    from assistant.app import House

log = logging.getLogger(__name__)

LOOK_EVERY_S = 60
A_MONTH = timedelta(days=30)
"As long as any copy is kept (`backups.keep_days`)."


class Keeping:
    """Looks now and then whether tonight's run is due, and does it."""

    def __init__(self, house: House) -> None:
        settings = house.config.retention
        self._house, self._at = house, settings.at
        self.retention = Retention(house.database, settings.days.model_dump())

    def due(self, now: datetime) -> bool:
        """Whether the hour has passed since the last run: a machine that slept catches up."""
        hour = datetime.combine(now.date(), time.fromisoformat(self._at), now.tzinfo)
        if hour > now:
            hour -= timedelta(days=1)
        last = self.retention.last()
        return last is None or last < hour

    def look(self) -> None:
        """Run if it is due; what fails is logged and tried again at the next look."""
        database, now = self._house.database, self._house.clock.now()
        try:
            if not self.due(now):
                return
            self.retention.run(now)
            if database.engine.dialect.name == "sqlite":
                forget_copies(Path(database.where), now - A_MONTH)
            if not database.vault.locked:
                database.vault.reload()
                rewrap(database)
        except (AssistantError, OSError) as error:
            log.error("retention did not come to its end: %s", error)  # noqa: TRY400 - the sentence says it


def look_for(house: House) -> Look | None:
    """Every night's run of a service; `None` where no hour is set."""
    if not house.config.retention.at:
        return None
    return Look("retention", LOOK_EVERY_S, Keeping(house).look)
