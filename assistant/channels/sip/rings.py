"""A line as the carrier of the calls we make (`core.ports.VoiceCarrier`)."""

from __future__ import annotations

import asyncio
import concurrent.futures
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

from assistant.channels.paced.pump import Inbox
from assistant.channels.sip.ring_call import RingCall
from assistant.channels.sip.talker import Talker
from assistant.channels.twilio_ring_pages import leg_of
from assistant.core.errors import CarrierError

if TYPE_CHECKING:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from assistant.channels.sip.ring_call import RingParts
    from assistant.core.ports import CarriedRing
    from assistant.core.ring import Leg

log = logging.getLogger(__name__)

BEGIN_WITHIN_S = 5.0
"The loop takes milliseconds to begin a call."


@dataclass(frozen=True, slots=True)
class SipRings:
    """Rings over one line. Blocks; called from worker threads."""

    parts: RingParts
    loop: asyncio.AbstractEventLoop

    def ring(self, to: str, instructions: str, *, seconds: int) -> str:
        """Ring `to`; our own Call-ID of the call. Raises `CarrierError`."""
        leg = leg_of(dict(parse_qsl(urlsplit(instructions).query)))
        if leg is None:
            raise CarrierError("a call without instructions of ours is not made")
        begun = asyncio.run_coroutine_threadsafe(self._begin(to, leg, seconds), self.loop)
        try:
            return begun.result(BEGIN_WITHIN_S)
        except (concurrent.futures.TimeoutError, concurrent.futures.CancelledError):
            raise CarrierError("the line did not begin a call in time", certain=False) from None

    async def _begin(self, to: str, leg: Leg, seconds: int) -> str:
        agent = self.parts.agent
        if agent.registration is not None and not agent.registration.known:
            raise CarrierError("the line is not registered with its exchange")
        inbox = Inbox()
        call = agent.outgoing(to, inbox)
        try:
            await asyncio.to_thread(self.parts.kept.began, call.call_id, to, self.parts.now())
        except CarrierError:
            call.end()
            raise
        ring = RingCall(self.parts, leg, Talker(call, inbox, self.parts.speak))
        agent.keep(self.loop.create_task(ring.run(seconds)))
        return call.call_id

    def find_rings(self, to: str, since: datetime) -> tuple[CarriedRing, ...]:
        """Calls we made to `to` since then, the newest first."""
        return self.parts.kept.find(to, since)

    def made_since(self, moment: datetime) -> int:
        """How many calls began since then."""
        return self.parts.kept.made_since(moment)

    def hang_up(self, identifier: str) -> None:
        """End a call."""
        party = self.parts.agent.party(identifier)
        if party is not None:
            self.loop.call_soon_threadsafe(party.bye)


@dataclass(frozen=True, slots=True)
class LateRings:
    """A line as a carrier of calls, open yet or not."""

    name: str
    open: dict[str, SipRings]
    zone: ZoneInfo

    def ring(self, to: str, instructions: str, *, seconds: int) -> str:
        """As `VoiceCarrier.ring`."""
        return self._line().ring(to, instructions, seconds=seconds)

    def find_rings(self, to: str, since: datetime) -> tuple[CarriedRing, ...]:
        """As `VoiceCarrier.find_rings`."""
        return self._line().find_rings(to, since)

    def hang_up(self, identifier: str) -> None:
        """As `VoiceCarrier.hang_up`."""
        self._line().hang_up(identifier)

    def made(self, now: datetime) -> int:
        """Calls made since the site's own midnight."""
        midnight = now.astimezone(self.zone).replace(hour=0, minute=0, second=0, microsecond=0)
        line = self.open.get(self.name)
        return 0 if line is None else line.made_since(midnight)

    def _line(self) -> SipRings:
        line = self.open.get(self.name)
        if line is None:
            raise CarrierError(f"the line {self.name} over which we ring is not open")
        return line
