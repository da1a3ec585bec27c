"""A call that we make: first to staff, then to the resident who was promised it. Pure nouns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from assistant.core.ports import Spoken

Party = Literal["staff", "resident"]

Then = Literal["hang_up", "keys", "ring", "go_on", "connect"]
"""What follows the sentences: the end; a key of the staff; the resident's telephone rings; the next
words, asked for anew; the two hear each other."""

RingEnd = Literal["talked", "dropped", "no_answer", "busy", "failed"]
"""How the resident's telephone was left: *dropped* when it was taken up and put down before staff
were on it."""


@dataclass(frozen=True, slots=True)
class Leg:
    """Which ring of which callback a webhook is about; stands in its address."""

    code: str
    "The callback's."
    attempt: int
    "1 for the first time the resident is rung."
    turn: int
    "1 for the first time staff are rung for this attempt."


@dataclass(frozen=True, slots=True)
class RingReply:
    """What somebody we rang hears next."""

    sentences: tuple[Spoken, ...] = ()
    then: Then = "hang_up"
    phone: str = ""
    "Whom to ring, where `then` is *ring*."


class RingDesk(Protocol):
    """What is said in the calls we make, and what comes of them. Called from worker threads.

    Deliveries may come twice, late, out of order or before the carrier's own answer; what does not
    fit any more changes nothing. `call` is the carrier's id of the call that is spoken of.
    """

    def staff_answered(self, leg: Leg, call: str) -> RingReply:
        """Somebody took up the telephone of the staff."""
        ...

    def staff_pressed(self, leg: Leg, call: str, digit: str, step: int) -> RingReply:
        """A key, or the silence in which none came (empty), after the `step`-th time of asking."""
        ...

    def resident_answered(self, leg: Leg, call: str, step: int) -> RingReply:
        """Her telephone was taken up: what is said at the `step`-th time of asking, 0 the first."""
        ...

    def resident_left(self, leg: Leg, call: str, end: RingEnd, seconds: int) -> RingReply:
        """Her telephone is free again after `seconds` of talk: what staff still hear.

        `call` may be empty where it was never rung.
        """
        ...

    def machine_answered(self, leg: Leg, call: str) -> RingReply | None:
        """A machine has her telephone: what it is told instead, `None` to let the call go on."""
        ...

    def reported(self, leg: Leg, party: Party, call: str, status: str, seconds: int) -> None:
        """The carrier reports how a call stands, in its own words (`ringing`, `busy` …)."""
        ...
