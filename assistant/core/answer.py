"""Questions to the records and the facts that come back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from assistant.core.arranging import CallbackQuery
from assistant.core.callback import Offers, Promise, Rung
from assistant.core.case import Told
from assistant.core.intent import Mark, ServiceHit
from assistant.core.interval import Interval
from assistant.core.news import MonthTold
from assistant.core.poll import Polled, PollQuery
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
    "hours": (
        "week",
        "week_from",
        "week_until",
        "day",
        "day_over",
        "day_closed",
        "days",
        "days_closed",
        "starts",
        "as_written",
        "unknown",
    ),
    "open_now": ("open", "usually", "always", "closed", "closed_for_good", "unknown"),
    "address": ("known", "landmark", "unknown"),
    "fee": ("known", "free", "unknown"),
    "documents": ("known", "none", "unknown"),
    "eligibility": ("known", "everyone", "unknown"),
    "transport": ("known", "unknown"),
    "roster": ("known", "next", "unknown"),
    "notice": ("known", "ahead", "elsewhere", "unknown"),
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
    "Its code, or its case word."
    contact: str = ""
    "Who asks: of two cases with the same word hers is meant."


Purpose = Literal["status", "cancel", "which"]
"Why her open matters are asked for: how they stand, what to cancel, what a late digit is about."


@dataclass(frozen=True, slots=True)
class Matters:
    """Ask what staff still have to do for this contact."""

    contact: str
    purpose: Purpose
    words: str
    "What she wrote."
    or_stop: bool = False
    "For `cancel`: where nothing is open, the word means that she wants no more texts."


@dataclass(frozen=True, slots=True)
class Matter:
    """One thing staff still have to do. What it is about is not told: telephones are shared."""

    code: str
    intent: str
    nickname: str = ""
    "Whose it is, as she called herself; empty where she did not."
    told: Told | None = None
    "How it stands and when it is due."


FeedbackStep = Literal["solved", "content", "rest", "why", "mark"]
"""The three questions after a case is closed, the last put as `why` to who is unhappy; `mark` is
one she gives of her own accord."""


@dataclass(frozen=True, slots=True)
class FeedbackOn:
    """Ask which closed case an answer about finished work belongs to."""

    contact: str
    step: FeedbackStep
    code: str = ""
    "The case she was asked about; empty where she was not asked."
    solved: bool | None = None
    score: float | None = None
    of: int | None = None
    words: str = ""
    "As she said it."
    more: bool = False
    "Whether her words tell why."


@dataclass(frozen=True, slots=True)
class Warned:
    """Ask whether the office warns of something at this moment that a lesson is about."""

    lesson: str
    "The intent of the lesson."
    words: str
    "What such a notice has for a topic."
    language: str


@dataclass(frozen=True, slots=True)
class LastMonth:
    """Ask how the office did in the last month that is counted."""


@dataclass(frozen=True, slots=True)
class Fitting:
    """Ask which of these questions the records can answer well at this moment."""

    trials: tuple[Lookup, ...]
    "Best first; `words` is the question as a resident would ask it."
    order: tuple[str, ...]
    "All the questions, best first; those that are no trial need no records."
    prompt: str
    "What is to be said with two of them as examples."


@dataclass(frozen=True, slots=True)
class Choice:
    """One branch of the directory: a category or a service."""

    id: str
    name: Localised
    is_service: bool


Age = Literal["fresh", "old", "unsure", "stale"]
"""How far a fact can be vouched for: *fresh*; *old*, so that its date is told; *unsure*, because
nobody wrote when it was checked or its hours contradict themselves, so that a number to ask is
told; *stale*: checked longer ago than the site allows, or said to be wrong, so that it is not
told."""


OF_A_RISK: Final = "risk-"
"What the id of a notice begins with that staff announced because several reported one trouble."


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
    age: Age = "fresh"
    notice: Localised | None = None
    "An alert or a temporary closure, to be said first."
    holiday: Localised | None = None
    "The public holiday asked about, of which nobody wrote whether these hours hold on it."
    id: str = ""
    "Of a notice."


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
    case: str | None = None
    """The code of that case, where a case word was asked about; of the closed case a `FeedbackOn`
    belongs to, `None` for none."""
    told: Told | None = None
    "How that case stands and when it is due; `None` for what is no case, such as an alarm."
    mark: Mark | None = None
    "What she has said of that closed case already."
    fits: tuple[str, ...] = ()
    "The answer to a `Fitting`: the words of the trials that are open, or known, now."
    matters: tuple[Matter, ...] = ()
    "The answer to `Matters`, newest first."
    offers: Offers | None = None
    "The answer to `FindWindows`; `None` where the office plans no callbacks."
    promises: tuple[Promise, ...] = ()
    "The answer to the other queries of the book of callbacks, and the open ones of who asks."
    rings: tuple[Rung, ...] = ()
    "The answer to `FindRings`, the latest first."
    polled: Polled | None = None
    "The answer to the queries about votes."
    month: MonthTold | None = None
    "The answer to `LastMonth`; `None` before a month of the line is counted."


Query = (
    Lookup
    | Browse
    | CaseStatus
    | Matters
    | FeedbackOn
    | Fitting
    | Warned
    | LastMonth
    | CallbackQuery
    | PollQuery
)
