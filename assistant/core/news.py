"""What residents are told of what became of their suggestion, and of the office's last month."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from assistant.core.values import Localised


@dataclass(frozen=True, slots=True)
class News:
    """What became of something she suggested, to be told her once."""

    code: str
    "Of her suggestion."
    adopted: bool
    told: Localised
    "In one sentence of staff: what was changed and since when, or why it cannot be."


@dataclass(frozen=True, slots=True)
class MonthTold:
    """What anybody may know of a month: counts rounded to tens, `None` for fewer than ten."""

    first: date
    "Its first day."
    received: int | None
    "Cases residents brought."
    closed: int | None
    kept: int | None
    "Promised calls that came in time; then those that came late, and that never came."
    late: int | None
    broken: int | None
