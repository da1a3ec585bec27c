"""Voice engines, one a file, each behind the `Synthesiser` port and alone in its own process.

To add an engine, write its file and put its class into `ENGINES`.
"""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from assistant.core.errors import DataError, SynthesisError
from assistant.speech.audio import read_wav, to_ulaw
from assistant.speech.child import serve
from assistant.speech.loudness import load_meter, master
from assistant.speech.pauses import stretch_pauses
from assistant.speech.synthesisers.engine import Engine, Setup
from assistant.speech.synthesisers.piper import Piper
from assistant.speech.synthesisers.pyttsx3 import Pyttsx3

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from assistant.speech.child import ChildEnd
    from assistant.speech.voice import VoiceSettings


ENGINES: Final[Mapping[str, Engine]] = {"pyttsx3": Pyttsx3, "piper": Piper}


def setups(voices: Mapping[str, VoiceSettings], program: str, folder: Path) -> dict[str, Setup]:
    """What each engine in use is loaded with. Raises `DataError` for an engine there is not."""
    rates: dict[str, dict[str, float]] = {}
    for language, settings in voices.items():
        for name, voice in settings.voices.items():
            if voice.engine not in ENGINES:
                raise DataError(
                    f"voices/{language}/voice.yaml: speaking.voices.{name}.engine: there is no "
                    f"engine {voice.engine}; use one of {', '.join(sorted(ENGINES))}"
                )
            rates.setdefault(voice.engine, {})[voice.voice] = voice.rate
    return {engine: Setup(by_voice, program, folder) for engine, by_voice in rates.items()}


Order = tuple[str, str, float, float]
"What the process is asked for: text, voice, rate of the words, factor for pauses within."


def run(connection: ChildEnd, engine: str, setup: Setup) -> None:
    """The synthesis process: load the engine, then answer each `Order` with mu-law audio."""
    synthesiser = ENGINES[engine](setup)
    load_meter()
    with scratch_file() as path:

        def answer(order: Order) -> bytes:
            text, voice, rate, pauses = order
            try:
                synthesiser.render(text, voice, rate, str(path))
                return finish(path, pauses)
            finally:
                os.truncate(path, 0)

        serve(connection, answer)


@contextlib.contextmanager
def scratch_file() -> Iterator[Path]:
    """An empty file for one rendering at a time.

    On Linux it lives in memory and dies with the process, however that ends: what was said to a
    resident never reaches a disk, and a full disk stops no speech.
    """
    if sys.platform == "linux":
        handle = os.memfd_create("speech")
        try:
            yield Path(f"/proc/{os.getpid()}/fd/{handle}")
        finally:
            os.close(handle)
    else:
        with tempfile.TemporaryDirectory(prefix="speech-") as folder:
            path = Path(folder) / "speech.wav"
            path.touch()
            yield path


def finish(path: Path, pauses: float) -> bytes:
    """The engine's WAV as the line plays it: telephone band, one loudness, no silent ends."""
    samples = master(read_wav(path))
    if samples.size == 0:
        raise SynthesisError("the voice engine made a file of silence; check voice.yaml")
    return to_ulaw(samples if pauses == 1 else stretch_pauses(samples, pauses))
