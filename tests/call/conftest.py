"""A telephone exchange on demo data: the real house, ears and mouth, without a carrier."""

from __future__ import annotations

import asyncio
import csv
from collections.abc import Callable, Coroutine, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pytest

from assistant.app import open_house
from assistant.clock import ConversationClock
from assistant.config import load_config
from assistant.core.conversation import Conversation
from assistant.core.errors import AssistantError
from assistant.simulated import Exchange, SimulatedCall
from assistant.speech.audio import Samples, frames, read_wav, to_ulaw
from assistant.speech.models import install
from assistant.teaching import Taught

T = TypeVar("T")
ROOT = Path(__file__).parents[2]
MORNING = datetime.fromisoformat("2026-11-25T09:00+08:00")
CALLER = "+8613800000001"
WITHIN_S = 100
"Longest time of the machine that anything here may take."


class Recorder:
    """A journal that keeps its lines in memory."""

    def __init__(self) -> None:
        self.lines: list[dict[str, Any]] = []

    def write(self, event: str, conversation: Conversation, when: datetime, **keys: object) -> None:
        """Keep one event."""
        self.lines.append({"event": event, "time": when, "conversation": conversation.id, **keys})


class Caller:
    """One call, driven from tests that know nothing of event loops."""

    def __init__(self, telephone: Telephone, ringing: SimulatedCall) -> None:
        self._telephone, self.ringing = telephone, ringing
        self._run = telephone.run

    def over(self) -> bool:
        """Whether the line has hung up or put the caller through."""
        return self.ringing.over

    @property
    def now_s(self) -> float:
        """Seconds since the call was answered, on its audio clock."""
        call = self.ringing.call
        return (call.moment() - call.conversation.opened).total_seconds()

    def sound(self, samples: Samples) -> None:
        """Make a sound, then wait until it is the caller's turn again."""
        self._run(self._sound(samples))
        self._run(self.ringing.settle())

    async def _sound(self, samples: Samples) -> None:
        for frame in frames(to_ulaw(samples)):
            await self.ringing._pass(frame)

    def noise(self, samples: Samples) -> None:
        """Make a sound and listen no further."""
        self._run(self._sound(samples))

    def quiet(self, seconds: float) -> None:
        """Say nothing for a while, then wait until it is the caller's turn."""
        self._run(self.ringing.keep_silent(seconds))

    def press(self, digit: str) -> None:
        """Press a key and hear what follows."""
        self._run(self.ringing.press(digit))

    def say(self, text: str) -> None:
        """Type words and hear the answer."""
        self._run(self.ringing.say(text))

    def hear(self, seconds: float) -> None:
        """Listen for so long, whoever is speaking."""
        self.noise(np.zeros(round(seconds * 8000), np.int16))

    def answered(self) -> None:
        """Nobody speaks until the line has said everything it wants to."""
        self.quiet(3)

    @property
    def lines(self) -> list[dict[str, Any]]:
        """The journal of this call."""
        mine = self.ringing.call.conversation.id
        return [line for line in self._telephone.journal.lines if line["conversation"] == mine]

    def events(self, event: str) -> list[dict[str, Any]]:
        """The lines of one kind."""
        return [line for line in self.lines if line["event"] == event]

    @property
    def prompts(self) -> list[str]:
        """The names of the prompts said so far."""
        return [line["prompt"] for line in self.events("said")]

    @property
    def outcomes(self) -> list[str]:
        """What has come of the call."""
        return [line["kind"] for line in self.events("outcome")]


class Telephone:
    """One exchange with its loop and its journal."""

    def __init__(self, data: Path, learnt: Taught, models: dict[str, Path]) -> None:
        self.loop = asyncio.new_event_loop()
        self.journal = Recorder()
        for language, source in models.items():
            install(language, data, source)
        config = load_config(ROOT / "config.yaml", {})
        clock = ConversationClock(MORNING)
        self.house = open_house(config, data, ROOT, clock, self.journal, learnt)
        self.exchange = Exchange(self.house, clock)
        self.run(self.exchange.start())
        self._open: list[Caller] = []

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Do something on the exchange's loop."""
        return self.loop.run_until_complete(asyncio.wait_for(work, WITHIN_S))

    def ring(
        self, language: str | None = None, *, greeted: bool = True, contact: str = CALLER
    ) -> Caller:
        """A new call at nine in the morning; with `greeted` the greeting has been heard."""
        self.exchange.clock = ConversationClock(MORNING)
        ringing = self.exchange.ring(contact, language)
        caller = Caller(self, ringing)
        self._open.append(caller)
        if greeted:
            self.run(ringing.begin())
        else:
            self.exchange.clock.running = ringing.call.moment
            self.run(ringing.call.start())
        return caller

    def all_hang_up(self) -> None:
        """End what a test left open."""
        while self._open:
            self.run(self._open.pop().ringing.hang_up())
        self.journal.lines.clear()

    def close(self) -> None:
        """End the processes."""
        self.run(self.exchange.stop())
        self.loop.close()
        self.house.close()


@pytest.fixture(scope="module")
def exchange(
    tmp_path_factory: pytest.TempPathFactory, learnt: Taught, shared: Path
) -> Iterator[Telephone]:
    """An exchange that hears Mandarin by the shared model and English by the bundled one."""
    models = {"zh": shared / "models/pocketsphinx-zh-tdt-sc-8k"}
    made = Telephone(tmp_path_factory.mktemp("exchange"), learnt, models)
    yield made
    made.close()


@pytest.fixture
def telephone(exchange: Telephone) -> Iterator[Telephone]:
    """The exchange with no call open."""
    yield exchange
    exchange.all_hang_up()


@pytest.fixture(scope="session")
def recording(shared: Path) -> Callable[[str], Samples]:
    """Finds the recording of a word or, by `fsdd/…`, of a file; 8 kHz mono."""
    audio = shared / "data/audio"
    with (audio / "manifest.tsv").open(encoding="utf-8") as table:
        rows = list(csv.DictReader(table, delimiter="\t"))

    def find(wanted: str) -> Samples:
        for row in rows:
            if wanted in (row["transcript"], row["file"]) and not row["file"].startswith("coffee"):
                return read_wav(audio / row["file"])
        raise AssistantError(f"no recording of {wanted}")

    return find
