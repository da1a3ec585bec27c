"""A carrier of texts on loopback: takes, refuses, drops the line before or after taking."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, Literal
from urllib.parse import parse_qsl

from assistant.channels.twilio_rest import TwilioControl
from tests.loopback import JsonHandler, served

if TYPE_CHECKING:
    from datetime import datetime

ACCOUNT, OURS = "AC" + "a" * 32, "+8657188001234"
Behaviour = int | Literal["take", "take and hang up", "hang up", "list fails"]
"""What the next request meets; a number from 1,000 up is the carrier's error code, with HTTP 400,
any other number is the HTTP status."""


@dataclass
class LoopbackTexts:
    """What the carrier has taken, and how it will answer next."""

    now: datetime
    base: str = ""
    taken: list[dict[str, str]] = field(default_factory=list)
    next: deque[Behaviour] = field(default_factory=deque)
    """Behaviours of the coming requests; then `take`."""
    lock: threading.Lock = field(default_factory=threading.Lock)

    def control(self) -> TwilioControl:
        """Our REST client, pointed here."""
        return TwilioControl(ACCOUNT, "secret", OURS, lambda: self.base)

    def behaviour(self) -> Behaviour:
        """How to meet this request."""
        with self.lock:
            return self.next.popleft() if self.next else "take"

    def take(self, form: dict[str, str]) -> dict[str, object]:
        """Take a text; it has an id from now on."""
        with self.lock:
            sid = f"SM{len(self.taken) + 1:032x}"
            self.taken.append({**form, "sid": sid})
        return self.resource(self.taken[-1])

    def resource(self, text: dict[str, str]) -> dict[str, object]:
        """One message as the list shows it."""
        return {
            "sid": text["sid"],
            "to": text["To"],
            "from": text["From"],
            "body": text["Body"],
            "status": "queued",
            "date_created": format_datetime(self.now),
        }


@contextmanager
def loopback_texts(now: datetime) -> Iterator[LoopbackTexts]:
    """A running carrier; ends with the block."""
    carrier = LoopbackTexts(now)

    class Handler(JsonHandler, BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            form = dict(parse_qsl(self.rfile.read(length).decode("ascii")))
            behaviour = carrier.behaviour()
            if behaviour == "hang up":
                self.close_connection = True
            elif behaviour == "take and hang up":
                carrier.take(form)
                self.close_connection = True
            elif isinstance(behaviour, int):
                status = 400 if behaviour >= 1000 else behaviour
                self.answer(status, {"code": behaviour, "message": "no", "status": status})
            else:
                self.answer(201, carrier.take(form))

        def do_GET(self) -> None:
            if carrier.behaviour() == "list fails":
                self.answer(500, {"code": 20500, "message": "no", "status": 500})
                return
            asked = dict(parse_qsl(self.path.partition("?")[2]))
            listed = [
                carrier.resource(text)
                for text in reversed(carrier.taken)
                if text["To"] == asked.get("To", text["To"])
            ]
            self.answer(200, {"messages": listed, "page": 0, "next_page_uri": None})

    with served(Handler) as carrier.base:
        yield carrier
