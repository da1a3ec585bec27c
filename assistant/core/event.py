"""What the dialogue wants done. The conversation loop performs these; channels render them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from assistant.core.answer import Query
from assistant.core.values import Value

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
    slower: bool = False
    "Say it more slowly than the conversation's pace, as for a repeat."

    def param(self, name: str) -> Value | None:
        """The value of one parameter, or `None`."""
        return dict(self.params).get(name)


@dataclass(frozen=True, slots=True)
class Ask:
    """Put a query to the directory; the answer comes back as a `LookedUp` turn."""

    query: Query


@dataclass(frozen=True, slots=True)
class Reread:
    """Take these words as said and sure; they come back as an `Understood` turn."""

    words: str


@dataclass(frozen=True, slots=True)
class TakeDown:
    """Keep a request that staff will read. Its code is fixed by the conversation beforehand."""

    code: str
    intent: str
    words: str
    "What the resident said, kept as said."
    place: str | None = None


@dataclass(frozen=True, slots=True)
class Alert:
    """Put an alarm before the staff at once and keep it until a person closes it."""

    code: str
    intent: str
    "One of `safety.*`."
    words: str


@dataclass(frozen=True, slots=True)
class OptOut:
    """Send this contact nothing unasked any more (`stop`), or allow it again."""

    stop: bool


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


Event = Say | Ask | Reread | TakeDown | Alert | OptOut | Transfer | EndCall | Outcome
