"""A carrier that reaches only what the office allows, and no more in a day than it can pay."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from assistant.core.errors import CarrierError
from assistant.core.ports import TextCarrier, VoiceCarrier

if TYPE_CHECKING:
    from assistant.core.ports import CarriedRing
    from assistant.edge.budget import Budget
    from assistant.edge.tolls import Tolls

FORBIDDEN = 403
NO_TEXTS_THERE, NO_CALLS_THERE, TOO_MUCH = 21408, 21215, 20429
"""Twilio's own codes for a country that an account may not text or ring, and for too many requests;
the outbox and the desk treat our refusal as they treat the carrier's."""


class Both(TextCarrier, VoiceCarrier, Protocol):
    """A carrier of texts and calls."""


@dataclass(frozen=True, slots=True)
class Purse:
    """What the line may reach, and what is left of the day's money."""

    tolls: Tolls
    budget: Budget
    strict: bool = True
    "False where nothing is paid for: the simulator's carrier reaches everybody."

    def may_reach(self, contact: str) -> bool:
        """Whether this telephone may be rung and texted by the line itself."""
        return not self.strict or self.tolls.allows(contact)

    def may_ring(self, now: datetime) -> bool:
        """Whether there is money for another call today. Raises `DatabaseError`."""
        return not self.budget.used_up("rings", now)

    def may_text(self, now: datetime) -> bool:
        """Whether there is money for another text today. Raises `DatabaseError`."""
        return not self.budget.used_up("texts", now)


class CarefulCarrier:
    """Stands before the carrier for all that we begin ourselves; refuses as a carrier would."""

    def __init__(self, carrier: Both, purse: Purse, now: Callable[[], datetime]) -> None:
        self._carrier, self._purse, self._now = carrier, purse, now

    def send_text(self, to: str, body: str) -> str:
        """Send one text; the carrier's id for it. Raises `CarrierError`."""
        if not self._purse.may_reach(to):
            raise _refusal("edge.prefixes lets no text go to this country", NO_TEXTS_THERE)
        return self._carrier.send_text(to, body)

    def find_text(self, to: str, body: str, since: datetime) -> str | None:
        """The id of a text handed over since then. Raises `CarrierError`."""
        return self._carrier.find_text(to, body, since)

    def ring(self, to: str, instructions: str, *, seconds: int) -> str:
        """Ring `to`; the carrier's id of the call. Raises `CarrierError`."""
        if not self._purse.may_reach(to):
            raise _refusal("edge.prefixes lets no call go to this country", NO_CALLS_THERE)
        if not self._purse.may_ring(self._now()):
            raise _refusal("today's calls are used up (edge.rings_per_day)", TOO_MUCH)
        return self._carrier.ring(to, instructions, seconds=seconds)

    def find_rings(self, to: str, since: datetime) -> tuple[CarriedRing, ...]:
        """Calls we made to `to` since then. Raises `CarrierError`."""
        return self._carrier.find_rings(to, since)

    def hang_up(self, identifier: str) -> None:
        """End a call. Raises `CarrierError`."""
        self._carrier.hang_up(identifier)


def _refusal(why: str, code: int) -> CarrierError:
    return CarrierError(f"not asked of the carrier: {why}", status=FORBIDDEN, code=code)
