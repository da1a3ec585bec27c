"""What an utterance was taken to mean."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any, Final, Literal

from assistant.core.interval import Interval

Urgency = Literal["strong", "possible"]


@dataclass(frozen=True, slots=True)
class Ranked:
    """An intent and how well it fits."""

    intent: str
    score: float
    "0 to 1, comparable within one language."


@dataclass(frozen=True, slots=True)
class Match:
    """The matcher's verdict on one text."""

    intent: str | None
    "The best intent whatever the score; `None` only for a text without any word."
    score: float
    "0 to 1."
    accepted: bool
    "Whether the score and its margin pass the thresholds."
    alternatives: list[Ranked] = field(default_factory=list)
    "Every candidate worth naming, best first, the best included."


@dataclass(frozen=True, slots=True)
class ServiceHit:
    """A directory entry that a stretch of the utterance may mean."""

    service: str
    "Its HSDS id."
    score: float
    "0 to 1; 1 is a name said in full."
    words: str
    "The words of the utterance it was found by."


@dataclass(frozen=True, slots=True)
class Slots:
    """What was filled in; every slot may be missing."""

    services: tuple[ServiceHit, ...] = ()
    "Best first; more than one where it is a tie or a category."
    place: str | None = None
    "A building, street or landmark as said."
    time: Interval | None = None
    phone: str | None = None
    "Digits with an optional leading +."
    case: str | None = None
    "Two capital letters and six digits, or a two-character case word."
    choice: int | None = None
    "1 to n."
    money: float | None = None
    quantity: float | None = None
    problem: str | None = None
    "Free text, kept as said."
    language: str | None = None
    "The language asked for."

    def as_json(self) -> dict[str, Any]:
        """The filled slots as plain JSON values; `service` is the best hit's id."""
        found: dict[str, Any] = {}
        for item in fields(self):
            value = getattr(self, item.name)
            if value is None or value == ():
                continue
            if item.name == "services":
                found["service"] = value[0].service
            elif isinstance(value, Interval):
                found[item.name] = [_iso(value.start), _iso(value.end)]
            else:
                found[item.name] = value
        return found


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


@dataclass(frozen=True, slots=True)
class Safety:
    """Words that may mean danger."""

    intent: str
    "One of `safety.*`."
    urgency: Urgency
    score: float


TextWord = Literal[
    "help",
    "person",
    "status",
    "change",
    "mine",
    "delete",
    "stop",
    "start",
    "start_after_stop",
    "cancel",
    "cancel_or_stop",
    "more",
]
"""A word that is a whole text and commands something, as `intents/<language>/_texts.yaml` lists
them. `start_after_stop` and `cancel_or_stop` depend on what went before."""

Remark = Literal[
    "wrong",
    "age",
    "whenever",
    "forget",
    "helper",
    "no_helper",
    "last_month",
    "vote",
    "no_safe_word",
]
"""That the answer is not so, or the question when it was checked; of times on offer, that any of
them will do; that nothing of this call be kept; that somebody may ask for her, or may no more; how
the office did last month; that she votes so; that whoever rang did not know the safe word."""

REMARK_CUES: Final = (
    "wrong",
    "age",
    "whenever",
    "call_over",
    "keep_nothing",
    "somebody",
    "for_me",
    "no_more",
    "last_month",
    "how_done",
    "own_matter",
    "i_vote",
    "no_vote",
    "safe_word",
    "not_known",
)
"The lists of `_common.yaml` that remarks are told by: every language has them, in this order."


@dataclass(frozen=True, slots=True)
class Introduction:
    """Who she says she is, where several people share a telephone."""

    name: str
    "A nickname as she said it, never a proof of who she is: 老李, Mary's son."
    alone: bool
    "Whether she said nothing besides."


@dataclass(frozen=True, slots=True)
class Mark:
    """How well she says something was done."""

    score: float | None
    of: int | None
    "The best mark there is on her scale; both `None` where she only says whether it is solved."
    solved: bool | None = None
    more: bool = False
    "Whether she says more than the mark, so that her words tell why."


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything understood about one utterance."""

    language: str
    "The language it was read in."
    match: Match
    slots: Slots = Slots()
    safety: Safety | None = None
    words: str = ""
    "The words that match and slots were read from: the utterance without what it takes back."
    agrees: bool | None = None
    "Whether it sounds like a yes or a no, for when such a question is open."
    second: str | None = None
    "The words of a second wish in the same sentence; a question of its own."
    remark: Remark | None = None
    "What it says of an answer just given, for when there was one."
    word: TextWord | None = None
    "The command it is where it came as a text."
    automatic: bool = False
    "Whether it looks like the automatic reply of another system."
    introduction: Introduction | None = None
    mark: Mark | None = None
    "The mark it gives, for when one is asked for or wanted."
    only_time: bool = False
    "Whether it names a time and nothing else."
