"""The pyttsx3 engine over espeak-ng, kept from losing files and mixing up its settings.

espeak-ng works off a queue on a thread of its own, and pyttsx3 empties that queue whenever it ends
its loop. A rate still waiting there is lost (30 of 100 renderings spoke at the rate of an earlier
one), and so, now and then, is the text. `espeak_Synchronize` before and after each rendering lets
the queue run dry: 600 of 600 had the right rate. It still is one process, one thread, one text at
a time: two threads crash it. The voice ids are espeak-ng's own (`sit/cmn`, `gmw/en`), with a
variant of timbre where one is wanted (`gmw/en+f3`); an unknown id would silently keep the previous
voice and is refused here.
"""

from __future__ import annotations

import contextlib
import ctypes
import importlib
import importlib.metadata
import io
import os
import tempfile
import wave
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from assistant.core.errors import SynthesisError

if TYPE_CHECKING:
    from assistant.speech.synthesisers.engine import Setup

TRIES: Final = 3
"pyttsx3 loses about 1 in 300 beside a busy thread; three losses in a row are not chance."

HEADER_BYTES: Final = 44
"A WAV of this size holds a header and no sound."

LONGEST_PATH: Final = 130
"espeak-ng cuts the path of its data off at 160 bytes; file names take some of them."

SHORTEST_S_PER_LETTER: Final = 0.03
LONGEST_S_PER_LETTER: Final = 1.6
"""Bounds of a plausible rendering at rate 1. English takes about 0.08 s a letter and Chinese 0.33 s
a character; single Latin letters in Chinese, each with its pause, take up to 1.2 s."""

LONGEST_S_EXTRA: Final = 3.0

SLOWEST: Final = 0.2
FASTEST: Final = 5.0


class Pyttsx3:
    """One engine; lives in a process of its own and is used by one thread."""

    def __init__(self, setup: Setup) -> None:
        """Load library and data. Rates are espeak-ng's words per minute.

        Raises `SynthesisError` when there is no espeak-ng library.
        """
        self._rates = dict(setup.rates)
        self._library = _load_library()
        self._engine: Any = importlib.import_module("pyttsx3").init("espeak")
        # pyttsx3 puts off settings, and loses the sound, until it has been run once.
        self._run("a")

    @staticmethod
    def version(_setup: Setup, _voice: str, /) -> str:
        """Versions of pyttsx3 and of the espeak-ng package; the sound depends on both."""
        found = []
        for package in ("pyttsx3", "espeakng-loader"):
            try:
                found.append(f"{package} {importlib.metadata.version(package)}")
            except importlib.metadata.PackageNotFoundError:
                found.append(f"{package} none")
        return ", ".join(found)

    def render(self, text: str, voice: str, rate: float, path: str) -> None:
        """Write a 22.05 kHz WAV of `text`; `rate` 1 is the voice's normal.

        Raises `SynthesisError` when there is nothing to say, the voice is unknown, or three tries
        made no sound of plausible length, or `path` cannot be written.
        """
        letters = sum(character.isalnum() for character in text)
        if letters == 0:
            raise SynthesisError("there is nothing to say in the text; give it words")
        if not SLOWEST <= rate <= FASTEST:
            raise SynthesisError(
                f"a speaking rate of {rate:g} is out of range; use {SLOWEST} to {FASTEST}"
            )
        units = self._units(voice, rate)
        shortest = letters * SHORTEST_S_PER_LETTER / rate
        longest = letters * LONGEST_S_PER_LETTER / rate + LONGEST_S_EXTRA
        for _ in range(TRIES):
            sound = self._once(text, voice, units)
            if shortest <= _length(sound) <= longest:
                _write(Path(path), sound)
                return
        raise SynthesisError(f"voice {voice} made no usable sound in {TRIES} tries; try again")

    def _units(self, voice: str, rate: float) -> int:
        """espeak-ng's words per minute; it takes 80 to 450."""
        return max(80, min(450, round(self._rates.get(voice, 175.0) * rate)))

    def _once(self, text: str, voice: str, units: int) -> bytes:
        """Render once; a WAV, or nothing when pyttsx3 lost it."""
        self._library.espeak_Synchronize()
        self._engine.setProperty("voice", voice)
        self._library.espeak_Synchronize()
        if self._engine.getProperty("voice") != voice.lower():
            raise SynthesisError(f"espeak-ng has no voice {voice}; name another in voice.yaml")
        self._engine.setProperty("rate", units)
        self._library.espeak_Synchronize()
        return self._run(text)

    def _run(self, text: str) -> bytes:
        """Render into memory: pyttsx3 hangs for ever when a file cannot be written."""
        sound = io.BytesIO()
        self._engine.save_to_file(text, sound)
        with contextlib.redirect_stdout(io.StringIO()):
            self._engine.runAndWait()
        self._library.espeak_Synchronize()
        return sound.getvalue()


def _load_library() -> ctypes.CDLL:
    """Load espeak-ng so that pyttsx3, which asks for it by soname, finds this copy."""
    try:
        loader = importlib.import_module("espeakng_loader")
    except ImportError:
        return _open_library("libespeak-ng.so.1")
    data = Path(loader.get_data_path())
    if len(os.fsencode(data)) > LONGEST_PATH:
        link = Path(tempfile.mkdtemp(prefix="espeak-")) / data.name
        link.symlink_to(data)
        data = link
    os.environ["ESPEAK_DATA_PATH"] = str(data)
    return _open_library(loader.get_library_path())


def _open_library(name: str) -> ctypes.CDLL:
    try:
        return ctypes.CDLL(name, ctypes.RTLD_GLOBAL)
    except OSError as error:
        raise SynthesisError(
            "the espeak-ng library cannot be loaded; install the package espeakng-loader, "
            "or record the prompts"
        ) from error


def _length(sound: bytes) -> float:
    """Seconds of a WAV; 0 when it is none."""
    if len(sound) <= HEADER_BYTES:
        return 0.0
    try:
        with wave.open(io.BytesIO(sound)) as file:
            return float(file.getnframes() / file.getframerate())
    except (EOFError, wave.Error, ZeroDivisionError):
        return 0.0


def _write(path: Path, sound: bytes) -> None:
    try:
        path.write_bytes(sound)
    except OSError as error:
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)
        raise SynthesisError(
            f"{path}: speech cannot be written ({error.strerror}); make room or give a folder"
        ) from error
