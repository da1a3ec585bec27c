"""Putting a caller through: by REFER, or by a second call that is joined to hers (`Relay`)."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from assistant.channels.sip.party import REFUSED, uri_of
from assistant.core.errors import CarrierError

if TYPE_CHECKING:
    from assistant.channels.paced.playout import Playout
    from assistant.channels.sip.exchange import Exchange
    from assistant.channels.sip.party import Party

WITHIN_S = 60.0
"So long the exchange may try to put a caller through."


async def refer(party: Party, exchange: Exchange, number: str) -> None:
    """Have the exchange put the other side through, and leave (RFC 3515). Raises `CarrierError`."""
    party.transferred = asyncio.get_running_loop().create_future()
    request = party.request("REFER")
    request.set_header("Refer-To", f"<{uri_of(number, exchange.settings)}>")
    request.set_header("Referred-By", f"<{exchange.settings.own_uri}>")
    try:
        answer = await exchange.transactions.ask(request, party.to)
        if answer.status_code >= REFUSED:
            raise CarrierError(
                f"the exchange did not put the caller through (SIP {answer.status_code})"
            )
        async with asyncio.timeout(WITHIN_S):
            status = await party.transferred
    except TimeoutError:
        raise CarrierError("the exchange said nothing of a transfer", certain=False) from None
    finally:
        party.transferred = None
    if status >= REFUSED:
        raise CarrierError(f"nobody took the transferred call (SIP {status})")
    party.bye()


class Relay:
    """An ear that hands on what it hears to another call, and ends that one with its own."""

    def __init__(self, other: Party, playout: Playout) -> None:
        self._other, self._playout = other, playout

    def frame(self, ulaw: bytes) -> None:
        """20 ms, heard there 20 ms later at the most: one clock serves both."""
        self._playout.play(ulaw)

    def key(self, digit: str) -> None:
        """Keys are between her and us; nobody is bothered with them in a talk."""

    def played(self, mark: str) -> None:
        """Nothing of ours is being said."""

    def gone(self) -> None:
        """One has hung up, so the other is let go."""
        self._other.bye()
