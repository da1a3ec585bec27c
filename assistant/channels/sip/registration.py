"""Telling an exchange where we are, again and again (RFC 3261, 10), by a digest of the password."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Final

from aiosipua import SipDigestAuth, SipRequest, SipResponse
from aiosipua.auth import answer_challenge
from aiosipua.utils import generate_branch, generate_call_id, generate_tag
from prometheus_client import Gauge

from assistant.channels.sip import messages

if TYPE_CHECKING:
    from assistant.channels.sip.exchange import Exchange

log = logging.getLogger(__name__)

registered = Gauge("assistant_sip_registered", "1 while an exchange knows where we are.", ["line"])
SHARE: Final = 0.8
"Of the time that was granted, after which we register anew."
AGAIN_S: Final = (5.0, 15.0, 60.0)
"Seconds until the next try after a failed one; the last one stays."
CHALLENGES = frozenset({401, 407})
TOO_BRIEF = 423
LEAST_S = 5


class Registration:
    """One line's."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self._call_id, self._tag = generate_call_id(exchange.settings.address), generate_tag()
        self._number = 0
        self._seconds = exchange.settings.register_s
        self.known = False
        "Whether the exchange knows where we are."

    async def run(self) -> None:
        """Stay registered until cancelled."""
        failed = 0
        while True:
            granted = await self._register()
            self._tell(known=granted is not None)
            if granted is None:
                await asyncio.sleep(AGAIN_S[min(failed, len(AGAIN_S) - 1)])
                failed += 1
            else:
                failed = 0
                await asyncio.sleep(max(LEAST_S, granted * SHARE))

    def leave(self) -> None:
        """Be forgotten; nothing waits for the answer."""
        if self.known:
            settings = self._exchange.settings
            self._exchange.transactions.ask(self._request(0), settings.peer)
            self._tell(known=False)

    def _tell(self, *, known: bool) -> None:
        if known != self.known:
            name = self._exchange.settings.name
            log.info("the line %s is %s", name, "registered" if known else "not registered")
        self.known = known
        registered.labels(self._exchange.settings.name).set(int(known))

    async def _register(self) -> int | None:
        """Seconds granted, or `None`."""
        answer = await self._ask(None)
        if answer.status_code in CHALLENGES:
            answer = await self._ask(answer)
        if answer.status_code == TOO_BRIEF:
            least = answer.get_header("min-expires") or ""
            self._seconds = max(self._seconds, int(least) if least.isdigit() else 0)
        if not 200 <= answer.status_code < 300:  # noqa: PLR2004 - what is no success
            log.warning("the exchange refused to register (SIP %d)", answer.status_code)
            return None
        return self._granted(answer)

    async def _ask(self, challenge: SipResponse | None) -> SipResponse:
        settings = self._exchange.settings
        request = self._request(self._seconds)
        if challenge is not None:
            auth = SipDigestAuth(settings.user, settings.password)
            proof = answer_challenge(
                auth, challenge, challenge.status_code, "REGISTER", request.uri
            )
            if proof is None:
                return challenge
            request.set_header(*proof)
        return await self._exchange.transactions.ask(request, settings.peer)

    def _request(self, seconds: int) -> SipRequest:
        settings, (host, port) = self._exchange.settings, self._exchange.own
        self._number += 1
        request = SipRequest(method="REGISTER", uri=f"sip:{settings.domain}")
        request.headers.append("Via", messages.via((host, port), generate_branch()))
        request.set_header("From", f"<{settings.own_uri}>;tag={self._tag}")
        request.set_header("To", f"<{settings.own_uri}>")
        request.set_header("Call-ID", self._call_id)
        request.set_header("CSeq", f"{self._number} REGISTER")
        request.set_header("Max-Forwards", "70")
        request.set_header("Contact", f"<sip:{settings.user}@{host}:{port}>")
        request.set_header("Expires", str(seconds))
        request.set_header("User-Agent", messages.AGENT)
        return request

    def _granted(self, answer: SipResponse) -> int:
        """Of our own contact, else of the whole answer, else as asked."""
        host, port = self._exchange.own
        for contact in answer.contact:
            given = contact.params.get("expires") or ""
            if (contact.uri.host, contact.uri.port) == (host, port) and given.isdigit():
                return int(given)
        whole = answer.get_header("expires") or ""
        return int(whole) if whole.isdigit() else self._seconds
