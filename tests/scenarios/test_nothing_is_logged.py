"""Logs and metrics carry no number and no word of a resident, whatever she says."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from prometheus_client import generate_latest
from ruamel.yaml import YAML

from assistant.core.turn import Opened, Utterance
from tests.scenarios.test_scenarios import SCENARIOS, play

NUMBER = "+8613800000001"
SHORTEST = 4
"Letters; shorter words stand in ordinary log lines, too."
Open = Callable[[datetime], Any]


@pytest.fixture
def written(caplog: pytest.LogCaptureFixture) -> Callable[[], str]:
    """Everything that was logged so far, tracebacks included, and all metrics' own lines."""
    caplog.set_level(logging.DEBUG)
    formatter = logging.Formatter("%(name)s %(message)s")

    def all_of_it() -> str:
        lines = [formatter.format(record) for record in caplog.records]
        figures = generate_latest().decode().splitlines()
        return "\n".join([*lines, *(line for line in figures if not line.startswith("#"))])

    return all_of_it


def secrets(script: dict[str, Any]) -> set[str]:
    """What a scenario's resident said, and the numbers it was said from."""
    said = {str(move["say"]) for move in script["turns"] if "say" in move}
    numbers = {str(script.get("from", NUMBER)).lstrip("+")}
    return {words for words in said | numbers if len(words) >= SHORTEST}


def test_no_scenario_leaves_words_or_numbers(open_at: Open, written: Callable[[], str]) -> None:
    """All of them in one house, everything logged down to debugging."""
    opened = open_at(datetime.fromisoformat("2026-11-25T09:00+08:00"))
    told: set[str] = set()
    for path in SCENARIOS:
        script = YAML(typ="safe").load(path.read_text("utf-8"))
        told |= secrets(script)
        play(script, lambda _: opened)
    assert len(told) > 60
    logging.getLogger("assistant.anywhere").debug("something is listening")
    found = written()
    assert "something is listening" in found
    assert [words for words in told if words in found] == []
    assert "13800000001" not in found
    assert "138****0001" not in found


def test_a_turn_that_fails_leaves_no_words(
    open_at: Open, written: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The traceback names the place, not what was said there nor who said it."""
    house, clock, _ = open_at(datetime.fromisoformat("2026-11-25T09:00+08:00"))
    talk = house.talk

    def fail(*_: object) -> None:
        raise RuntimeError("the disk is on fire")

    begun = talk.begin("voice", NUMBER, clock.now(), language="zh")
    before = talk.take(begun, Opened(), clock.now()).conversation
    monkeypatch.setattr(talk.rooms.requests, "take_down", fail)
    monkeypatch.setattr(talk.rooms.alarms, "raise_", fail)
    monkeypatch.setattr(talk.rooms.store, "save_turn", fail)
    danger = "我在厨房摔倒了起不来"
    for words in (danger, "楼道里的灯坏了好几天了", "老年食堂几点开门"):
        reply = talk.take(before, Utterance(words, "zh"), clock.now())
        said = [sentence.prompt for sentence in reply.sentences]
        assert said == [*(["emergency.again"] if words == danger else []), "error"]
        assert words not in written()
    assert "the disk is on fire" in written()
    assert NUMBER[1:] not in written()


@pytest.mark.parametrize(
    "number", ["330106195001011234", "33010619500101123X", "6222021234567890123"]
)
def test_identity_and_bank_numbers_are_kept_nowhere(open_at: Open, number: str) -> None:
    """Told to the line with a wish: neither journal, request, alarm nor talk keeps them."""
    house, clock, journal = open_at(datetime.fromisoformat("2026-11-25T09:00+08:00"))
    talk = house.talk
    for words in (f"我要反映楼道灯坏了，我身份证{number}", f"我摔倒了，卡号{number}，快来人"):
        begun = talk.begin("voice", NUMBER, clock.now(), language="zh")
        conversation = talk.take(begun, Opened(), clock.now()).conversation
        for said in (words, "是的", f"{number}"):
            reply = talk.take(conversation, Utterance(said, "zh"), clock.now())
            conversation = reply.conversation
    kept = [str(journal.lines), str(house.requests.listing(None)), str(house.alarms.listing())]
    kept.append(str(talk.rooms.store.load("voice", NUMBER)))
    assert house.alarms.listing()
    assert not any(number in text or number[:17] in text for text in kept)
