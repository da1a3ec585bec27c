"""A line on loopback with a made-up house behind it, and parts that several tests need."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import socket
from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np

from assistant.channels.paced.house import Inside
from assistant.channels.paced.ticker import Ticker
from assistant.channels.sip.agent import Agent
from assistant.channels.sip.settings import SipSettings
from assistant.core.errors import SynthesisError
from assistant.core.ports import Call, Line, MenuReply, Spoken
from assistant.speech.audio import to_ulaw

T = TypeVar("T")
HOST = "127.0.0.1"
SETTINGS = SipSettings(
    name="office",
    address=HOST,
    port=0,
    peer=(HOST, 5060),
    user="line",
    domain=HOST,
    password="secret",
    register_s=0,
    calls=20,
    codecs=(0, 8),
    rtp_ports=(34000, 34998),
    transfer="refer",
    dial="e164",
    prefix="",
    country="CN",
    secret=b"of this installation",
)


def free_port() -> int:
    """A UDP port nobody has."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def tone(seconds: float, hertz: float = 700.0, seed: int = 3) -> bytes:
    """A sound that is like no shifted copy of itself: a tone under slow noise, mu-law."""
    count = round(seconds * 8000)
    noise = np.random.default_rng(seed).normal(size=count // 80 + 2)
    loud = np.interp(np.arange(count) / 80, np.arange(noise.size), noise)
    samples = 6000 * np.sin(2 * np.pi * hertz * np.arange(count) / 8000) * np.abs(loud) / 2
    return to_ulaw(np.clip(samples, -30000, 30000).astype(np.int16))


@dataclass
class Taken:
    """A call as a test's house takes it: says its prompts, keeps what it hears."""

    line: Line
    identifier: str
    contact: str
    prompts: list[bytes]
    over: bool = False
    frames: list[bytes] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    marks: list[str] = field(default_factory=list)
    ended: bool = False
    on_key: Callable[[Taken, str], Coroutine[Any, Any, None]] | None = None
    fails: bool = False

    async def start(self) -> None:
        """Say everything."""
        if self.fails:
            raise RuntimeError("a defect")
        for number, audio in enumerate(self.prompts):
            await self.line.play(audio, f"p{number}")

    async def frame(self, ulaw: bytes) -> None:
        """Keep it."""
        self.frames.append(ulaw)

    async def key(self, digit: str) -> None:
        """Keep it, and do what the test wants."""
        self.keys.append(digit)
        if self.on_key is not None:
            await self.on_key(self, digit)

    async def played(self, mark: str) -> None:
        """Keep it."""
        self.marks.append(mark)

    async def hung_up(self) -> None:
        """The caller has gone."""
        self.ended = self.over = True


@dataclass
class FakeHouse:
    """`CallDesk` and `KeysDesk`: takes every call while there is room, and has a short menu."""

    prompts: list[bytes] = field(default_factory=list)
    room: int = 1000
    on_key: Callable[[Taken, str], Coroutine[Any, Any, None]] | None = None
    fails: bool = False
    mute: bool = False
    crowded: bool = False
    taken: list[Taken] = field(default_factory=list)
    closed: list[str] = field(default_factory=list)
    steps: list[tuple[str | None, bool]] = field(default_factory=list)
    replies: dict[str | None, MenuReply] = field(default_factory=dict)

    def open(self, line: Line, identifier: str, contact: str) -> Call | None:
        """As `CallDesk.open`."""
        open_now = {call.identifier for call in self.taken} - set(self.closed)
        if len(open_now) >= self.room:
            return None
        call = Taken(line, identifier, contact, list(self.prompts), on_key=self.on_key)
        call.fails = self.fails
        self.taken.append(call)
        return call

    def close(self, identifier: str) -> None:
        """As `CallDesk.close`."""
        self.closed.append(identifier)

    def full(self) -> bool:
        """As `KeysDesk.full`."""
        return False

    def menu(self, identifier: str, contact: str, digit: str | None, *, first: bool) -> MenuReply:
        """As `KeysDesk.menu`."""
        assert identifier
        assert contact
        self.steps.append((digit, first))
        return self.replies.get(digit, MenuReply((Spoken("请按键。", "zh"),)))

    async def speak(self, text: str, language: str) -> bytes:
        """Every sentence is half a second of the same sound."""
        assert text
        assert language
        if self.mute:
            raise SynthesisError("no voice")
        return tone(0.5)


@contextlib.asynccontextmanager
async def line(house: FakeHouse, **changed: Any) -> AsyncIterator[Agent]:  # noqa: ANN401 - any setting
    """A line that listens on a free port."""
    ticker = Ticker()
    ticker.start()
    settings = dataclasses.replace(SETTINGS, **changed)
    agent = Agent(settings, Inside(house, house, house.speak, lambda _: house.crowded), ticker)
    await agent.start()
    try:
        yield agent
    finally:
        await agent.stop()
        ticker.stop()


async def until(ready: Callable[[], T | None], within_s: float = 5.0) -> T:
    """What `ready` gives, once it gives something."""
    async with asyncio.timeout(within_s):
        while not (found := ready()):  # noqa: ASYNC110 - what is waited for has no event
            await asyncio.sleep(0.01)
        return found


def likeness(heard: bytes, said: bytes) -> float:
    """How much of `said` (16-bit samples) is in `heard`, 0 to 1, wherever it begins."""
    long = np.frombuffer(heard, "<i2").astype(np.float64)
    short = np.frombuffer(said, "<i2").astype(np.float64)
    long = np.pad(long, (0, short.size))  # a recording may lack its last moment
    size = 1 << (long.size + short.size).bit_length()
    both = np.fft.irfft(np.fft.rfft(long, size) * np.conj(np.fft.rfft(short, size)), size)
    best = int(np.argmax(both[: long.size - short.size + 1]))
    part = long[best : best + short.size]
    power = np.linalg.norm(part) * np.linalg.norm(short)
    return float(np.dot(part, short) / power) if power else 0.0
