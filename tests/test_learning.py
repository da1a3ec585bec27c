"""One more example is learnt while the line goes on answering."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import datetime

import pytest

from assistant.app import House, open_house
from assistant.clock import ConversationClock
from assistant.config import load_config
from assistant.core.turn import Utterance
from assistant.teaching import FOLDER, taught
from tests.conftest import ROOT

NOW = datetime.fromisoformat("2026-11-25T09:00+08:00")
NEW = "咕噜咕噜咕噜咚"
TICK_S = 0.02


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The real house on demo data."""
    learnt = taught(ROOT, ("zh", "en"), [ROOT / FOLDER])
    config = load_config(ROOT / "config.yaml", {})
    data = tmp_path_factory.mktemp("learning")
    opened = open_house(config, data, ROOT, ConversationClock(NOW), learnt=learnt)
    yield opened
    opened.close()


def test_the_loop_turns_while_an_example_is_learnt(house: House) -> None:
    """Turns are read with what was known until the new reader is there, all at once."""
    talk = house.talk
    before, conversation = talk.rooms.reader, talk.begin("voice", "+8613800000001", NOW)

    def learn() -> None:
        talk.read_with(before.learn([(NEW, "case.report")], "zh"))

    async def teach() -> int:
        task = asyncio.create_task(asyncio.to_thread(learn))
        ticks = 0
        while not task.done():
            await asyncio.sleep(TICK_S)
            ticks += 1
        await task
        return ticks

    assert asyncio.run(teach()) >= 3
    after = talk.rooms.reader
    assert after is not before
    assert (
        before.matchers["zh"].match(NEW).intent != "case.report"
        or not before.matchers["zh"].match(NEW).accepted
    )
    reading = talk.read(Utterance(NEW, "zh"), conversation, NOW)
    assert (reading.match.intent, reading.match.accepted) == ("case.report", True)
    assert after.matchers["en"] is before.matchers["en"]


def test_an_unknown_language_is_refused(house: House) -> None:
    """The line goes on with what it knows."""
    before = house.talk.rooms.reader
    with pytest.raises(KeyError):
        before.learn([("hola", "talk.greeting")], "es")
    assert house.talk.rooms.reader is before
