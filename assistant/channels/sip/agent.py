"""One line's user agent: who may ring, which dialog a message belongs to, what becomes of it.

Only the exchange and the hosts named beside it are listened to; everybody else is told 403 and
nothing else. A call of our own check, from our own address, proves itself by a token.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from aiosipua import SipRequest, SipResponse
from aiosipua.utils import generate_tag
from prometheus_client import Counter, Gauge

from assistant.channels.paced.tokens import TOKEN, is_our_check
from assistant.channels.sip import messages, session
from assistant.channels.sip.inbound import InboundCall
from assistant.channels.sip.leg import Ports
from assistant.channels.sip.outbound import OutgoingCall
from assistant.channels.sip.registration import Registration
from assistant.channels.sip.transactions import Transactions
from assistant.channels.sip.wire import Wire
from assistant.core.errors import CarrierError

if TYPE_CHECKING:
    from assistant.channels.paced.house import Inside
    from assistant.channels.paced.ticker import Ticker
    from assistant.channels.sip.leg import Ear
    from assistant.channels.sip.party import Party
    from assistant.channels.sip.settings import Address, SipSettings

log = logging.getLogger(__name__)

came = Counter(
    "assistant_sip_calls", "Calls that came in over SIP, by what became of them.", ["end"]
)
strangers = Counter("assistant_sip_strangers", "Requests from hosts that may not ring us.")
ENDS_WITHIN_S = 1.0
"For calls to write down that they are over, when the service stops."
going_on = Gauge("assistant_sip_calls_in_progress", "SIP calls in progress, both ways.")


class Agent:
    """The line. Everything happens on one loop."""

    def __init__(self, settings: SipSettings, inside: Inside, ticker: Ticker) -> None:
        self.settings, self.ticker = settings, ticker
        self._inside = inside
        self._wire: Wire | None = None
        self.transactions = Transactions(self._send)
        self._parties: dict[str, Party] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._registering: asyncio.Task[None] | None = None
        self._ports = Ports(*settings.rtp_ports)
        self.registration = Registration(self) if settings.register_s else None
        self._handlers: dict[str, Callable[[SipRequest, Address], None]] = {
            "INVITE": self._invited,
            "ACK": self._acknowledged,
            "CANCEL": self._cancelled,
            "OPTIONS": self._asked,
        }

    # -- life -------------------------------------------------------------------------------

    async def start(self) -> None:
        """Listen, and register where the line is set to. Raises `CarrierError`."""
        self._wire = await Wire.open((self.settings.address, self.settings.port), self._heard)
        if self.registration is not None:
            self._registering = asyncio.get_running_loop().create_task(self.registration.run())
        log.info("the line %s listens", self.settings.name)

    async def stop(self) -> None:
        """Hang up, unregister, let go of the socket."""
        for party in tuple(self._parties.values()):
            party.bye()
        if self.registration is not None and self._registering is not None:
            self._registering.cancel()
            self.registration.leave()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=ENDS_WITHIN_S)
        for task in tuple(self._tasks):
            task.cancel()
        self.transactions.close()
        if self._wire is not None:
            self._wire.close()

    @property
    def own(self) -> Address:
        """Where our socket is bound."""
        assert self._wire is not None  # noqa: S101 - nothing is asked before `start`
        return self._wire.address

    @property
    def in_use(self) -> int:
        """Calls in progress."""
        return len(self._parties)

    def full(self) -> bool:
        """Whether the line carries no further call."""
        return self.in_use >= self.settings.calls

    def keep(self, work: asyncio.Task[None]) -> None:
        """Hold on to a task until it is done."""
        self._tasks.add(work)
        work.add_done_callback(self._tasks.discard)

    def ports(self) -> Iterator[int]:
        """Ports for the sound of a call, each once."""
        return self._ports.each()

    def outgoing(self, number: str, ear: Ear) -> OutgoingCall:
        """A call that is to be made; it takes a place of the line at once.

        Raises `CarrierError` where every place is taken.
        """
        if self.full():
            raise CarrierError("every place of the line is taken; lines.*.calls says how many")
        party = OutgoingCall(self, number, ear)
        self._add(party)
        return party

    def party(self, call_id: str) -> Party | None:
        """A call in progress."""
        return self._parties.get(call_id)

    def _add(self, party: Party) -> None:
        self._parties[party.call_id] = party
        going_on.inc()

    def forget(self, party: Party) -> None:
        """A dialog is over."""
        if self._parties.pop(party.call_id, None) is not None:
            going_on.dec()

    # -- messages ---------------------------------------------------------------------------

    def _send(self, message: SipRequest | SipResponse, to: Address) -> None:
        if self._wire is not None:
            self._wire.send(message, to)

    def _heard(self, message: SipRequest | SipResponse, source: Address) -> None:
        if isinstance(message, SipResponse):
            if self.settings.knows(source[0]) or source[0] == self.own[0]:
                self.transactions.answered(message)
            return
        if not message.headers.get("via"):
            return
        to = messages.stamp(message, source)
        if not self._may(message, source):
            strangers.inc()
            self._refuse_statelessly(message, 403, to)
            return
        status = messages.wrong(message)
        if status is not None:
            self._refuse_statelessly(message, status, to)
        elif message.method == "ACK" or self.transactions.take(message, to):
            self._handle(message, to)

    def _may(self, request: SipRequest, source: Address) -> bool:
        if self.settings.knows(source[0]):
            return True
        return source[0] == self.own[0] and is_our_check(
            self.settings.secret, request.call_id or "", request.get_header(TOKEN) or ""
        )

    def _refuse_statelessly(self, request: SipRequest, status: int, to: Address) -> None:
        if request.method != "ACK":
            self._send(messages.response(request, status, generate_tag()), to)

    def _handle(self, request: SipRequest, to: Address) -> None:
        handler = self._handlers.get(request.method)
        if handler is not None:
            handler(request, to)
            return
        if request.method not in messages.METHODS:
            self._respond(request, 405)
            return
        party = self._parties.get(request.call_id or "")
        if party is None:
            unasked = request.method == "NOTIFY"  # what waits in a mailbox, and the like
            self._respond(request, 489 if unasked else 481)
        elif party.belongs(request):
            self._within(party, request)

    def _within(self, party: Party, request: SipRequest) -> None:
        match request.method:
            case "BYE":
                party.said_bye(request)
            case "INFO":
                party.informed(request)
            case "UPDATE":
                party.reinvited(request)
            case "NOTIFY":
                party.notified(request)

    def _respond(self, request: SipRequest, status: int) -> None:
        self.transactions.respond(request, messages.response(request, status, generate_tag()))

    # -- what is asked ----------------------------------------------------------------------

    def _invited(self, request: SipRequest, to: Address) -> None:
        party = self._parties.get(request.call_id or "")
        if messages.to_tag(request):
            if party is None:
                self._respond(request, 481)
            elif party.belongs(request):
                party.reinvited(request)
        elif party is not None:
            self._respond(request, 482)
        elif session.too_short(request):
            answer = messages.response(request, 422, generate_tag())
            answer.set_header("Min-SE", str(session.LEAST_S))
            self.transactions.respond(request, answer)
        elif self.full():
            came.labels("busy").inc()
            self._respond(request, 486)
        else:
            came.labels("taken").inc()
            self.transactions.respond(request, messages.response(request, 100))
            call = InboundCall(self, self._inside, request, to)
            self._add(call)
            self.keep(asyncio.get_running_loop().create_task(call.answer()))

    def _acknowledged(self, request: SipRequest, _to: Address) -> None:
        self.transactions.acknowledged(request)
        party = self._parties.get(request.call_id or "")
        if party is not None and party.dialog.local_tag == messages.to_tag(request):
            party.acknowledged(request)

    def _cancelled(self, request: SipRequest, _to: Address) -> None:
        known = self.transactions.knows_invite_of(request)
        self._respond(request, 200 if known else 481)
        party = self._parties.get(request.call_id or "")
        if known and isinstance(party, InboundCall):
            party.cancelled()

    def _asked(self, request: SipRequest, _to: Address) -> None:
        """OPTIONS: exchanges ask it to see whether we are there."""
        answer = messages.response(request, 200, generate_tag())
        answer.set_header("Accept", "application/sdp")
        self.transactions.respond(request, answer)
