"""A call that we make: rung, taken up, busy, declined, not taken up, or failed, told apart."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any, Final, Literal

from aiosipua import Dialog, DialogState, SipDigestAuth, SipRequest, SipResponse
from aiosipua.auth import answer_challenge
from aiosipua.headers import stringify_uri
from aiosipua.utils import generate_branch, generate_call_id, generate_tag

from assistant.channels.sip import messages, sdp
from assistant.channels.sip.party import REFUSED, SDP_TYPE, Party, uri_of
from assistant.core.errors import CarrierError

if TYPE_CHECKING:
    from assistant.channels.sip.exchange import Exchange
    from assistant.channels.sip.leg import Ear

log = logging.getLogger(__name__)

Outcome = Literal["answered", "busy", "no_answer", "declined", "failed"]
OUTCOMES: Final[dict[int, Outcome]] = {
    486: "busy",
    600: "busy",
    603: "declined",
    607: "declined",
    608: "declined",
    480: "no_answer",
    487: "no_answer",
}
"What the statuses of a refused INVITE mean (RFC 3261, 21); every other one is a failure."
CHALLENGES = frozenset({401, 407})
CANCELLED_WITHIN_S = 4.0
"A cancelled INVITE is over by then, answered or not."


class OutgoingCall(Party):
    """One call of ours. Its Call-ID is chosen before anything is sent."""

    def __init__(self, exchange: Exchange, number: str, ear: Ear) -> None:
        settings = exchange.settings
        target = uri_of(number, settings)
        dialog = Dialog(
            call_id=generate_call_id(exchange.own[0]),
            local_tag=generate_tag(),
            local_uri=settings.own_uri,
            remote_uri=target,
            remote_target=target,
        )
        super().__init__(exchange, dialog, settings.peer)
        self._ear = ear
        self.rang = False
        "Whether the other telephone was heard to ring."

    async def dial(self, seconds: float, until: asyncio.Event | None = None) -> Outcome:
        """Ring for so many seconds; what came of it. Ends early when `until` is set.

        Raises `CarrierError` where nothing could be sent.
        """
        try:
            await self.open_leg(self._ear)
        except CarrierError:
            self.end()
            raise
        invite = self._invite()
        answer = await self._answer_to(invite, seconds, until)
        if answer.status_code in CHALLENGES:
            answer = await self._again_with_password(invite, answer, seconds, until)
        return self._settled(answer)

    async def _again_with_password(
        self, refused: SipRequest, answer: SipResponse, seconds: float, until: asyncio.Event | None
    ) -> SipResponse:
        settings = self._exchange.settings
        auth = SipDigestAuth(settings.user, settings.password)
        proof = answer_challenge(auth, answer, answer.status_code, "INVITE", refused.uri)
        if proof is None or not settings.password:
            return answer
        invite = self._invite()
        invite.set_header(*proof)
        return await self._answer_to(invite, seconds, until)

    async def _answer_to(
        self, invite: SipRequest, seconds: float, until: asyncio.Event | None
    ) -> SipResponse:
        """The final answer; after `seconds` the INVITE is cancelled, and then there is one."""
        asked = self._exchange.transactions.ask(invite, self.to, self._provisional)
        enough = asyncio.get_running_loop().create_task((until or asyncio.Event()).wait())
        either: set[asyncio.Future[Any]] = {asked, enough}
        try:
            await asyncio.wait(either, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        finally:
            enough.cancel()
        if asked.done():
            return asked.result()
        giving_up = messages.cancel_of(invite)
        self.show(giving_up)
        cancel = self._exchange.transactions.ask(giving_up, self.to)
        await asyncio.wait({asked}, timeout=CANCELLED_WITHIN_S)
        cancel.cancel()
        answer = asked.result() if asked.done() else messages.response(invite, 487)
        if answer.status_code < REFUSED:  # she took it up in the very moment
            self._confirm(answer)
            self.bye()
            return messages.response(invite, 487)
        return answer

    def _provisional(self, response: SipResponse) -> None:
        self.rang = self.rang or response.status_code in {180, 183}

    def _settled(self, answer: SipResponse) -> Outcome:
        if answer.status_code >= REFUSED:
            self.dialog.terminate()
            self.end()
            silent = answer.status_code == 408 and self.rang  # noqa: PLR2004 - RFC 3261, 21.4.9
            return "no_answer" if silent else OUTCOMES.get(answer.status_code, "failed")
        self._confirm(answer)
        assert self.leg is not None  # noqa: S101 - opened before anything was sent
        try:
            media = sdp.accepted(answer.text, self.ours)
        except sdp.NoCommonSound:
            self.bye()
            return "failed"
        self.leg.connect(media)
        self._exchange.ticker.add(self.leg)
        return "answered"

    def _confirm(self, answer: SipResponse) -> None:
        """The dialog as their answer makes it, acknowledged (RFC 3261, 12.1.2)."""
        to = answer.to_addr
        self.dialog.remote_tag = (to.tag or "") if to is not None else ""
        contacts = answer.contact
        if contacts:
            self.dialog.remote_target = stringify_uri(contacts[0].uri)
        self.dialog.route_set = list(reversed(answer.headers.get("record-route")))
        if self.dialog.state == DialogState.EARLY:
            self.dialog.confirm()
        self.acknowledge(answer)

    def _invite(self) -> SipRequest:
        settings = self._exchange.settings
        host, port = self._exchange.own
        invite = SipRequest(method="INVITE", uri=self.dialog.remote_uri)
        invite.headers.append("Via", messages.via((host, port), generate_branch()))
        invite.set_header("From", f"<{settings.own_uri}>;tag={self.dialog.local_tag}")
        invite.set_header("To", f"<{self.dialog.remote_uri}>")
        invite.set_header("Call-ID", self.call_id)
        invite.set_header("CSeq", f"{self.dialog.next_cseq()} INVITE")
        invite.set_header("Max-Forwards", "70")
        invite.set_header("Contact", self.contact)
        invite.set_header("Allow", messages.ALLOW)
        invite.set_header("User-Agent", messages.AGENT)
        self.show(invite)
        invite.content_type = SDP_TYPE
        invite.text = sdp.offer(self.ours, self.described)
        return invite
