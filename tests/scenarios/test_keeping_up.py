from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from assistant.directory.exchange import import_tables
from assistant.keeping_up import keep_up
from assistant.speech.ears import Ears, EarSettings
from assistant.speech.mouth import Mouth

NOW = datetime.fromisoformat("2026-11-25T09:00+08:00")
SERVICES = "id,name,status,spoken_name\nnew,朝阳门诊,active,潮阳门诊\n"


async def until(true: Callable[[], bool], seconds: float = 10.0) -> None:
    """Wait for something the background does."""
    for _ in range(int(seconds / 0.02)):
        if true():
            return
        await asyncio.sleep(0.02)
    raise AssertionError("it never came")


def test_ears_and_mouth_learn_a_change_without_a_restart(
    open_at: Callable[[datetime], Any], tmp_path: Path
) -> None:
    """An import while the service runs: the next utterance and the next sentence know the name."""
    house, _, _ = open_at(NOW)
    house.store._recent._seconds = 60.0  # a new version is learnt whole
    (tmp_path / "services.csv").write_text(SERVICES, encoding="utf-8")
    ears = Ears({}, EarSettings(workers=1))
    mouth = Mouth({}, tmp_path / "audio", tmp_path / "voices")

    def known() -> set[str]:
        return {phrase for taught in ears._taught.values() for phrase in taught}

    async def run() -> None:
        work = asyncio.create_task(keep_up(house, ears, mouth, 0.02))
        await until(lambda: "老年食堂" in known())
        assert "朝阳门诊" not in known()
        await asyncio.to_thread(import_tables, [tmp_path / "services.csv"], house.database)
        await until(lambda: {"朝阳门诊", "老年食堂"} <= known())
        work.cancel()

    asyncio.run(run())
    assert mouth._respell("去朝阳门诊。", "zh") == "去潮阳门诊。"
