"""The voices of the project, as the tests of speaking use them."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from ruamel.yaml import YAML

from assistant.speech.mouth import Mouth
from assistant.speech.voice import VoiceSettings, voice_settings

VOICES_DIR = Path(__file__).resolve().parents[2] / "voices"

ZH = "社区卫生服务中心在桂花路十二号，菜市场对面。您还要听一遍吗？"
Result = TypeVar("Result")

EN = "The health centre is at twelve Osmanthus Road. Would you like to hear it again?"


def project_voices() -> dict[str, VoiceSettings]:
    """The voices as the project ships them."""
    return {
        language: voice_settings(
            YAML(typ="safe").load(VOICES_DIR / language / "voice.yaml")["speaking"],
            f"voices/{language}/voice.yaml",
        )
        for language in ("zh", "en")
    }


@dataclass(frozen=True)
class PiperLike:
    """A program that takes piper's command line, and a folder with voice files for it."""

    program: Path
    folder: Path


def piper_like(place: Path, *voices: str) -> PiperLike:
    """Put the stand-in for piper and files for `voices` into `place`."""
    program, folder = place / "piper", place / "neural"
    script = Path(__file__).with_name("piper_program.py")
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{script}" "$@"\n')
    program.chmod(0o755)
    folder.mkdir()
    for voice in voices:
        (folder / f"{voice}.onnx").write_bytes(b"a voice")
    return PiperLike(program, folder)


def with_mouth(
    cache: Path,
    use: Callable[[Mouth], Awaitable[Result]],
    *,
    recordings: Path | None = None,
    voices: Mapping[str, VoiceSettings] | None = None,
    program: str = "",
    timeout_s: float = 20.0,
) -> Result:
    """Start a mouth, use it, stop it."""

    async def main() -> Result:
        mouth = Mouth(
            voices or project_voices(),
            cache,
            recordings or cache / "none",
            timeout_s=timeout_s,
            program=program,
        )
        await mouth.start()
        try:
            return await use(mouth)
        finally:
            await mouth.stop()

    return asyncio.run(main())
