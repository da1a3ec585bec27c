"""How a request of a resident ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, get_args

Outcome = Literal["solved", "passed_on", "not_possible", "not_needed", "not_reached"]
"Done; given to another office; cannot be done; she no longer needs it; nobody was reached."

OUTCOMES: Final[tuple[Outcome, ...]] = get_args(Outcome)


@dataclass(frozen=True, slots=True)
class Closing:
    """How one request ended."""

    code: str
    outcome: Outcome
    closed_by: str
    "The member of staff, by name."
    closed: datetime
    note: str


def as_outcome(text: str) -> Outcome | None:
    """The outcome of that name, or `None`."""
    return next((known for known in OUTCOMES if known == text), None)
