"""A carrier of calls on loopback: rings, refuses, drops the line before or after it has rung.

It speaks Twilio's REST interface over HTTP to the real client. What people do with their telephones
is a test's to say: `Webhooks` posts what Twilio would, and reads the TwiML that comes back.
"""

from __future__ import annotations

import threading
import xml.etree.ElementTree as ET
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, Literal
from urllib.parse import parse_qsl

from twilio.request_validator import RequestValidator

from assistant.channels.twilio_rest import Outgoing, TwilioControl
from tests.loopback import JsonHandler, served

if TYPE_CHECKING:
    from flask.testing import FlaskClient

ACCOUNT, SECRET = "AC" + "a" * 32, "secret"
OURS, ORIGIN = "+8657188001234", "https://line.example.org"
HANGS_S = 5.0
"Longer than any answer is waited for."
Behaviour = (
    int
    | Literal[
        "ring",
        "ring and hang up",
        "ring and fail",
        "ring twice",
        "hang up",
        "hang",
        "ring and hang",
    ]
)
"What the next order to ring meets; a number is the HTTP status of a refusal."


@dataclass
class Made:
    """A call the carrier made."""

    sid: str
    to: str
    url: str
    reports: str
    began: datetime
    parent: str = ""
    status: str = "ringing"


@dataclass
class LoopbackCalls:
    """What the carrier has rung, and how it will answer next."""

    now: Callable[[], datetime]
    base: str = ""
    made: list[Made] = field(default_factory=list)
    next: deque[Behaviour] = field(default_factory=deque)
    "Behaviours of the coming orders; then `ring`."
    list_fails: bool = False
    released: threading.Event = field(default_factory=threading.Event)
    "Ends the waiting of orders that hang."
    before_answer: Callable[[Made], object] | None = None
    "Done when the call is made and before the order is answered."
    changed: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    "Changes of calls under way."

    def control(self) -> TwilioControl:
        """Our REST client, pointed here."""
        reports = f"{ORIGIN}/twilio/status"
        return TwilioControl(
            ACCOUNT, SECRET, OURS, lambda: self.base, reports, Outgoing(ORIGIN, OURS)
        )

    def add(self, to: str, url: str = "", reports: str = "", parent: str = "") -> Made:
        """Make a call, asked for over REST or by TwiML."""
        sid = f"CA{len(self.made) + 1:032x}"
        call = Made(sid, to, url, reports, self.now(), parent)
        self.made.append(call)
        return call

    def to(self, number: str) -> list[Made]:
        """Calls to a number, the oldest first."""
        return [call for call in self.made if call.to == number]

    def resource(self, call: Made) -> dict[str, object]:
        """One call as the list shows it."""
        return {
            "sid": call.sid,
            "to": call.to,
            "from": OURS,
            "status": call.status,
            "direction": "outbound-dial" if call.parent else "outbound-api",
            "date_created": format_datetime(call.began),
        }

    def place(self, form: dict[str, str]) -> tuple[int, dict[str, object]] | None:
        """Take one order; status and answer, `None` for a line that drops."""
        behaviour = self.next.popleft() if self.next else "ring"
        if behaviour == "hang up":
            return None
        if behaviour == "hang":
            self.released.wait(HANGS_S)
            return None
        if isinstance(behaviour, int):
            return behaviour, {"code": behaviour, "message": "no", "status": behaviour}
        call = self.add(form["To"], form["Url"], form["StatusCallback"])
        if behaviour == "ring twice":
            self.add(form["To"], form["Url"], form["StatusCallback"])
        if self.before_answer is not None:
            self.before_answer(call)
        if behaviour == "ring and hang":
            self.released.wait(HANGS_S)
        if behaviour in {"ring and hang up", "ring and hang"}:
            return None
        if behaviour == "ring and fail":
            return 500, {"code": 20500, "message": "no", "status": 500}
        return 201, self.resource(call)


@dataclass(frozen=True)
class Webhooks:
    """The carrier's side of our webhooks."""

    client: FlaskClient
    carrier: LoopbackCalls

    def post(self, url: str, call: Made, **form: str) -> ET.Element | None:
        """One webhook about a call, signed; its TwiML, or `None` for an empty answer."""
        path = url.removeprefix(ORIGIN)
        fields = {"CallSid": call.sid, "From": OURS, "To": call.to, **form}
        signature = RequestValidator(SECRET).compute_signature(ORIGIN + path, fields)
        answer = self.client.post(path, data=fields, headers={"X-Twilio-Signature": signature})
        assert answer.status_code == 200
        return ET.fromstring(answer.text) if len(answer.text) > 0 else None  # noqa: S314 - our own

    def report(self, call: Made, status: str, **form: str) -> None:
        """A status callback; the carrier's own list says the same."""
        call.status = status
        self.post(call.reports, call, CallStatus=status, **form)


@contextmanager
def loopback_calls(now: Callable[[], datetime]) -> Iterator[LoopbackCalls]:
    """A running carrier; ends with the block."""
    carrier = LoopbackCalls(now)

    class Handler(JsonHandler, BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            form = dict(parse_qsl(self.rfile.read(length).decode("ascii")))
            if not self.path.endswith("/Calls.json"):
                sid = self.path.rpartition("/")[2].removesuffix(".json")
                carrier.changed.append((sid, form))
                self.answer(200, {"sid": sid})
                return
            placed = carrier.place(form)
            if placed is None:
                self.close_connection = True
            else:
                self.answer(*placed)

        def do_GET(self) -> None:
            if carrier.list_fails:
                self.answer(500, {"code": 20500, "message": "no", "status": 500})
                return
            asked = dict(parse_qsl(self.path.partition("?")[2]))
            listed = [carrier.resource(call) for call in reversed(carrier.to(asked["To"]))]
            self.answer(200, {"calls": listed, "page": 0, "next_page_uri": None})

    with served(Handler) as carrier.base:
        yield carrier
        carrier.released.set()
