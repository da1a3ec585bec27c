"""The tables of a desk over a real house in the desk's own database."""

from __future__ import annotations

import asyncio
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.app import build_mouth, open_house
from assistant.config import load_config
from assistant.desk_tables import Running, desk_tables
from assistant.teaching import Taught
from tests.conftest import ROOT
from tests.houses import trees_learnt

if TYPE_CHECKING:
    from datetime import datetime

    from assistant.app import House
    from assistant.desk.tables import Tables
    from assistant.speech.mouth import Mouth
    from tests.desk.around import Around


@cache
def learnt() -> Taught:
    """Both trees, learnt once a process."""
    return trees_learnt()


class StandingClock:
    """The time of a desk of a test."""

    def __init__(self, around: Around) -> None:
        self._around = around

    def now(self) -> datetime:
        """What the test has set."""
        return self._around.now


def house_of(around: Around) -> House:
    """The house whose database the desk has."""
    url = around.database.engine.url
    config = load_config(
        ROOT / "config.yaml",
        {"ASSISTANT_DATABASE__URL": url.render_as_string(hide_password=False)},
    )
    folder = Path(str(url.database)).parent
    return open_house(config, folder, ROOT, StandingClock(around), learnt=learnt())


def tables_of(house: House) -> Tables:
    """The tables, with the house's own voice."""
    mouth = build_mouth(house.config, house.library, house.data)

    def speak(text: str, language: str, prompt: str | None) -> bytes:
        return asyncio.run(spoken(mouth, text, language, prompt))

    return desk_tables(house, Running(lambda: "speech", mouth, speak))


async def spoken(mouth: Mouth, text: str, language: str, prompt: str | None) -> bytes:
    """Start the voice, say one text, stop it."""
    await mouth.start()
    try:
        return await mouth.speak(text, language, prompt=prompt)
    finally:
        await mouth.stop()
