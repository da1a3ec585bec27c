"""A carrier on loopback that counts every ring, and the telephones behind it.

It outlives the processes that ring through it, so it alone knows what really rang. What it has to
report waits until one of them takes it; if that one dies, the report comes again or, half the time,
is lost for good, as at a real carrier.
"""

from __future__ import annotations

import http.client
import json
import random
import socket
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from assistant.core.ports import CarriedRing

ANSWERED_WITHIN_S = 1.0
"A report that is not acknowledged by then was taken by a process that died."
RING_TAKES_S = 0.04
LOST = 0.5
"Share of those that are not reported again."
STAFF = {"pressed 1": 0.7, "pressed 2": 0.1, "no key": 0.1, "no answer": 0.1}
RESIDENT = {"talks": 0.5, "no answer": 0.2, "busy": 0.1, "machine": 0.1, "drops": 0.1}
"What people do when their telephone rings: mostly answer, often enough not."


@dataclass(slots=True)
class Call:
    """A telephone that rang."""

    identifier: str
    to: str
    party: str
    leg: str
    "The query of our address: callback, attempt, turn."
    began: datetime
    answered: bool = False
    over: bool = False


@dataclass(slots=True)
class Report:
    """Something the carrier has to tell."""

    number: int
    call: Call
    kind: str
    taken: float | None = None
    given: int = 0


@dataclass(slots=True)
class Exchange:
    """The calls and reports of one run. Its methods may be called from any thread."""

    now: Callable[[], datetime]
    chance: random.Random
    calls: list[Call] = field(default_factory=list)
    _waiting: deque[Report] = field(default_factory=deque)
    _guard: threading.RLock = field(default_factory=threading.RLock)
    _reports: int = 0

    def ring(self, to: str, leg: str, party: str) -> Call:
        """A telephone rings, and whoever has it decides what comes of it."""
        with self._guard:
            call = Call(f"CA{len(self.calls):032x}", to, party, leg, self.now())
            self.calls.append(call)
            acts = STAFF if party == "staff" else RESIDENT
            act = self.chance.choices(list(acts), list(acts.values()))[0]
            self._tell(call, f"{party} {act}")
            return call

    def _tell(self, call: Call, kind: str) -> None:
        self._reports += 1
        self._waiting.append(Report(self._reports, call, kind))

    def take(self) -> Report | None:
        """The next thing to report; `None` for nothing."""
        with self._guard:
            self._give_up_on_the_dead()
            for report in self._waiting:
                if report.taken is None:
                    report.taken, report.given = time.monotonic(), report.given + 1
                    report.call.answered = not report.kind.endswith(("no answer", "busy"))
                    return report
            return None

    def _give_up_on_the_dead(self) -> None:
        late = time.monotonic() - ANSWERED_WITHIN_S
        for report in [one for one in self._waiting if one.taken is not None and one.taken < late]:
            if self.chance.random() < LOST:
                self._waiting.remove(report)
                report.call.over = True
            else:
                report.taken = None

    def taken(self, number: int, dial: str) -> None:
        """A report was heard to its end; `dial` is whom to ring in answer, or empty."""
        with self._guard:
            for report in [one for one in self._waiting if one.number == number]:
                self._waiting.remove(report)
                if dial:
                    self.ring(dial, report.call.leg, "resident")
                else:
                    report.call.over = True

    def busy(self) -> bool:
        """Whether something is still to be reported."""
        with self._guard:
            self._give_up_on_the_dead()
            return bool(self._waiting)

    def made_to(self, to: str, since: datetime) -> list[Call]:
        """Calls to this telephone since then, the newest first."""
        with self._guard:
            return [c for c in reversed(self.calls) if c.to == to and c.began >= since]


class _Handler(BaseHTTPRequestHandler):
    """One request of a process that rings."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    exchange: Exchange

    def do_POST(self) -> None:
        """Every request is a JSON object; its path says what is wanted."""
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        body = json.dumps(self._answer(asked)).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _answer(self, asked: dict[str, Any]) -> Any:  # noqa: ANN401 - JSON
        exchange = self.exchange
        match self.path:
            case "/ring":
                return _slowly(exchange, asked["to"], urlsplit(asked["instructions"]).query)
            case "/taken":
                return exchange.taken(asked["number"], asked["dial"])
            case "/find":
                found = exchange.made_to(asked["to"], datetime.fromisoformat(asked["since"]))
                return [[c.identifier, c.began.isoformat(), c.answered, c.over] for c in found]
        report = exchange.take()
        if report is None:
            return None
        call = report.call
        return [report.number, report.kind, call.identifier, call.leg]

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - named by the library
        """Say nothing."""


def _slowly(exchange: Exchange, to: str, leg: str) -> str:
    """A carrier takes its time before it rings and before it says so: moments to die in."""
    time.sleep(exchange.chance.uniform(0, RING_TAKES_S))
    call = exchange.ring(to, leg, "staff")
    time.sleep(exchange.chance.uniform(0, RING_TAKES_S))
    return call.identifier


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """The process at the other end was killed; that is what this is for."""


def serve(exchange: Exchange) -> ThreadingHTTPServer:
    """A server on a free port of this machine, running in threads of its own."""
    handler = type("Handler", (_Handler,), {"exchange": exchange})
    server = _Server(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


@dataclass(frozen=True, slots=True)
class Told:
    """A report as the process hears it."""

    number: int
    kind: str
    call: str
    code: str
    attempt: int
    turn: int


class LoopbackCarrier:
    """`assistant.core.ports.VoiceCarrier` over that server; used by one thread."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self._connection.connect()
        self._connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def _post(self, path: str, **asked: object) -> Any:  # noqa: ANN401 - JSON
        self._connection.request("POST", path, json.dumps(asked))
        return json.loads(self._connection.getresponse().read())

    def ring(self, to: str, instructions: str, *, seconds: int) -> str:
        """Ring; the call's id."""
        del seconds
        return str(self._post("/ring", to=to, instructions=instructions))

    def find_rings(self, to: str, since: datetime) -> tuple[CarriedRing, ...]:
        """Calls to `to` since then, the newest first."""
        found = self._post("/find", to=to, since=since.isoformat())
        return tuple(
            CarriedRing(identifier, datetime.fromisoformat(began), answered, over)
            for identifier, began, answered, over in found
        )

    def hang_up(self, identifier: str) -> None:
        """Calls here end by themselves."""

    def next_report(self) -> Told | None:
        """What the carrier tells next."""
        found = self._post("/report")
        if found is None:
            return None
        number, kind, call, leg = found
        said = {name: values[0] for name, values in parse_qs(leg).items()}
        return Told(number, kind, call, said["c"], int(said["n"]), int(said["t"]))

    def heard(self, told: Told, dial: str = "") -> None:
        """The report was dealt with; `dial` is the answer: whom to ring."""
        self._post("/taken", number=told.number, dial=dial)
