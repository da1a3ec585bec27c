"""One dialog with the exchange, whoever began it: sound, hold, keys by INFO, refresh, its end."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from typing import TYPE_CHECKING

from aiosipua.dialog import dialog_matches, remote_cseq_valid
from aiosipua.headers import stringify_uri

from assistant.channels.sip import messages, sdp
from assistant.channels.sip.leg import Leg
from assistant.core.phones import dialled

if TYPE_CHECKING:
    from aiosipua import Dialog, SipRequest, SipResponse

    from assistant.channels.sip.exchange import Exchange
    from assistant.channels.sip.leg import Ear
    from assistant.channels.sip.session import Session
    from assistant.channels.sip.settings import Address, SipSettings

log = logging.getLogger(__name__)

SDP_TYPE = "application/sdp"
LAST_SOUND_S = 0.2
"Before a BYE: what was sent last is still in the far end's buffer."
LAST_PROVISIONAL = 199
REFUSED = 300


class Party:
    """The dialog. Its subclasses begin it: `inbound.InboundCall`, `outbound.OutgoingCall`."""

    def __init__(self, exchange: Exchange, dialog: Dialog, to: Address) -> None:
        self._exchange, self.dialog, self.to = exchange, dialog, to
        self.leg: Leg | None = None
        self.over = False
        self.described = 0
        "How often our sound was described."
        self.session: Session | None = None
        self._offered_on: int | None = None
        "CSeq of the INVITE that asked for our offer; its ACK brings the answer."
        self.transferred: asyncio.Future[int] | None = None
        "How the transfer ended that is going on, if one is."
        self.shown: dict[str, str] = {}
        "Headers that every request of this dialog carries besides the usual."
        self.on_end: asyncio.Event = asyncio.Event()

    @property
    def call_id(self) -> str:
        """The dialog's own name on the wire."""
        return self.dialog.call_id

    # -- what the exchange asks -------------------------------------------------------------

    def belongs(self, request: SipRequest) -> bool:
        """Whether a request is of this dialog and newer than the last; refused where it is not."""
        if not dialog_matches(self.dialog, request):
            self._respond(request, 481)
            return False
        if request.method != "ACK" and not remote_cseq_valid(self.dialog, request):
            self._respond(request, 500)
            return False
        return True

    def reinvited(self, request: SipRequest) -> None:
        """Other sound, hold, or a refresh."""
        try:
            text = self._renegotiated(request)
        except sdp.NoCommonSound:
            self._respond(request, 488)
            return
        self._refreshed(request)
        self._respond_with(request, text)

    def _renegotiated(self, request: SipRequest) -> str:
        assert self.leg is not None  # noqa: S101 - a dialog that can be renegotiated has sound
        self.described += 1
        if request.method == "UPDATE" and not request.body:
            return ""
        if not request.body:
            cseq = request.cseq
            self._offered_on = cseq.seq if cseq is not None else None
            return sdp.offer(self.ours, self.described)
        media, text = sdp.answer(request.text, self.ours, self.described)
        self.leg.connect(media)
        return text

    def acknowledged(self, request: SipRequest) -> None:
        """Our answer has arrived; the sound they chose, where the offer was ours."""
        cseq = request.cseq
        if self.leg is None or cseq is None or cseq.seq != self._offered_on:
            return
        self._offered_on = None
        with contextlib.suppress(sdp.NoCommonSound):
            self.leg.connect(sdp.accepted(request.text, self.ours))

    def informed(self, request: SipRequest) -> None:
        """A key in an INFO, perhaps."""
        if self.leg is None or (request.body and not _is_key(request)):
            self._respond(request, 415)
            return
        digit = self.leg.keys.info(request.content_type or "", request.text)
        self._respond(request, 200)
        if digit is not None:
            self.leg.ear.key(digit)

    def notified(self, request: SipRequest) -> None:
        """How putting through goes, or news of something we never asked for."""
        self._respond(request, 200 if self.transfer_news(request) else 489)

    def transfer_news(self, request: SipRequest) -> bool:
        """Whether a NOTIFY is about a transfer; what it says of one that goes on is kept."""
        if (request.get_header("event") or "").partition(";")[0].strip().lower() != "refer":
            return False
        words = request.text.split()
        status = int(words[1]) if len(words) > 1 and words[1].isdigit() else 0
        if status > LAST_PROVISIONAL:
            self._settle_transfer(status)
        return True

    def said_bye(self, request: SipRequest) -> None:
        """They have hung up."""
        self._exchange.transactions.acknowledged(request)
        self._respond(request, 200)
        self._settle_transfer(200)
        self.end()

    def _settle_transfer(self, status: int) -> None:
        if self.transferred is not None and not self.transferred.done():
            self.transferred.set_result(status)

    # -- what we do -------------------------------------------------------------------------

    async def hang_up(self) -> None:
        """End the call; does nothing on one that is over."""
        if self.over:
            return
        await asyncio.sleep(LAST_SOUND_S)
        if not self.over:
            self.bye()

    def bye(self) -> None:
        """End the call at once."""
        if self.over:
            return
        self._exchange.transactions.ask(self.request("BYE"), self.to)
        self.end()

    def request(self, method: str) -> SipRequest:
        """A new request of this dialog."""
        host, port = self._exchange.own
        made = self.dialog.create_request(method, via_host=host, via_port=port)
        made.set_header("Contact", self.contact)
        made.set_header("User-Agent", messages.AGENT)
        self.show(made)
        return made

    def show(self, request: SipRequest) -> None:
        """Put the dialog's own headers on a request."""
        for name, value in self.shown.items():
            request.set_header(name, value)

    def end(self) -> None:
        """The dialog is over: let go of everything. Twice is once."""
        if self.over:
            return
        self.over = True
        self.dialog.terminate()
        if self.session is not None:
            self.session.cancel()
        if self.leg is not None:
            self._exchange.ticker.remove(self.leg)
            self.leg.close()
            self.leg.ear.gone()
        self._exchange.forget(self)
        self.on_end.set()

    # -- parts ------------------------------------------------------------------------------

    @property
    def contact(self) -> str:
        """Where we are."""
        host, port = self._exchange.own
        host = f"[{host}]" if ":" in host else host
        return f"<sip:{self._exchange.settings.user}@{host}:{port}>"

    @property
    def ours(self) -> sdp.Ours:
        """Our end of the sound."""
        port = self.leg.port if self.leg is not None else 0
        return sdp.Ours((self._exchange.own[0], port), self._exchange.settings.codecs)

    async def open_leg(self, ear: Ear) -> Leg:
        """A socket for the sound. Raises `CarrierError`."""
        host = self._exchange.own[0]
        leg = await Leg.open(host, self._exchange.ports(), self.to[0], ear)
        self.leg = leg
        if self.over:  # given up meanwhile
            leg.close()
        return leg

    def _respond(self, request: SipRequest, status: int) -> None:
        answer = messages.response(request, status, self.dialog.local_tag)
        self._exchange.transactions.respond(request, answer)

    def _respond_with(self, request: SipRequest, text: str) -> None:
        answer = messages.response(request, 200, self.dialog.local_tag)
        answer.set_header("Contact", self.contact)
        if text:
            answer.text = text
            answer.content_type = SDP_TYPE
        if self.session is not None and request.get_header("session-expires") is not None:
            answer.set_header("Session-Expires", self.session.as_header())
        self._exchange.transactions.respond(request, answer, self.bye)

    def _refreshed(self, request: SipRequest) -> None:
        if self.session is not None:
            self.session.refreshed()
        contacts = request.contact
        if contacts:
            self.dialog.remote_target = stringify_uri(contacts[0].uri)

    def acknowledge(self, answer: SipResponse) -> None:
        """The ACK of a 2xx: its own transaction, with the number of the INVITE."""
        cseq = answer.cseq
        ack = self.request("ACK")
        if cseq is not None:
            ack.set_header("CSeq", f"{cseq.seq} ACK")
        self.dialog.local_cseq -= 1
        self._exchange.transactions.acknowledge(answer, ack, self.to)


def uri_of(number: str, settings: SipSettings) -> str:
    """How a number is dialled over this line."""
    plain = dialled(number, settings.country) if settings.dial == "national" else number
    plain = "".join(sign for sign in plain if sign in "+0123456789*#")
    return f"sip:{settings.prefix}{plain}@{settings.domain}"


def _is_key(request: SipRequest) -> bool:
    kind = (request.content_type or "").partition(";")[0].strip().lower()
    return kind in {"application/dtmf-relay", "application/dtmf"}
