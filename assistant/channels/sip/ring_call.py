"""A callback over a line: staff are rung, and when a key has shown a person, she is, and they talk.

What is said and what follows is the house's to decide (`core.ring.RingDesk`), as with any carrier;
here it is spoken and dialled. No machine is told from a person: who answers is taken for one, and
staff hear for themselves.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeVar

from assistant.channels.paced.pump import Inbox
from assistant.channels.sip.talker import RINGING, Talker
from assistant.core.errors import CarrierError
from assistant.core.ports import FRAME_MS
from assistant.core.ring import RingReply

if TYPE_CHECKING:
    from datetime import datetime

    from assistant.channels.paced.menu import Speak
    from assistant.channels.paced.playout import Playout
    from assistant.channels.sip.agent import Agent
    from assistant.channels.sip.leg import Ear
    from assistant.channels.sip.outbound import Outcome, OutgoingCall
    from assistant.channels.sip.ring_log import RingLog
    from assistant.core.ring import Leg, Party, RingDesk, RingEnd

log = logging.getLogger(__name__)

T = TypeVar("T")
KEY_SECONDS: Final = 8.0
"For a key, after all was said, as with Twilio: staff put something down first."
REPORTS: Final[dict[Outcome, str]] = {
    "busy": "busy",
    "declined": "busy",
    "no_answer": "no-answer",
    "failed": "failed",
}
"In the words that `RingDesk.reported` knows."
ENDS: Final[dict[Outcome, RingEnd]] = {
    "busy": "busy",
    "declined": "busy",
    "no_answer": "no_answer",
    "failed": "failed",
}


@dataclass(frozen=True, slots=True)
class RingParts:
    """What a ring needs."""

    agent: Agent
    desk: RingDesk
    speak: Speak
    kept: RingLog
    now: Callable[[], datetime]
    resident_s: int
    "For so long her telephone rings."
    fared: Callable[[bool], None] = lambda _well: None
    "Told whether the line could ring somebody, once that is known."


class RingCall:
    """One."""

    def __init__(self, parts: RingParts, leg: Leg, staff: Talker) -> None:
        self._parts, self._leg, self._staff = parts, leg, staff

    async def run(self, seconds: float) -> None:
        """Ring staff for so many seconds, and do what follows."""
        call, outcome = self._staff.call, "failed"
        try:
            await self._report("staff", call.call_id, "initiated")
            outcome = REPORTS.get(await call.dial(seconds), "completed")
            self._parts.fared(outcome != "failed")
            if not call.over:
                await asyncio.to_thread(self._parts.kept.answered, call.call_id)
                await self._with_staff()
        except CarrierError as error:
            log.warning("a ring failed: %s", error)
        finally:
            await call.hang_up()
            await asyncio.to_thread(self._parts.kept.over, call.call_id)
        await self._report("staff", call.call_id, outcome)

    async def _with_staff(self) -> None:
        desk, staff, step = self._parts.desk, self._staff, 0
        reply = await self._ask(lambda: desk.staff_answered(self._leg, staff.call.call_id))
        while staff.is_there():
            digit = await staff.say(reply.sentences)
            if reply.then == "keys":
                digit, step = digit or await staff.key(KEY_SECONDS), step + 1
                if not staff.is_there():
                    return
                reply = await self._pressed(digit, step)
            elif reply.then == "ring":
                reply = await self._ring_her(reply.phone)
            else:
                return

    async def _pressed(self, digit: str, step: int) -> RingReply:
        desk, call = self._parts.desk, self._staff.call.call_id
        return await self._ask(lambda: desk.staff_pressed(self._leg, call, digit, step))

    # -- her telephone ----------------------------------------------------------------------

    async def _ring_her(self, phone: str) -> RingReply:
        """Ring her while staff hear it ring; what staff hear afterwards."""
        inbox = Inbox()
        try:
            call = await self._begin(phone, inbox)
        except CarrierError as error:
            log.warning("her telephone could not be rung: %s", error)
            return await self._left("", "failed", 0)
        hers = Talker(call, inbox, self._parts.speak)
        await self._report("resident", call.call_id, "initiated")
        try:
            end, seconds = await self._reach(hers)
        finally:
            await call.hang_up()
            await asyncio.to_thread(self._parts.kept.over, call.call_id)
        self._staff.inbox.forget()
        return await self._left(call.call_id, end, seconds)

    async def _begin(self, phone: str, inbox: Inbox) -> OutgoingCall:
        """The call to her, written down before anything is sent. Raises `CarrierError`."""
        call = self._parts.agent.outgoing(phone, inbox)
        try:
            await asyncio.to_thread(self._parts.kept.began, call.call_id, phone, self._parts.now())
        except CarrierError:
            call.end()
            raise
        return call

    async def _reach(self, hers: Talker) -> tuple[RingEnd, int]:
        """How her telephone was left, and after how many seconds of talk."""
        assert self._staff.call.leg is not None  # noqa: S101 - staff have answered
        waiting = self._staff.call.leg.playout
        for _ in range(self._parts.resident_s // 5 + 1):
            waiting.play(RINGING)
        try:
            outcome = await hers.call.dial(self._parts.resident_s, until=self._staff.call.on_end)
        except CarrierError as error:
            log.warning("her telephone could not be rung: %s", error)
            outcome = "failed"
        finally:
            waiting.clear()
        if outcome != "answered":
            return ENDS[outcome], 0
        await asyncio.to_thread(self._parts.kept.answered, hers.call.call_id)
        if not await self._greeted(hers):
            return "dropped", 0
        return "talked", await self._join(hers)

    async def _greeted(self, hers: Talker) -> bool:
        """Say who rings, and the safe word; whether the two are to be joined."""
        desk, call, step = self._parts.desk, hers.call.call_id, 0
        while hers.is_there() and self._staff.is_there():
            reply = await asyncio.to_thread(desk.resident_answered, self._leg, call, step)
            await hers.say(reply.sentences)
            if reply.then != "go_on":
                return reply.then == "connect" and hers.is_there() and self._staff.is_there()
            step += 1
        return False

    async def _join(self, hers: Talker) -> int:
        """Let the two hear each other until one hangs up; seconds of talk."""
        staff_leg, her_leg = self._staff.call.leg, hers.call.leg
        assert staff_leg is not None  # noqa: S101 - both have answered
        assert her_leg is not None  # noqa: S101
        heard = Joined(staff_leg.playout)
        before: Ear = staff_leg.ear
        her_leg.ear, staff_leg.ear = heard, Joined(her_leg.playout)
        ends = [asyncio.create_task(one.on_end.wait()) for one in (self._staff.call, hers.call)]
        await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        for end in ends:
            end.cancel()
        staff_leg.ear = before
        if not self._staff.is_there():
            before.gone()
        return heard.frames * FRAME_MS // 1000

    # -- the house --------------------------------------------------------------------------

    async def _left(self, call: str, end: RingEnd, seconds: int) -> RingReply:
        desk = self._parts.desk
        return await self._ask(lambda: desk.resident_left(self._leg, call, end, seconds))

    async def _report(self, party: Party, call: str, status: str) -> None:
        desk = self._parts.desk
        await self._ask(lambda: desk.reported(self._leg, party, call, status, 0))

    async def _ask(self, question: Callable[[], T]) -> T:
        return await asyncio.to_thread(question)


class Joined:
    """An ear that hands on what it hears to whoever talks with it."""

    def __init__(self, other: Playout) -> None:
        self._other, self.frames = other, 0

    def frame(self, ulaw: bytes) -> None:
        """20 ms of one are 20 ms of the other: one clock serves both."""
        self.frames += 1
        self._other.play(ulaw)

    def key(self, digit: str) -> None:
        """Nobody is asked anything now."""

    def played(self, mark: str) -> None:
        """Nothing of ours is being said."""

    def gone(self) -> None:
        """Their dialog's end says it."""
