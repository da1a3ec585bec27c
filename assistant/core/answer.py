"""Questions to the records and the facts that come back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from assistant.core.intent import ServiceHit
from assistant.core.interval import Interval
from assistant.core.values import Localised, Value

Field = Literal[
    "summary",
    "phone",
    "hours",
    "open_now",
    "address",
    "fee",
    "documents",
    "eligibility",
    "transport",
    "roster",
    "notice",
]

SHAPES: dict[Field, tuple[str, ...]] = {
    "summary": ("known", "unknown"),
    "phone": ("known", "unknown"),
    "hours": ("week", "day", "day_closed", "as_written", "unknown"),
    "open_now": ("open", "closed", "closed_for_good", "unknown"),
    "address": ("known", "landmark", "unknown"),
    "fee": ("known", "free", "unknown"),
    "documents": ("known", "none", "unknown"),
    "eligibility": ("known", "everyone", "unknown"),
    "transport": ("known", "unknown"),
    "roster": ("known", "unknown"),
    "notice": ("known", "unknown"),
}
"""How each kind of fact may come out; every pair has a prompt `answer.<field>.<shape>`."""


@dataclass(frozen=True, slots=True)
class Lookup:
    """A question the dialogue puts to the directory."""

    fields: tuple[Field, ...]
    services: tuple[str, ...] = ()
    "HSDS ids already settled; empty means search by `words`."
    words: str = ""
    "The utterance, for a search by need, name, alias, category or sound."
    language: str = "zh"
    when: Interval | None = None
    "The time asked about; `None` is now or the usual week."


@dataclass(frozen=True, slots=True)
class Browse:
    """Ask for the choices below a category of the directory; `None` is the top."""

    category: str | None = None


@dataclass(frozen=True, slots=True)
class CaseStatus:
    """Ask how a case stands."""

    code: str


@dataclass(frozen=True, slots=True)
class Choice:
    """One branch of the directory: a category or a service."""

    id: str
    name: Localised
    is_service: bool


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing the directory knows, or knows that it does not know."""

    service: str | None
    "HSDS id; `None` for notices."
    name: Localised
    "The service's spoken name."
    field: Field
    shape: str
    "One of `SHAPES[field]`."
    value: str
    "For the journal: the number, address, hours and so on in plain characters."
    params: tuple[tuple[str, Value], ...] = ()
    "What the prompt needs besides `service`."
    assured: date | None = None
    "When somebody last checked it (HSDS `assured_date`)."
    stale: bool = False
    "Checked longer ago than the site allows, or never: say so and name the number to ask."
    notice: Localised | None = None
    "An alert or a temporary closure, to be said first."


@dataclass(frozen=True, slots=True)
class Found:
    """What the directory answered: facts about the best service, and rivals if it is a tie."""

    facts: tuple[Fact, ...] = ()
    rivals: tuple[Choice, ...] = ()
    "Two or three services between which the resident must choose; then `facts` is empty."
    choices: tuple[Choice, ...] = ()
    "The answer to a `Browse`."
    hits: tuple[ServiceHit, ...] = ()
    "What the words were found to name, best first."
    status: str | None = None
    "The answer to a `CaseStatus`: `open`, `closed`, or `None` for an unknown code."


Query = Lookup | Browse | CaseStatus
