"""The loopback carrier's memory: which calls were ended or redirected, which messages were sent."""

from __future__ import annotations

import threading
from collections import OrderedDict, deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

KEPT: Final = 500
"Calls and messages remembered; the oldest go first. It is a simulator: nothing outlives it."

CallStatus = Literal["in-progress", "completed"]


@dataclass(frozen=True, slots=True)
class CarriedCall:
    """What the service asked of a call over REST."""

    status: CallStatus = "in-progress"
    twiml: str | None = None
    "What the caller is to be given next, instead of the rest of the first answer."


@dataclass(frozen=True, slots=True)
class SentMessage:
    """One text message that the service sent over REST."""

    number: int
    "1, 2, 3 ... in the order sent."
    sid: str
    sender: str
    recipient: str
    body: str
    sent: datetime
    status_callback: str | None
    "Where Twilio would report delivery."


class LoopbackCarrier:
    """Thread-safe and bounded. A call it was never told about is in progress: the page rang it."""

    def __init__(self, close_stream: Callable[[str], None]) -> None:
        self._close_stream = close_stream
        self._lock = threading.Lock()
        self._calls: OrderedDict[str, CarriedCall] = OrderedDict()
        self._messages: deque[SentMessage] = deque(maxlen=KEPT)
        self._sent = 0

    def call(self, sid: str) -> CarriedCall:
        """What is known of a call."""
        with self._lock:
            return self._calls.get(sid, CarriedCall())

    def complete(self, sid: str) -> CarriedCall:
        """End a call and its media socket; ending it twice is ending it once."""
        call = self._keep(sid, CarriedCall("completed"))
        self._close_stream(sid)
        return call

    def redirect(self, sid: str, twiml: str) -> CarriedCall:
        """Give the caller other TwiML; its media socket closes. A call that is over stays over."""
        call = self._keep(sid, CarriedCall("in-progress", twiml))
        if call.status == "in-progress":
            self._close_stream(sid)
        return call

    def _keep(self, sid: str, call: CarriedCall) -> CarriedCall:
        with self._lock:
            known = self._calls.get(sid)
            if known is not None and known.status == "completed":
                return known
            self._calls[sid] = call
            self._calls.move_to_end(sid)
            while len(self._calls) > KEPT:
                self._calls.popitem(last=False)
        return call

    def send(
        self,
        *,
        sid: str,
        sender: str,
        recipient: str,
        body: str,
        sent: datetime,
        status_callback: str | None,
    ) -> SentMessage:
        """Keep a message until its recipient's handset asks for it."""
        with self._lock:
            self._sent += 1
            message = SentMessage(self._sent, sid, sender, recipient, body, sent, status_callback)
            self._messages.append(message)
        return message

    def messages(self, recipient: str, after: int) -> tuple[list[SentMessage], int]:
        """Messages to a number, later than the `after`-th of all; and the number of the last."""
        with self._lock:
            found = [
                message
                for message in self._messages
                if message.recipient == recipient and message.number > after
            ]
            return found, self._sent
