"""A promise to ring back: its window, its life, and what residents are told of it. Pure nouns."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

State = Literal[
    "new",
    "offered",
    "booked",
    "due",
    "ringing_staff",
    "ringing_resident",
    "talking",
    "no_answer",
    "unknown",
    "unreached",
    "done",
    "cancelled",
]
"""*new*: wanted, no time yet; *offered*: times were named and none was chosen; *booked*: a window
is promised; *due*: the window has come and staff should ring; *no_answer*: rung in vain, another
attempt follows; *unknown*: a ring was asked for and nobody knows whether it took place, so nothing
rings until that is settled; *unreached*: every attempt was in vain, a person decides."""

ENDED: frozenset[State] = frozenset({"done", "cancelled"})
"States in which nothing more is promised."

Priority = Literal["P0", "P1", "P2", "P3"]
"""P0 life safety, live only; P1 the same day (no water, heat or medicine; frail people); P2 a
booked window; P3 first in, first out. Never from channel, manner or how often somebody asked."""


@dataclass(frozen=True, slots=True, order=True)
class Window:
    """The stretch of time in which the telephone will ring: `start` inclusive, `end` exclusive."""

    start: datetime
    "Aware; compare and store in UTC, say in the site's zone."
    end: datetime


@dataclass(frozen=True, slots=True)
class Wish:
    """That somebody rings back, before a time is found for it."""

    code: str
    "Its case code, fixed by the conversation beforehand; the callback's name everywhere."
    phone: str
    "E.164 where it can be read as that."
    language: str
    intent: str
    "What it is about, as the catalog names it; never told to whoever else answers the telephone."
    words: str
    "What the resident said, as said; staff hear it before they ring."
    channel: str
    conversation: str
    "The conversation's id."
    priority: Priority = "P3"


@dataclass(frozen=True, slots=True)
class Promise:
    """What a resident may be told of her callback."""

    code: str
    state: State
    window: Window | None
    safe_word: str
    "What staff say first; in the callback's language."
    phone: str
    language: str
    asked: datetime
    "When it was first asked for; decides who waits longest."
    merged: bool = False
    "She had a promise already: this is the older one, kept instead of a second."


Refusal = Literal["full", "closed", "past", "too_far", "no_such_time"]
"""Why the time she named is not to be had: every place is taken; nobody works then; it is over;
it is later than the office plans; the clock skips it."""


@dataclass(frozen=True, slots=True)
class Offers:
    """Windows with room left, the earliest first."""

    windows: tuple[Window, ...] = ()
    "At most three: more cannot be held in mind by ear."
    wanted: Window | None = None
    "The window that holds the time she named, if it has room."
    refusal: Refusal | None = None
    "Why `wanted` is empty although she named a time."


@dataclass(frozen=True, slots=True)
class Rung:
    """One time we rang, or tried to; what `callback.verify` answers from."""

    code: str
    at: datetime
    party: Literal["staff", "resident"]
    reached: bool | None
    "`None`: not known, or still ringing."
    by_staff: bool = False
    "A member of staff dialled by hand and wrote it down."
