"""What `core.ports.Line` promises, held by every carrier in `channels.LINES`."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Callable, MutableMapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any, Protocol

import pytest

from assistant.channels import LINES
from assistant.channels.asterisk import control
from assistant.channels.asterisk.buffered import Buffered
from assistant.channels.asterisk.plug import Plug
from assistant.channels.asterisk.sound import ULAW
from assistant.channels.asterisk.talk import Parts, Talk
from assistant.channels.asterisk.tickets import Ticket, Tickets
from assistant.channels.paced.house import Inside
from assistant.channels.paced.line import PacedLine
from assistant.channels.paced.playout import Playout
from assistant.channels.paced.ticker import Ticker
from assistant.channels.terminal import TerminalLine
from assistant.channels.twilio_media import Start
from assistant.channels.twilio_stream import StreamLine
from assistant.core.errors import CarrierError
from assistant.core.ports import FRAME_BYTES, Line
from tests.asterisk.peer import settings_for
from tests.asterisk.queue import MediaQueue
from tests.sip.office import HOST, FakeHouse


class FarEnd(Protocol):
    """The carrier behind a line, as a test drives it."""

    @property
    def line(self) -> Line:
        """The line under test."""
        ...

    def tick(self) -> list[str]:
        """Let 20 ms pass; the marks that come back."""
        ...

    def ended(self) -> bool:
        """Whether the call was ended."""
        ...

    def transferred(self) -> str | None:
        """Where the caller was put through to."""
        ...


@dataclass
class Terminal:
    """The terminal line is its own far end."""

    line: TerminalLine = field(default_factory=TerminalLine)

    def tick(self) -> list[str]:
        """As `FarEnd.tick`."""
        return self.line.tick()

    def ended(self) -> bool:
        """As `FarEnd.ended`."""
        return self.line.ended

    def transferred(self) -> str | None:
        """As `FarEnd.transferred`."""
        return self.line.transferred


class RestSide:
    """Keeps what the REST client was asked, or refuses it."""

    def __init__(self) -> None:
        self.done: list[tuple[str, str]] = []
        self.refuse = False

    def hang_up(self, call_sid: str) -> None:
        """As `TwilioControl.hang_up`."""
        self._note("hang up", call_sid)

    def transfer(self, call_sid: str, number: str) -> None:
        """As `TwilioControl.transfer`."""
        self._note(number, call_sid)

    def _note(self, what: str, call_sid: str) -> None:
        if self.refuse:
            raise CarrierError("refused")
        assert call_sid == "CA1"
        self.done.append((what, call_sid))


class Twilio:
    """Plays what comes over the socket, as Twilio's buffer does."""

    def __init__(self) -> None:
        self.rest = RestSide()
        self.queue: list[tuple[str, int]] = []
        self.back: list[str] = []
        self.line = StreamLine(self._send, Start("MZ1", "CA1", {}), self.rest)  # type: ignore[arg-type]

    async def _send(self, event: MutableMapping[str, Any]) -> None:
        message = json.loads(event["text"])
        assert message["streamSid"] == "MZ1"
        match message["event"]:
            case "media":
                length = len(base64.b64decode(message["media"]["payload"]))
                self.queue.append(("", -(-length // FRAME_BYTES)))
            case "mark":
                self.queue.append((message["mark"]["name"], 0))
            case "clear":
                self.back += [name for name, _ in self.queue if name]
                self.queue.clear()

    def tick(self) -> list[str]:
        """As `FarEnd.tick`."""
        back, self.back = self.back, []
        if self.queue and self.queue[0][1] > 0:
            name, left = self.queue.pop(0)
            if left > 1:
                self.queue.insert(0, (name, left - 1))
        while self.queue and self.queue[0][1] == 0:
            back.append(self.queue.pop(0)[0])
        return back

    def ended(self) -> bool:
        """As `FarEnd.ended`."""
        return ("hang up", "CA1") in self.rest.done

    def transferred(self) -> str | None:
        """As `FarEnd.transferred`."""
        numbers = [what for what, _ in self.rest.done if what != "hang up"]
        return numbers[0] if numbers else None


class Sip:
    """A SIP line whose clock a test turns; its exchange does as it is told."""

    def __init__(self) -> None:
        self.playout = Playout()
        self.done: list[str] = []
        self.refuse = False
        self.line = PacedLine(self.playout, self)

    async def hang_up(self) -> None:
        """As `Signals.hang_up`."""
        self.done.append("hang up")

    async def transfer(self, number: str) -> None:
        """As `Signals.transfer`."""
        if self.refuse:
            raise CarrierError("refused")
        self.done.append(number)

    def tick(self) -> list[str]:
        """As `FarEnd.tick`."""
        self.playout.frame()
        return self.playout.returned()

    def ended(self) -> bool:
        """As `FarEnd.ended`."""
        return "hang up" in self.done

    def transferred(self) -> str | None:
        """As `FarEnd.transferred`."""
        return next((what for what in self.done if what != "hang up"), None)


class Plugged:
    """An AudioSocket whose clock a test turns, without a network below it."""

    def __init__(self) -> None:
        self.ticket, self.parts = a_ticket("audiosocket")
        self.wire = Recorded()
        plug = Plug(self.parts, lambda _task: None)
        plug.connection_made(self.wire)
        self.talk, self._plug = Talk(self.parts, self.ticket, plug), plug
        self.line = self.talk.line

    def tick(self) -> list[str]:
        """As `FarEnd.tick`."""
        self._plug.tick()
        return self._plug.queue.returned()

    def ended(self) -> bool:
        """As `FarEnd.ended`."""
        return self.wire.sent.endswith(b"\x00\x00\x00") and self.wire.is_closing()

    def transferred(self) -> str | None:
        """As the dialplan asks for it."""
        return self.parts.tickets.onward(self.ticket.identifier)


class Recorded(asyncio.Transport):
    """A TCP connection that keeps what is written to it."""

    def __init__(self) -> None:
        super().__init__()
        self.sent, self._closing = b"", False

    def get_extra_info(self, name: str, default: Any = None) -> Any:  # noqa: ANN401 - as in the base
        """Where it comes from: no host that the line knows."""
        return ("192.0.2.1", 1) if name == "peername" else default

    def abort(self) -> None:
        """A stranger is let go of; here its calls are tried all the same."""

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Keep it."""
        self.sent += bytes(data)

    def get_write_buffer_size(self) -> int:
        """All of it has been sent."""
        return 0

    def is_closing(self) -> bool:
        """Whether it is being closed."""
        return self._closing

    def close(self) -> None:
        """Close it."""
        self._closing = True


class Channel:
    """Our end of a chan_websocket channel, without a network in between (`talk.Media`)."""

    def __init__(self, there: MediaQueue) -> None:
        self.there = there
        self.queue = Buffered(self._send, "json", ULAW)

    def _send(self, message: str | bytes) -> None:
        if isinstance(message, bytes):
            self.there.binary(message)
        else:
            self.there.command(message)

    def tick(self) -> None:
        """As `Media.tick`."""
        self.queue.tick()

    def end(self) -> None:
        """As `Media.end`."""
        self.there.command(control.write("json", "HANGUP"))


class Asterisk:
    """A chan_websocket channel: its queue is read every 20 ms, its reports come back to us."""

    def __init__(self) -> None:
        self.there = MediaQueue()
        self.ticket, self.parts = a_ticket("asterisk")
        self.media = Channel(self.there)
        self.line = Talk(self.parts, self.ticket, self.media).line
        self._begun = False

    def tick(self) -> list[str]:
        """A frame ends, the next one begins, and what was said before it is told."""
        if not self._begun:
            self.there.read()
        self._begun = self.there.read() is not None
        told, self.there.told = self.there.told, []
        for event in map(control.read, told):
            assert isinstance(event, control.Said)
            self.media.queue.said(event.id)
        self.media.tick()
        return self.media.queue.returned()

    def ended(self) -> bool:
        """As `FarEnd.ended`."""
        return self.there.hung_up

    def transferred(self) -> str | None:
        """As the dialplan asks for it."""
        return self.parts.tickets.onward(self.ticket.identifier)


def a_ticket(kind: str) -> tuple[Ticket, Parts]:
    """A call that has begun on a line to an Asterisk."""
    house, settings = FakeHouse(), settings_for(kind=kind, country="US")
    parts = Parts(settings, Inside(house, house, house.speak), Ticker(), Tickets(1))
    ticket = parts.tickets.issue("+8613800000001", HOST)
    assert ticket is not None
    parts.tickets.take(ticket)
    return ticket, parts


FAR_ENDS: dict[str, Callable[[], FarEnd]] = {
    "asterisk": Asterisk,
    "audiosocket": Plugged,
    "sip": Sip,
    "terminal": Terminal,
    "twilio": Twilio,
}


def test_the_table_names_real_classes() -> None:
    """Each carrier's module and class can be loaded."""
    for name, place in LINES.items():
        module, _, line = place.partition(":")
        assert isinstance(FAR_ENDS[name]().line, getattr(import_module(module), line))


@pytest.fixture(params=sorted(LINES))
def far(request: pytest.FixtureRequest) -> FarEnd:
    """The far end of each carrier; a carrier without one fails here."""
    return FAR_ENDS[request.param]()


def test_marks_come_back_in_order_after_their_audio(far: FarEnd) -> None:
    """A mark returns when everything before it has been played, not earlier."""
    asyncio.run(far.line.play(b"\xff" * FRAME_BYTES * 3, "one"))
    asyncio.run(far.line.play(b"\xff" * (FRAME_BYTES + 1), "two"))
    assert [far.tick() for _ in range(6)] == [[], [], ["one"], [], ["two"], []]


def test_clear_returns_the_marks_at_once(far: FarEnd) -> None:
    """After a clear nothing more is played and no mark is owed."""
    asyncio.run(far.line.play(b"\xff" * FRAME_BYTES * 50, "one"))
    asyncio.run(far.line.play(b"\xff" * FRAME_BYTES * 50, "two"))
    far.tick()
    asyncio.run(far.line.clear())
    assert far.tick() == ["one", "two"]
    assert [far.tick() for _ in range(3)] == [[], [], []]


def test_clear_on_a_quiet_line_does_nothing(far: FarEnd) -> None:
    """A key pressed while nothing plays."""
    asyncio.run(far.line.clear())
    assert far.tick() == []


def test_hanging_up_twice_is_once(far: FarEnd) -> None:
    """The second time does nothing and raises nothing."""
    asyncio.run(far.line.hang_up())
    asyncio.run(far.line.hang_up())
    assert far.ended()


def test_a_caller_is_put_through(far: FarEnd) -> None:
    """The carrier is given the number."""
    asyncio.run(far.line.transfer("+8657188001234"))
    assert far.transferred() == "+8657188001234"


def test_a_line_says_whether_its_carrier_can_go_on_alone(far: FarEnd) -> None:
    """Behind every line stands the keys menu; behind a terminal stands nothing."""
    assert asyncio.run(far.line.leave()) is not isinstance(far, Terminal)
    assert not far.ended()


def test_a_refused_hang_up_is_left_to_the_carrier() -> None:
    """Twilio refuses: no exception; the TwiML behind the stream ends the call."""
    far = Twilio()
    far.rest.refuse = True
    asyncio.run(far.line.hang_up())
    assert not far.ended()


@pytest.mark.parametrize("kind", [Twilio, Sip])
def test_a_refused_transfer_is_told(kind: type[Twilio | Sip]) -> None:
    """The carrier refuses: the call hears of it and goes on."""
    far = kind()
    if isinstance(far, Twilio):
        far.rest.refuse = True
    else:
        far.refuse = True
    with pytest.raises(CarrierError):
        asyncio.run(far.line.transfer("1"))
