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
from assistant.channels.terminal import TerminalLine
from assistant.channels.twilio_media import Start
from assistant.channels.twilio_stream import StreamLine
from assistant.core.errors import CarrierError
from assistant.core.ports import FRAME_BYTES, Line


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


FAR_ENDS: dict[str, Callable[[], FarEnd]] = {"terminal": Terminal, "twilio": Twilio}


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
    """Behind a media stream stands the carrier's own menu; behind a terminal stands nothing."""
    assert asyncio.run(far.line.leave()) is isinstance(far, Twilio)
    assert not far.ended()


def test_a_refused_hang_up_is_left_to_the_carrier() -> None:
    """Twilio refuses: no exception; the TwiML behind the stream ends the call."""
    far = Twilio()
    far.rest.refuse = True
    asyncio.run(far.line.hang_up())
    assert not far.ended()


def test_a_refused_transfer_is_told() -> None:
    """Twilio refuses: the call hears of it and goes on."""
    far = Twilio()
    far.rest.refuse = True
    with pytest.raises(CarrierError):
        asyncio.run(far.line.transfer("1"))
