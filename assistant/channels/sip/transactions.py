"""What UDP loses is sent again, and what it doubles is taken once (RFC 3261, 17 and 13.3.1.4).

Requests of ours are repeated until they are answered; a repeated request of theirs gets the answer
it has had; a final answer to an INVITE is repeated until it is acknowledged. Times are seconds.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from aiosipua import SipRequest, SipResponse

from assistant.channels.sip import messages
from assistant.channels.sip.settings import Address

T1, T2 = 0.5, 4.0
"First repeat, and the longest time between two (RFC 3261, 17.1.1.1)."
GIVE_UP = 64 * T1
KEPT = 2000
"Transactions remembered; each is over after `GIVE_UP` anyhow."

Send = Callable[[SipRequest | SipResponse, Address], None]
Provisional = Callable[[SipResponse], None]


class Repeats:
    """Sends one message again and again, ever less often, until `stop` or for too long."""

    def __init__(self, send: Callable[[], None], give_up: Callable[[], None], most: float) -> None:
        self._send, self._give_up, self._most = send, give_up, most
        self._wait, self._waited = T1, 0.0
        self._timer = asyncio.get_running_loop().call_later(T1, self._again)

    def _again(self) -> None:
        self._waited += self._wait
        if self._waited >= GIVE_UP:
            self._give_up()
            return
        self._send()
        self._wait = min(self._wait * 2, self._most)
        self._timer = asyncio.get_running_loop().call_later(self._wait, self._again)

    def stop(self) -> None:
        """Send no more."""
        self._timer.cancel()


@dataclass(slots=True)
class _Asked:
    """A request of ours."""

    request: SipRequest
    to: Address
    answer: asyncio.Future[SipResponse]
    provisional: Provisional | None
    repeats: Repeats | None = None
    ack: SipRequest | None = None
    "What is sent again when the final answer to an INVITE comes again."


@dataclass(slots=True)
class _Taken:
    """A request of theirs."""

    to: Address
    answer: SipResponse | None = None


@dataclass(slots=True)
class Transactions:
    """Those of one socket."""

    send: Send
    _asked: OrderedDict[tuple[str, str], _Asked] = field(default_factory=OrderedDict)
    _taken: OrderedDict[tuple[str, ...], _Taken] = field(default_factory=OrderedDict)
    _unacknowledged: dict[tuple[str, int], Repeats] = field(default_factory=dict)

    # -- theirs -----------------------------------------------------------------------------

    def take(self, request: SipRequest, to: Address) -> bool:
        """Whether a request is new; a repeated one gets its answer again, if it has one."""
        key = messages.transaction_of(request)
        known = self._taken.get(key)
        if known is None:
            self._taken[key] = _Taken(to)
            _forget_oldest(self._taken)
            return True
        if known.answer is not None:
            self.send(known.answer, known.to)
        return False

    def knows_invite_of(self, request: SipRequest) -> bool:
        """Whether the INVITE that a CANCEL is about has come."""
        return messages.transaction_of(request, "INVITE") in self._taken

    def respond(
        self,
        request: SipRequest,
        response: SipResponse,
        unacknowledged: Callable[[], None] | None = None,
    ) -> None:
        """Answer; a final answer to an INVITE again and again, until `acknowledged`.

        `unacknowledged` is called where that never comes.
        """
        taken = self._taken.get(messages.transaction_of(request))
        if taken is None:
            return
        taken.answer = response
        self.send(response, taken.to)
        if request.method == "INVITE" and response.status_code >= 200:  # noqa: PLR2004 - final
            self._until_acknowledged(request, response, taken.to, unacknowledged)

    def _until_acknowledged(
        self,
        request: SipRequest,
        response: SipResponse,
        to: Address,
        unacknowledged: Callable[[], None] | None,
    ) -> None:
        key = _of_ack(request)

        def give_up() -> None:
            self._unacknowledged.pop(key, None)
            if unacknowledged is not None:
                unacknowledged()

        before = self._unacknowledged.pop(key, None)
        if before is not None:
            before.stop()
        self._unacknowledged[key] = Repeats(lambda: self.send(response, to), give_up, T2)

    def acknowledged(self, request: SipRequest) -> bool:
        """An ACK came, or a BYE that does for it; whether anything waited for it."""
        waiting = self._unacknowledged.pop(_of_ack(request), None)
        if waiting is not None:
            waiting.stop()
        return waiting is not None

    # -- ours -------------------------------------------------------------------------------

    def ask(
        self, request: SipRequest, to: Address, provisional: Provisional | None = None
    ) -> asyncio.Future[SipResponse]:
        """Send a request; its final answer, which is a 408 of our own where none comes."""
        answer: asyncio.Future[SipResponse] = asyncio.get_running_loop().create_future()
        asked = _Asked(request, to, answer, provisional)
        key = _of_response(request)
        self._asked[key] = asked
        _forget_oldest(self._asked)
        self.send(request, to)
        most = GIVE_UP if request.method == "INVITE" else T2
        asked.repeats = Repeats(
            lambda: self.send(request, to), lambda: _settle(asked, _nobody(request)), most
        )
        return answer

    def answered(self, response: SipResponse) -> None:
        """An answer came; one to nothing of ours is let pass."""
        asked = self._asked.get(_of_response(response))
        if asked is None:
            return
        final = response.status_code >= 200  # noqa: PLR2004 - the final ones
        is_invite = asked.request.method == "INVITE"
        if asked.repeats is not None and (final or is_invite):
            asked.repeats.stop()
        if not final:
            if asked.provisional is not None and not asked.answer.done():
                asked.provisional(response)
            return
        if is_invite and response.status_code >= 300:  # noqa: PLR2004 - refused
            asked.ack = messages.ack_of_refusal(asked.request, response)
        if asked.ack is not None:
            self.send(asked.ack, asked.to)
        _settle(asked, response)

    def acknowledge(self, response: SipResponse, ack: SipRequest, to: Address) -> None:
        """Acknowledge the 2xx of an INVITE, now and whenever it comes again."""
        asked = self._asked.get(_of_response(response))
        if asked is not None:
            asked.ack = ack
        self.send(ack, to)

    def close(self) -> None:
        """Send nothing any more."""
        for waiting in self._unacknowledged.values():
            waiting.stop()
        for asked in self._asked.values():
            if asked.repeats is not None:
                asked.repeats.stop()
            asked.answer.cancel()


def _settle(asked: _Asked, response: SipResponse) -> None:
    if not asked.answer.done():
        asked.answer.set_result(response)


def _nobody(request: SipRequest) -> SipResponse:
    made = messages.response(request, 408)
    made.reason_phrase = "Request Timeout"
    return made


def _of_ack(request: SipRequest) -> tuple[str, int]:
    cseq = request.cseq
    return (request.call_id or "", cseq.seq if cseq is not None else 0)


def _of_response(message: SipRequest | SipResponse) -> tuple[str, str]:
    via, cseq = message.via, message.cseq
    branch = (via[0].branch or "") if via else ""
    return (branch, cseq.method if cseq is not None else "")


def _forget_oldest(kept: OrderedDict[Any, Any]) -> None:
    while len(kept) > KEPT:
        kept.popitem(last=False)
