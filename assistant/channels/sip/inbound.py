"""A call that comes in: offered, answered, acknowledged, talked, over; given up at any moment.

Nothing sounds before the caller's side has acknowledged our answer. Between our answer and her
giving up only one can be first: a CANCEL that comes after the answer changes nothing (RFC 3261,
9.2), and the BYE that must follow it ends the call.
"""

from __future__ import annotations

import asyncio
import logging
import uuid
from typing import TYPE_CHECKING, Literal

from aiosipua.dialog import create_dialog_from_request
from aiosipua.utils import generate_tag

from assistant.channels.paced.line import PacedLine
from assistant.channels.paced.pump import Inbox, serve
from assistant.channels.sip import messages, sdp, session
from assistant.channels.sip.party import SDP_TYPE, Party
from assistant.channels.sip.transfer import Relay, refer
from assistant.core.errors import CarrierError

if TYPE_CHECKING:
    from aiosipua import SipRequest

    from assistant.channels.paced.house import Inside
    from assistant.channels.sip.exchange import Exchange
    from assistant.channels.sip.settings import Address
    from assistant.core.ports import Call

log = logging.getLogger(__name__)

State = Literal["offered", "answered", "talking"]
TRANSFER_RINGS_S = 45
"So long a telephone rings to which a caller is put through by bridging."


class InboundCall(Party):
    """One call that came in."""

    def __init__(self, exchange: Exchange, inside: Inside, invite: SipRequest, to: Address) -> None:
        dialog = create_dialog_from_request(invite, local_tag=generate_tag())
        super().__init__(exchange, dialog, to)
        self.state: State = "offered"
        self._inside, self._invite = inside, invite
        self.identifier = f"SI{uuid.uuid4().hex}"
        self._contact = messages.caller(invite, exchange.settings.country)
        self._inbox = Inbox()
        self._call: Call | None = None
        self._line: PacedLine | None = None
        self._bridged = False

    # -- answering --------------------------------------------------------------------------

    async def answer(self) -> None:
        """Take the call, or say why not."""
        self._respond(self._invite, 180)
        try:
            leg = await self.open_leg(self._inbox)
            text = self._described_sound()
        except sdp.NoCommonSound:
            self.refuse(488)
            return
        except CarrierError as error:
            log.error("a call cannot be taken: %s", error)  # noqa: TRY400 - the sentence says it
            self.refuse(503)
            return
        if self.over:
            return
        self._line = PacedLine(leg.playout, self)
        self._call = self._inside.take(self._line, self.identifier, self._contact)
        if self._call is None:
            log.warning("every place of the house is taken; a call was told that it is busy")
            self.refuse(486)
            return
        self._say_yes(text)

    def _described_sound(self) -> str:
        """Our answer to the offer, or our own offer where the INVITE had none."""
        assert self.leg is not None  # noqa: S101 - opened just before
        if not self._invite.body:
            cseq = self._invite.cseq
            self._offered_on = cseq.seq if cseq is not None else None
            return sdp.offer(self.ours, self.described)
        media, text = sdp.answer(self._invite.text, self.ours, self.described)
        self.leg.connect(media)
        return text

    def _say_yes(self, text: str) -> None:
        self.state = "answered"
        self.dialog.confirm()
        answer = messages.response(self._invite, 200, self.dialog.local_tag)
        answer.set_header("Contact", self.contact)
        answer.text = text
        answer.content_type = SDP_TYPE
        self.session = session.agreed(self._invite, self, self._exchange)
        if self.session is not None:
            answer.set_header("Supported", "timer")
            if self.session.shared:
                answer.set_header("Require", "timer")
            answer.set_header("Session-Expires", self.session.as_header())
            self.session.start()
        self._exchange.transactions.respond(self._invite, answer, self._never_acknowledged)

    def _never_acknowledged(self) -> None:
        log.warning("an answered call was never acknowledged and is ended")
        self.bye()

    def acknowledged(self, request: SipRequest) -> None:
        """They have our answer: the call begins to sound."""
        super().acknowledged(request)
        if self.state == "answered" and self.leg is not None:
            self.state = "talking"
            self._exchange.ticker.add(self.leg)
            self._exchange.keep(asyncio.get_running_loop().create_task(self._talk()))

    async def _talk(self) -> None:
        assert self._call is not None  # noqa: S101 - answered calls have both
        assert self._line is not None  # noqa: S101
        try:
            await serve(self._call, self._line, self._inbox, self._menu)
        finally:
            self._inside.calls.close(self.identifier)
            if not self._bridged:
                await self.hang_up()

    def _menu(self) -> Call:
        assert self._line is not None  # noqa: S101 - answered calls have one
        return self._inside.menu(self._line, self.identifier, self._contact)

    # -- giving up --------------------------------------------------------------------------

    def refuse(self, status: int) -> None:
        """Not this call."""
        if self.state == "offered" and not self.over:
            self._respond(self._invite, status)
            self.end()

    def cancelled(self) -> None:
        """The caller has given up; too late once we have answered."""
        self.refuse(487)

    def said_bye(self, request: SipRequest) -> None:
        """They have hung up, or given up by BYE what was not answered yet."""
        self.refuse(487)
        super().said_bye(request)

    def end(self) -> None:
        """As for every dialog; a call that never began to sound gives its place back."""
        if not self.over and self.state != "talking":
            self._inside.calls.close(self.identifier)
        super().end()

    # -- putting through --------------------------------------------------------------------

    async def transfer(self, number: str) -> None:
        """Put her through, as the line is set to. Raises `CarrierError`."""
        self._inbox.deaf = True
        try:
            if self._exchange.settings.transfer == "refer":
                await refer(self, self._exchange, number)
            else:
                await self._bridge(number)
        finally:
            self._inbox.deaf = False

    async def _bridge(self, number: str) -> None:
        assert self.leg is not None  # noqa: S101 - only a call that sounds is put through
        other = self._exchange.outgoing(number, Inbox())
        outcome = await other.dial(TRANSFER_RINGS_S, until=self.on_end)
        if outcome != "answered":
            raise CarrierError(f"the transferred call was not taken ({outcome})")
        assert other.leg is not None  # noqa: S101 - an answered call sounds
        self._bridged = True
        other.leg.ear = Relay(self, self.leg.playout)
        self.leg.ear = Relay(other, other.leg.playout)
