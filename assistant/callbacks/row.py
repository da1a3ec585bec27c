"""One callback and its rings as they are kept. Pure nouns."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.core.callback import Priority, State, Window, Wish

Party = Literal["staff", "resident"]
"Whose telephone rings."

RingState = Literal["placing", "placed", "over", "never"]
"""*placing*: meant to ring, the carrier not asked or its answer not in; *placed*: it rings or they
talk; *over*; *never*: the carrier says there was no such call."""

BEING_RUNG: frozenset[State] = frozenset({"ringing_staff", "ringing_resident", "talking"})
"States in which a telephone is in use for the callback."
WAITING: frozenset[State] = frozenset({"new", "offered", "booked", "no_answer"})
"States that become *due* once `Callback.next_at` has come."
WITH_A_PERSON: frozenset[State] = frozenset({"unknown", "unreached"})
"States that end only by what a person, or the carrier's own list, says."


@dataclass(frozen=True, slots=True)
class Callback:
    """A callback as kept; every change makes a new one with a higher `version`."""

    code: str
    "Its case code; the callback's name everywhere."
    phone: str
    language: str
    intent: str
    words: str
    channel: str
    conversation: str
    asked: datetime
    "When it was first asked for; decides who waits longest."
    priority: Priority = "P3"
    state: State = "new"
    window: Window | None = None
    offered: tuple[Window, ...] = ()
    "The windows that were named to her."
    safe_word: str = ""
    next_at: datetime | None = None
    """When something happens by itself: not before. `None` while a telephone is in use, a person
    decides, or (new, offered) nobody may ring without a time being chosen first."""
    owner: str | None = None
    "The member of staff who is rung, talks, or has taken it upon themselves at the desk."
    staff_ready: bool = False
    "That member of staff is on the line: the resident may be rung."
    staff_tries: int = 0
    "Times staff did not answer or had no time, since the resident was last rung."
    attempt: int = 0
    "Rings to the resident ever made; grows only, so that no ring is made twice."
    spent: int = 0
    "Of these, the ones made for the present promise."
    extra_day: bool = False
    "The attempts inside the window were in vain; the one on the next workday is left."
    rung_at: datetime | None = None
    "When the resident was last rung."
    lost: Party | None = None
    "Whose ring nobody knows of, while *unknown*."
    ending: str | None = None
    "Why it is to end once the present ring is over: she took it back meanwhile."
    jump_reason: str | None = None
    "Why a person put it before the others."
    lifts_at: datetime | None = None
    "When a P3 has waited one working day and counts as P2."
    told: datetime | None = None
    "When she was told that this window may not be kept."
    why: str | None = None
    "What ended it, or put it before a person; the program's word."
    version: int = 0
    "Grows with every event; also the number of its last line of history."
    fence: int = 0
    "Grows with every claim; an earlier holder's word no longer counts."
    updated: datetime | None = None


def wanted(
    wish: Wish,
    now: datetime,
    offered: Sequence[Window] = (),
    *,
    next_at: datetime | None = None,
    safe_word: str = "",
) -> Callback:
    """A callback from a wish; `next_at` is when to ring if no time is ever chosen."""
    return Callback(
        wish.code,
        wish.phone,
        wish.language,
        wish.intent,
        wish.words,
        wish.channel,
        wish.conversation,
        asked=now,
        priority=wish.priority,
        state="offered" if offered else "new",
        offered=tuple(offered),
        safe_word=safe_word,
        next_at=next_at,
    )


@dataclass(frozen=True, slots=True)
class Ring:
    """One ring meant, made or over."""

    code: str
    attempt: int
    "The attempt on the resident that it belongs to, 1 for the first."
    party: Party
    nth: int
    "1 for the resident, always; staff may be rung several times for one attempt."
    state: RingState
    carrier_id: str | None
    began: datetime
    reached: bool | None
    by_staff: bool = False
    "Dialled by hand and written down."


@dataclass(frozen=True, slots=True)
class Claimed:
    """A due callback that is ours to ring until the lease ends."""

    callback: Callback
    fence: int
    "To be handed to `intend`, `apply`, `extend` and `release`."

    @property
    def attempt(self) -> int:
        """The attempt on the resident that is to be made now, 1 for the first."""
        return self.callback.attempt + 1


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a callback's history; holds no number and nothing that was said."""

    code: str
    seq: int
    at: datetime
    before: State | None
    "`None` for its first line."
    after: State
    event: str
    "The name of what happened."
    cause: str
    "Who or what brought it: `webhook`, `clock`, `resident`, `desk` …"
    accepted: bool
    "Whether it fitted the state; what did not is written down and changes nothing."
    by: str | None
    "The member of staff who decided it."
    why: str | None
    "The reason that member of staff gave."
    window: Window | None = None
    "What is promised since; the ledger counts by it."
