"""What a dialog needs of the line it belongs to. The line is `agent.Agent`."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from assistant.channels.paced.ticker import Ticker
    from assistant.channels.sip.leg import Ear
    from assistant.channels.sip.outbound import OutgoingCall
    from assistant.channels.sip.party import Party
    from assistant.channels.sip.settings import Address, SipSettings
    from assistant.channels.sip.transactions import Transactions


class Exchange(Protocol):
    """The line."""

    settings: SipSettings
    transactions: Transactions
    ticker: Ticker

    @property
    def own(self) -> Address:
        """Where our socket is bound."""
        ...

    def ports(self) -> Iterator[int]:
        """Ports for the sound of a call, each once."""
        ...

    def outgoing(self, number: str, ear: Ear) -> OutgoingCall:
        """A call that is to be made. Raises `CarrierError` where every place is taken."""
        ...

    def forget(self, party: Party) -> None:
        """A dialog is over."""
        ...

    def keep(self, work: asyncio.Task[None]) -> None:
        """Hold on to a task until it is done."""
        ...
