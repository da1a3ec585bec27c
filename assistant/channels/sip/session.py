"""Session timers (RFC 4028): a call whose other end vanished does not last for ever."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from aiosipua.session_timer import (
    DEFAULT_MIN_SE,
    DEFAULT_SESSION_EXPIRES,
    SessionTimer,
    parse_session_expires,
    peer_allows_update,
)

from assistant.channels.sip import sdp
from assistant.channels.sip.party import REFUSED, SDP_TYPE

if TYPE_CHECKING:
    from aiosipua import SipRequest

    from assistant.channels.sip.exchange import Exchange
    from assistant.channels.sip.party import Party

LEAST_S = DEFAULT_MIN_SE
GONE = frozenset({408, 481})
"Answers to a refresh that say that there is no call any more."


def too_short(invite: SipRequest) -> bool:
    """Whether a timer is asked for that is shorter than anybody may ask (RFC 4028, 5)."""
    asked = invite.get_header("session-expires")
    return asked is not None and 0 < parse_session_expires(asked)[0] < LEAST_S


def agreed(invite: SipRequest, party: Party, exchange: Exchange) -> Session | None:
    """The timer of a call that comes in; `None` where the other side knows none.

    Who sent the INVITE refreshes, unless it asks us to, or names no timers among what it knows.
    """
    supported = {name.strip().lower() for name in invite.headers.get("supported")}
    asked = invite.get_header("session-expires")
    if asked is None and "timer" not in supported:
        return None
    interval, refresher = DEFAULT_SESSION_EXPIRES, None
    if asked is not None:
        interval, refresher = parse_session_expires(asked)
    ours = refresher == "uas" or "timer" not in supported
    allowed = peer_allows_update(invite.headers.get("allow"))
    made = Session(party, exchange, max(interval, LEAST_S), we_refresh=ours, by_update=allowed)
    made.shared = "timer" in supported
    return made


class Session:
    """The timer of one call."""

    def __init__(
        self, party: Party, exchange: Exchange, interval: int, *, we_refresh: bool, by_update: bool
    ) -> None:
        self._party, self._exchange, self._by_update = party, exchange, by_update
        self.shared = True
        "Whether the other side knows session timers too."
        self._timer = SessionTimer(
            interval, we_refresh=we_refresh, refresh=self._refresh, expire=party.bye
        )

    def start(self) -> None:
        """From now on."""
        self._timer.start()

    def refreshed(self) -> None:
        """The other side is there."""
        self._timer.refreshed()

    def cancel(self) -> None:
        """The call is over."""
        self._timer.cancel()

    def as_header(self) -> str:
        """What was agreed, as `Session-Expires` has it."""
        return f"{self._timer.interval};refresher={'uas' if self._timer.we_refresh else 'uac'}"

    def _refresh(self) -> None:
        self._exchange.keep(asyncio.get_running_loop().create_task(self._ask()))

    async def _ask(self) -> None:
        """UPDATE, or an INVITE with the same description; no answer, and the call is dead."""
        request = self._party.request("UPDATE" if self._by_update else "INVITE")
        request.set_header("Supported", "timer")
        request.set_header("Session-Expires", f"{self._timer.interval};refresher=uac")
        if request.method == "INVITE":
            request.text = sdp.offer(self._party.ours, self._party.described)
            request.content_type = SDP_TYPE
        answer = await self._exchange.transactions.ask(request, self._party.to)
        if request.method == "INVITE" and answer.status_code < REFUSED:
            self._party.acknowledge(answer)
        if answer.status_code in GONE:
            self._party.bye()
