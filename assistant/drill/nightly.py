"""The drill of every night, inside the service: at its time, once, by the service's own clock."""

from __future__ import annotations

import logging
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from assistant.alarm_clock import Look
from assistant.core.errors import AssistantError
from assistant.drill.results import DrillStore
from assistant.drill.run import carrier_of, drill

if TYPE_CHECKING:
    from collections.abc import Callable

    from assistant.app import House

log = logging.getLogger(__name__)

LOOK_EVERY_S = 30
WITHIN = timedelta(hours=1)
"A service started later than this after the hour waits for the next night: people ring by day."


class Nightly:
    """Looks now and then whether tonight's drill is due, and holds it."""

    def __init__(self, house: House, at: time, hold: Callable[[], object]) -> None:
        self._house, self._at, self._hold = house, at, hold
        self._store = DrillStore(house.database)
        self._since = house.clock.now()
        self._tried: datetime | None = None
        "The night last tried, also when nothing came of it."

    def due(self, now: datetime) -> bool:
        """Whether the drill of this night is to be held now."""
        tonight = datetime.combine(now.date(), self._at, now.tzinfo)
        if not tonight <= now < tonight + WITHIN or self._tried == tonight:
            return False
        last = self._store.last()
        if last is None:  # a new house is not rung in its first minutes
            return self._since <= tonight
        return last.at < tonight

    def look(self) -> None:
        """Hold the drill if it is due; what fails is logged and tried again the next night."""
        try:
            now = self._house.clock.now()
            if not self.due(now):
                return
            self._tried = datetime.combine(now.date(), self._at, now.tzinfo)
            self._hold()
        except (AssistantError, OSError) as error:
            log.error("the drill could not be held: %s", error)  # noqa: TRY400 - the sentence says it


def look_for(house: House, base: str) -> Look | None:
    """Every night's drill of a service at `base`; `None` where no hour is set."""
    if not house.config.drill.at:
        return None

    def hold() -> None:
        result = drill(house, carrier_of(house, base))
        log.log(logging.INFO if result.good else logging.ERROR, "drill: %s", result.summary())

    nightly = Nightly(house, time.fromisoformat(house.config.drill.at), hold)
    return Look("drill", LOOK_EVERY_S, nightly.look)
