"""What the dialogue wants done. The conversation loop performs these; channels render them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from assistant.core.answer import Query
from assistant.core.values import Value

if TYPE_CHECKING:
    from assistant.core.conversation import Pending

OutcomeKind = Literal[
    "answered",
    "callback.booked",
    "callback.changed",
    "callback.cancelled",
    "case.opened",
    "person.transferred",
    "person.callback",
    "emergency.offered",
    "emergency.confirmed",
    "privacy.told",
    "privacy.deleted",
    "privacy.requested",
    "staff.alerted",
    "opted_out",
    "poll.voted",
    "feedback.given",
    "abandoned",
]


@dataclass(frozen=True, slots=True)
class Say:
    """Say one prompt: whole sentences by name, with the facts to put in."""

    prompt: str
    params: tuple[tuple[str, Value], ...] = ()
    language: str | None = None
    "Another language than the conversation's."
    slower: int = 0
    "So many steps more slowly than the conversation's pace, as for a repeat."
    variant: int = 0
    "In other words: 1 is the first of the prompt's `variants`, 0 the prompt itself."
    piece: int | None = None
    "Only this piece of a text too long for one breath; `None` is all of it."

    def param(self, name: str) -> Value | None:
        """The value of one parameter, or `None`."""
        return dict(self.params).get(name)


@dataclass(frozen=True, slots=True)
class SayRest:
    """Send what was left of the last answer, as it was worded then."""

    text: str


@dataclass(frozen=True, slots=True)
class Ask:
    """Put a query to the directory; the answer comes back as a `LookedUp` turn."""

    query: Query


@dataclass(frozen=True, slots=True)
class Reread:
    """Take these words as said and sure; they come back as an `Understood` turn."""

    words: str
    intent: str | None = None
    "What they mean, where she was asked and has said so."


@dataclass(frozen=True, slots=True)
class TakeDown:
    """Keep a request that staff will read. Its code is fixed by the conversation beforehand."""

    code: str
    intent: str
    words: str
    "What the resident said, kept as said."
    place: str | None = None
    phone: str = ""
    "Another number to ring back on than the caller's own."


@dataclass(frozen=True, slots=True)
class Alert:
    """Put an alarm before the staff at once and keep it until a person closes it."""

    code: str
    intent: str
    "One of `safety.*`."
    words: str


AlarmAnswer = Literal["none", "confirmed", "declined", "silent"]
"What a resident answered to the question whether it is an emergency."


@dataclass(frozen=True, slots=True)
class AlertNews:
    """What came after an alarm: her answer, or more of what she said."""

    code: str
    answer: AlarmAnswer = "none"
    words: str = ""


FlagReason = Literal["stale", "wrong"]
"Nobody checked it for too long, or a resident says that it is not so."


@dataclass(frozen=True, slots=True)
class Flag:
    """Have staff check one fact of the directory; the same one twice is one task."""

    service: str
    "HSDS id."
    field: str
    reason: FlagReason


@dataclass(frozen=True, slots=True)
class OptOut:
    """Send this contact nothing unasked any more (`stop`), or allow it again."""

    stop: bool


@dataclass(frozen=True, slots=True)
class SendText:
    """Send these sentences as one text, because she said yes to it or was promised it."""

    says: tuple[Say, ...]
    to: str = ""
    "Another telephone than the one she rings or writes from."
    question: Pending | None = None
    "What a digit in answer to it means."


@dataclass(frozen=True, slots=True)
class Remember:
    """Keep the conversation's language and pace for this contact's next calls; she agreed."""


@dataclass(frozen=True, slots=True)
class Forget:
    """Keep no language and pace of this contact any more."""


@dataclass(frozen=True, slots=True)
class ForgetTalk:
    """Keep nothing of this talk once it is over but what a promise or an open matter needs."""


@dataclass(frozen=True, slots=True)
class NoHelper:
    """Nobody may ask for this contact any more."""


@dataclass(frozen=True, slots=True)
class GiveFeedback:
    """Keep what she says of finished work; what is `None` stays as it was."""

    code: str
    "Of the closed case; empty where the mark is for no case."
    solved: bool | None = None
    score: float | None = None
    of: int | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class FeedbackAsked:
    """She was asked on the line about this closed case, and is not asked again."""

    code: str


@dataclass(frozen=True, slots=True)
class Reopen:
    """She is unhappy for cause: the closed case is worked on again."""

    code: str
    words: str


@dataclass(frozen=True, slots=True)
class KeepPosted:
    """Tell this contact by text what came of a vote, or note that she does not want it."""

    poll: str
    wanted: bool


@dataclass(frozen=True, slots=True)
class NewsTold:
    """She was told in this call what became of this suggestion of hers."""

    code: str


@dataclass(frozen=True, slots=True)
class Transfer:
    """Connect the call to a person."""

    number: str


@dataclass(frozen=True, slots=True)
class EndCall:
    """Hang up once everything said so far has been heard."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """Something was achieved or came to an end; goes to the journal."""

    kind: OutcomeKind
    facts: tuple[tuple[str, object], ...] = ()


Event = (
    Say
    | SayRest
    | Ask
    | Reread
    | TakeDown
    | Alert
    | AlertNews
    | Flag
    | OptOut
    | SendText
    | Remember
    | Forget
    | ForgetTalk
    | NoHelper
    | GiveFeedback
    | FeedbackAsked
    | Reopen
    | KeepPosted
    | NewsTold
    | Transfer
    | EndCall
    | Outcome
)
