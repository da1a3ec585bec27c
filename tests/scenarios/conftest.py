"""A house on demo data for each scenario, copied from one made once a worker."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from assistant.app import House, open_house
from assistant.callbacks.book import Book
from assistant.clock import ConversationClock
from assistant.config import load_config
from assistant.core.conversation import Conversation
from assistant.teaching import Taught

ROOT = Path(__file__).parents[2]


class Recorder:
    """A journal that keeps its lines in memory."""

    def __init__(self) -> None:
        self.lines: list[dict[str, Any]] = []

    def write(self, event: str, conversation: Conversation, when: datetime, **keys: object) -> None:  # noqa: ARG002
        """Keep one event."""
        self.lines.append({"event": event, "time": when, **keys})

    def raw(self, line: dict[str, Any]) -> None:
        """Keep one line."""
        self.lines.append(line)


def same_words_every_run(house: House) -> None:
    """Safe words come from a fixed chance, so that a golden file can hold them."""
    office, words = house.promises, house.library.safe_words
    pick = random.Random(1).choice  # noqa: S311 - nothing is kept secret here
    book = Book(office.store, office.roster, office.planning, words, pick)
    house.talk.rooms = replace(house.talk.rooms, callbacks=book)


Opened = tuple[House, ConversationClock, Recorder]


@pytest.fixture
def open_at(
    demo_data: Path, tmp_path: Path, learnt: Taught
) -> Iterator[Callable[[datetime], Opened]]:
    """Opens a house at a moment, with its clock and a journal in memory."""
    houses: list[House] = []

    def make(at: datetime) -> Opened:
        data = tmp_path / f"data{len(houses)}"
        shutil.copytree(demo_data, data)
        clock, journal = ConversationClock(at), Recorder()
        config = load_config(ROOT / "config.yaml", {})
        house = open_house(config, data, ROOT, clock, journal, learnt)
        same_words_every_run(house)
        houses.append(house)
        return house, clock, journal

    yield make
    for house in houses:
        house.close()
