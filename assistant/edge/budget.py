"""What may be spent in a day on texts and on rings, of the site's own clock.

Part of it is counted in the database by whoever sends; what is answered within a webhook leaves no
row there and is counted here, in memory: after a restart that part begins anew.
"""

from __future__ import annotations

import logging
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

log = logging.getLogger(__name__)

Kind = Literal["texts", "rings"]
"""`texts`: parts of texts, as the carrier bills them; `rings`: calls we begin, either telephone."""
KINDS: Final[tuple[Kind, ...]] = ("texts", "rings")
FRESH: Final = timedelta(seconds=20)
"What the database said is good for so long: a flood asks many times a second."


@dataclass(frozen=True, slots=True)
class _Known:
    at: datetime
    amount: int


class Budget:
    """May be used from any thread."""

    def __init__(
        self,
        most: Mapping[Kind, int],
        zone: ZoneInfo,
        kept: Mapping[Kind, Callable[[datetime], int]],
    ) -> None:
        """`most` a day of each kind; `kept` tells what the database has counted since a moment."""
        self._most, self._zone, self._kept = most, zone, kept
        self._guard = threading.Lock()
        self._day: date | None = None
        self._noted: Counter[Kind] = Counter()
        self._known: dict[Kind, _Known] = {}
        self._told: set[Kind] = set()

    def note(self, kind: Kind, amount: int, now: datetime) -> None:
        """Count what nobody else writes down."""
        with self._guard:
            self._today(now)
            self._noted[kind] += amount

    def spent(self, kind: Kind, now: datetime) -> int:
        """How much of it today, up to `FRESH` ago. Raises `DatabaseError`."""
        with self._guard:
            midnight = self._today(now)
            known = self._known.get(kind)
            noted = self._noted[kind]
        if known is None or not timedelta(0) <= now - known.at < FRESH:
            known = _Known(now, self._kept[kind](midnight))
            with self._guard:
                self._known[kind] = known
        return known.amount + noted

    def used_up(self, kind: Kind, now: datetime) -> bool:
        """Whether no more may be spent today; said in the log once a day."""
        gone = self.spent(kind, now) >= self._most[kind]
        with self._guard:
            if gone and kind not in self._told:
                self._told.add(kind)
                log.error("today's budget for %s is used up (edge.%s_per_day)", kind, kind)
        return gone

    def all_used_up(self, now: datetime) -> tuple[Kind, ...]:
        """The kinds of which no more may be spent today."""
        return tuple(kind for kind in KINDS if self.used_up(kind, now))

    def tomorrow(self, now: datetime) -> datetime:
        """When the next day begins."""
        return self._midnight(now + timedelta(days=1))

    def _today(self, now: datetime) -> datetime:
        """Begin anew with a new day; its midnight."""
        midnight = self._midnight(now)
        if self._day != midnight.date():
            self._day = midnight.date()
            self._noted.clear()
            self._known.clear()
            self._told.clear()
        return midnight

    def _midnight(self, now: datetime) -> datetime:
        local = now.astimezone(self._zone)
        return local.replace(hour=0, minute=0, second=0, microsecond=0)
