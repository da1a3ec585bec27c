"""Calls that a dialplan has announced: one ticket each, good for one connection.

A ticket is a UUID of chance, so that it also is AudioSocket's identifier and cannot be guessed.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field

OFFERED_S = 30.0
"Seconds from a ticket to its sound; the dialplan connects at once."
KEPT_S = 60.0
"Seconds from the end of a call to the question what is next."


@dataclass(slots=True)
class Ticket:
    """One call."""

    identifier: str
    contact: str = field(repr=False)
    "E.164, or what stands for a withheld number."
    host: str
    "Who announced it; the sound comes from there, or from the Asterisk."
    since: float
    "Seconds of the monotonic clock: announced, or over since."
    state: str = "offered"
    onward: str = field(default="", repr=False)
    "Where the dialplan is to put the caller through."

    def stale(self, now: float) -> bool:
        """Whether nobody will ask for it any more."""
        if self.state == "taken":
            return False
        return now - self.since > (OFFERED_S if self.state == "offered" else KEPT_S)


class Tickets:
    """Those of one line. Used on its loop only."""

    def __init__(self, calls: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._calls, self._clock = calls, clock
        self._known: dict[str, Ticket] = {}

    @property
    def in_use(self) -> int:
        """Places of the line that are promised or taken."""
        self._sweep()
        return sum(ticket.state != "over" for ticket in self._known.values())

    def issue(self, contact: str, host: str) -> Ticket | None:
        """A ticket for a call that is about to come; `None`: every place is taken."""
        if self.in_use >= self._calls:
            return None
        ticket = Ticket(str(uuid.uuid4()), contact, host, self._clock())
        self._known[ticket.identifier] = ticket
        return ticket

    def offered(self, identifier: str) -> Ticket | None:
        """A ticket that nobody has come with yet."""
        self._sweep()
        ticket = self._known.get(identifier)
        return ticket if ticket is not None and ticket.state == "offered" else None

    def take(self, ticket: Ticket) -> None:
        """Its sound is here."""
        ticket.state = "taken"

    def over(self, ticket: Ticket) -> None:
        """The call has ended."""
        ticket.state, ticket.since = "over", self._clock()

    def onward(self, identifier: str) -> str:
        """Where to put that caller through; empty: nowhere. Asked once, then forgotten."""
        self._sweep()
        ticket = self._known.get(identifier)
        if ticket is None or ticket.state == "offered":
            return ""
        onward, ticket.onward = ticket.onward, ""
        if ticket.state == "over":
            del self._known[identifier]
        return onward

    def _sweep(self) -> None:
        now = self._clock()
        for name in [name for name, ticket in self._known.items() if ticket.stale(now)]:
            del self._known[name]
