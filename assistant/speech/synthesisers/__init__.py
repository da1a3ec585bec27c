"""Voice engines, one a file, each behind the `Synthesiser` port and alone in its own process.

To add an engine, write its file and put its class into `ENGINES`.
"""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

from assistant.core.errors import SynthesisError
from assistant.speech.audio import read_wav, to_ulaw
from assistant.speech.child import serve
from assistant.speech.loudness import master
from assistant.speech.pauses import stretch_pauses, trim
from assistant.speech.synthesisers.pyttsx3 import Pyttsx3

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from assistant.core.ports import Synthesiser
    from assistant.speech.child import ChildEnd


class Engine(Protocol):
    """What makes a synthesiser; nothing native is loaded before it is called."""

    def __call__(self, rates: Mapping[str, float]) -> Synthesiser:
        """Load the engine. `rates` gives each voice's normal rate in the engine's own units."""
        ...

    def version(self) -> str:
        """What its sound depends on; another version makes cached audio void."""
        ...


ENGINES: Final[Mapping[str, Engine]] = {"pyttsx3": Pyttsx3}

Order = tuple[str, str, float, float]
"What the process is asked for: text, voice, rate of the words, factor for pauses within."


def run(connection: ChildEnd, engine: str, rates: Mapping[str, float]) -> None:
    """The synthesis process: load the engine, then answer each `Order` with mu-law audio."""
    synthesiser = ENGINES[engine](rates)
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
    samples = trim(master(read_wav(path)))
    if samples.size == 0:
        raise SynthesisError("the voice engine made a file of silence; check voice.yaml")
    return to_ulaw(samples if pauses == 1 else stretch_pauses(samples, pauses))
