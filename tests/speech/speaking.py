"""The voices of the project, as the tests of speaking use them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

from ruamel.yaml import YAML

from assistant.speech.mouth import Mouth
from assistant.speech.voice import VoiceSettings, voice_settings

VOICES_DIR = Path(__file__).resolve().parents[2] / "voices"

ZH = "社区卫生服务中心在桂花路十二号，菜市场对面。您还要听一遍吗？"
Result = TypeVar("Result")

EN = "The health centre is at twelve Osmanthus Road. Would you like to hear it again?"

LONG = {
    "zh": (
        "社区卫生服务中心在桂花路十二号，菜市场对面。星期一到星期五，上午八点半到十一点半，"
        "下午两点到五点。去的时候请带上身份证和老年卡。您还要听一遍吗？",
        "您好，这里是桂花社区的邻里热线。您要办什么事，请直接说。",
        "老年食堂今天中午有红烧肉、炒青菜和番茄蛋汤，一份十二块钱。还要听别的吗？",
    ),
    "en": (
        "The community health centre is at number twelve Osmanthus Road, opposite the market. "
        "It is open from Monday to Friday, half past eight to half past eleven in the morning. "
        "Please bring your identity card and your senior card. Would you like to hear it again?",
        "Good morning, this is the neighbour line of Osmanthus Community. What can I do for you?",
        "The canteen has braised pork, greens and tomato soup today, for twelve yuan. "
        "Would you like to hear more?",
    ),
}


def project_voices() -> dict[str, VoiceSettings]:
    """The voices as the project ships them."""
    return {
        language: voice_settings(
            YAML(typ="safe").load(VOICES_DIR / language / "voice.yaml")["speaking"],
            f"voices/{language}/voice.yaml",
        )
        for language in ("zh", "en")
    }


def with_mouth(
    cache: Path,
    use: Callable[[Mouth], Awaitable[Result]],
    *,
    recordings: Path = VOICES_DIR,
    timeout_s: float = 20.0,
) -> Result:
    """Start a mouth, use it, stop it."""

    async def main() -> Result:
        mouth = Mouth(project_voices(), cache, recordings, timeout_s=timeout_s)
        await mouth.start()
        try:
            return await use(mouth)
        finally:
            await mouth.stop()

    return asyncio.run(main())
