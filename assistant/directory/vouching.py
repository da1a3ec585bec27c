"""How far a fact can be vouched for: by its age, and by what residents said of it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assistant.core.answer import Age, Field
    from assistant.core.service import Service

TOLD_AFTER = timedelta(days=90)
"A fact nobody checked for longer is told with the day it was checked (issue: Honesty)."


@dataclass(frozen=True, slots=True)
class Vouching:
    """What may be told as true."""

    stale_days: int = 180
    "A fact checked longer ago is not told."
    wrong: frozenset[tuple[str, str]] = frozenset()
    "Service and field of facts said to be wrong and not checked since."

    def age(self, service: Service, field: Field, today: date, *, doubtful: bool) -> Age:
        """How far a fact can be vouched for; `doubtful` hours contradict themselves."""
        assured = service.assured_date
        if (service.id, field) in self.wrong:
            return "stale"
        if assured is None:
            return "unsure"
        if today - assured > timedelta(days=self.stale_days):
            return "stale"
        if doubtful:
            return "unsure"
        return "old" if today - assured > TOLD_AFTER else "fresh"
