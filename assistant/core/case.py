"""A case: one thing a resident asked of the staff, from the day it came to the day it is closed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from assistant.core.errors import AssistantError
from assistant.core.values import Localised

Kind = Literal["consult", "help", "complaint", "report", "suggestion", "praise"]
"咨询 求助 投诉 举报 建议 表扬."

State = Literal[
    "new",
    "accepted",
    "assigned",
    "returned",
    "in_progress",
    "extended",
    "waiting",
    "answered",
    "return_visit",
    "closed",
    "reopened",
]
"""`returned`: given to the wrong unit, which gave it back. `waiting`: for the resident; the clock
stands. `return_visit`: she was asked whether it is well done."""

DeedName = Literal[
    "accept",
    "assign",
    "return",
    "start",
    "extend",
    "wait",
    "resume",
    "answer",
    "visit",
    "close",
    "reopen",
]


class CaseError(AssistantError, ValueError):
    """What was to be done with a case does not fit how it stands; says what would."""


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing done with a case, by a person or by the line."""

    name: DeedName
    by: str
    "The person's name at the desk, or `resident`, or `line`."
    why: str = ""
    owner: str | None = None
    "For `assign`: whose it is from now on."
    days: int = 0
    "For `extend`: working days more."


@dataclass(frozen=True, slots=True)
class Case:
    """How a case stands."""

    code: str
    kind: Kind
    topic: str
    "An id of `Topic`; empty for none of them."
    state: State
    since: datetime
    "When it came into this state."
    begun: datetime
    "When the matter came, or was opened again: deadlines count from here."
    take_by: datetime
    "Somebody must have taken it by then."
    due: datetime
    "She must have her answer by then."
    sorted: bool = False
    "Staff have confirmed kind and topic; until then both are proposals."
    owner: str | None = None
    assigned: datetime | None = None
    extended: bool = False
    "It was given more time; that happens once."
    moved: bool = False
    "The deadline was moved by an extension or by waiting."
    closings: int = 0
    "How often it was closed."
    merged_into: str | None = None
    "The older case about the same matter, which goes on in its stead."


Stage = Literal["taken", "working", "longer", "waiting", "answered", "late", "closed"]
"How a case stands, as a resident is told it."


@dataclass(frozen=True, slots=True)
class Told:
    """What a resident is told of her case: never what it is about."""

    stage: Stage
    due: date
    "The local day on which she has her answer at the latest."


@dataclass(frozen=True, slots=True)
class Topic:
    """What cases are about, as the community sorts them."""

    id: str
    name: Localised
    urgency: Literal["danger", "utilities", "ordinary"]
    words: tuple[str, ...]
    "In any language; one of them in what she said proposes this topic."


@dataclass(frozen=True, slots=True)
class Published:
    """What anybody may read of a case."""

    id: str
    "Not its code: with that one, a stranger could ask after it by telephone."
    kind: Kind
    topic: str
    open: bool
    stage: Stage
    asked: date
    updated: date
    due: date
    place: str | None
    "A building, never a flat."


@dataclass(frozen=True, slots=True)
class Received:
    """A case another system hands over."""

    topic: str
    words: str
    place: str | None
    phone: str
    "Empty where none was given."
    language: str
