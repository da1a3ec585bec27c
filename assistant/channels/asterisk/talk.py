"""One call over an Asterisk, whichever of its protocols brings the sound."""

from __future__ import annotations

import logging
import uuid
from dataclasses import dataclass
from typing import Final, Protocol

from prometheus_client import Counter, Gauge

from assistant.channels.asterisk.settings import AsteriskSettings
from assistant.channels.asterisk.tickets import Ticket, Tickets
from assistant.channels.paced.caller import plain_number
from assistant.channels.paced.g711 import SILENCE
from assistant.channels.paced.house import Inside
from assistant.channels.paced.line import PacedLine, Queue
from assistant.channels.paced.pump import Inbox, serve
from assistant.channels.paced.ticker import Ticker
from assistant.core.errors import CarrierError
from assistant.core.phones import dialled
from assistant.core.ports import Call

log = logging.getLogger(__name__)

came = Counter(
    "assistant_asterisk_calls",
    "Calls that an Asterisk announced or brought, by kind of line and what became of them.",
    ["kind", "end"],
)
going_on = Gauge("assistant_asterisk_calls_in_progress", "Calls in progress over an Asterisk.")
strangers = Counter("assistant_asterisk_strangers", "Connections that were turned away.")
malformed = Counter("assistant_asterisk_malformed", "Messages that were none of the protocol.")
STILL_FRAMES: Final = 10
"""Frames without sound, 200 ms, after which silence is heard in its place: an Asterisk hands on no
comfort noise, and a call's time is counted in what it hears."""


class Said(Queue, Protocol):
    """A queue that tells what has been said."""

    def returned(self) -> list[str]:
        """The marks that have come back since this was last asked."""
        ...


class Media(Protocol):
    """The connection that brings a call's sound."""

    @property
    def queue(self) -> Said:
        """What is to be said."""
        ...

    def tick(self) -> None:
        """20 ms have passed: send what is due."""
        ...

    def end(self) -> None:
        """Hang up and close; twice is once."""
        ...


@dataclass(frozen=True, slots=True)
class Parts:
    """What every call of one line needs."""

    settings: AsteriskSettings
    inside: Inside
    ticker: Ticker
    tickets: Tickets


class Talk:
    """The call. What it hears is put in by its connection: `frame`, `inbox`."""

    def __init__(self, parts: Parts, ticket: Ticket, media: Media) -> None:
        self._parts, self._ticket, self._media = parts, ticket, media
        self.inbox = Inbox()
        self._identifier = f"AS{uuid.uuid4().hex}"
        self._still = 0
        self.line = PacedLine(media.queue, self)

    def frame(self, ulaw: bytes) -> None:
        """The next 20 ms of her."""
        self._still = 0
        self.inbox.frame(ulaw)

    def tick(self) -> None:
        """By the line's clock: say what is due, and hear silence where nothing comes."""
        self._media.tick()
        for mark in self._media.queue.returned():
            self.inbox.played(mark)
        self._still += 1
        if self._still > STILL_FRAMES:
            self.inbox.frame(SILENCE)

    async def run(self) -> None:
        """From here to the end of the call; the ticket is taken already."""
        inside, ticket = self._parts.inside, self._ticket
        call = inside.take(self.line, self._identifier, ticket.contact)
        came.labels(self._parts.settings.kind, "busy" if call is None else "taken").inc()
        try:
            if call is not None:
                await self._served(call)
        finally:
            inside.calls.close(self._identifier)
            self._parts.tickets.over(ticket)
            self._media.end()

    async def _served(self, call: Call) -> None:
        self._parts.ticker.add(self)
        going_on.inc()
        try:
            await serve(call, self.line, self.inbox, self._menu)
        finally:
            going_on.dec()
            self._parts.ticker.remove(self)

    def _menu(self) -> Call:
        return self._parts.inside.menu(self.line, self._identifier, self._ticket.contact)

    # -- what a line asks of its signalling ----------------------------------------------------

    async def hang_up(self) -> None:
        """End the call; the dialplan finds that nothing is to follow."""
        self._end()

    async def transfer(self, number: str) -> None:
        """Leave the number with the ticket and the call to the dialplan. Raises `CarrierError`."""
        onward = dialled(number, self._parts.settings.country)
        if not plain_number(onward):
            raise CarrierError("a caller can be put through to a number only")
        self._ticket.onward = plain_number(onward)
        self._end()

    def _end(self) -> None:
        """The ticket goes first: the dialplan asks what is next as soon as the sound has ended."""
        self.inbox.deaf = True
        self._parts.tickets.over(self._ticket)
        self._media.end()
