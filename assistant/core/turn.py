"""One move of the resident, or what came back for her: the input of the dialogue."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from assistant.core.ladder import Rung
from assistant.core.texts import CarrierDid

if TYPE_CHECKING:
    from assistant.core.answer import Found, Query
    from assistant.core.conversation import Conversation, Preferences
    from assistant.core.intent import Reading
    from assistant.core.news import News

Channel = Literal["voice", "sms"]


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """One way a recogniser, or a resident's thumb, may have put it."""

    text: str
    confidence: float
    "0 (a guess) to 1 (sure)."


@dataclass(frozen=True, slots=True)
class Utterance:
    """What was said or texted."""

    text: str
    "The best hypothesis; words separated as the language writes them."
    language: str
    "The language of the ear that heard it, or of the script it is written in."
    confidence: float = 1.0
    "0 to 1; typed text is 1."
    alternatives: tuple[Hypothesis, ...] = ()
    "Other hypotheses, best first, without the best."


@dataclass(frozen=True, slots=True)
class Opened:
    """The call was answered; what is known of the caller from before."""

    rung: Rung = "speech"
    "What a full house has left for this call."
    preferences: Preferences | None = None
    "What she agreed to have kept."
    last: Conversation | None = None
    "Her last call before this one."
    feedback: str = ""
    "The code of a closed case she is to be asked about."
    news: News | None = None
    "What became of a suggestion of hers, where she does not know it yet."


@dataclass(frozen=True, slots=True)
class Understood:
    """An utterance together with what it was taken to mean."""

    utterance: Utterance
    reading: Reading


@dataclass(frozen=True, slots=True)
class Key:
    """One key of the telephone: `0`-`9`, `*` or `#`."""

    digit: str


@dataclass(frozen=True, slots=True)
class Silence:
    """Nobody spoke within the time to start."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Unclear:
    """Somebody made a sound of which no words could be made."""


@dataclass(frozen=True, slots=True)
class EarsLost:
    """Somebody spoke and can no longer be heard: from here on the call goes by keys."""


@dataclass(frozen=True, slots=True)
class HungUp:
    """The resident put the receiver down, or the line dropped."""


@dataclass(frozen=True, slots=True)
class Wordless:
    """A text without a word in it."""

    pictures: bool
    "Whether something came with it that we cannot read."


@dataclass(frozen=True, slots=True)
class CarrierWord:
    """A text that the carrier has acted on and answered itself; it wants nothing more from us."""

    did: CarrierDid


@dataclass(frozen=True, slots=True)
class LookedUp:
    """The answer to a query the dialogue put to the directory."""

    query: Query
    found: Found


Turn = (
    Opened
    | Understood
    | Key
    | Silence
    | Unclear
    | EarsLost
    | HungUp
    | Wordless
    | CarrierWord
    | LookedUp
)
