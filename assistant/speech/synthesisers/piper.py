"""Neural voices by piper, a program the office installs itself; never imported, never required.

Piper is GPL-3, so it stays a process of its own. It loads one voice at one speed, takes a line of
text on its standard input, writes a WAV into a folder and names it on its standard output or error.
A process is kept for each voice and speed in use, because loading a voice takes a second or more.
When this process ends, however it ends, their input is closed and they end too.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import tempfile
from collections import OrderedDict
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final

from assistant.core.errors import SynthesisError

if TYPE_CHECKING:
    from assistant.speech.synthesisers.engine import Setup

KEPT: Final = 3
"Processes kept: two languages, and one of them at a caller's own pace. Each takes about 150 MB."

FIRST: Final = "1"
"Said, and not heard, to know that a voice is loaded; every language can read it."

ENDING_S: Final = 2.0
"A process whose input is closed may finish its sentence for so long."

PREFIX: Final = "nlspeech-"
"Of the folders files go through; the owner's process id follows."

MEMORY: Final = Path("/dev/shm")  # noqa: S108 - only ever the parent of a folder of our own
"Where files lie in memory; what is said to a resident should reach no disk."


class Piper:
    """Speaks with the voice files of one folder. A rate is a speed: 1 is as it was trained."""

    def __init__(self, setup: Setup) -> None:
        """Find the program and load each voice.

        Raises `SynthesisError` when the program or the file of a voice is missing or damaged.
        """
        program = shutil.which(setup.program or "piper")
        if program is None:
            raise SynthesisError(
                f"there is no program {setup.program or 'piper'}; install piper and name it in "
                "speech.piper, or choose another voice"
            )
        self._program, self._folder, self._rates = program, setup.folder, dict(setup.rates)
        self._running: OrderedDict[tuple[str, float], _Running] = OrderedDict()
        _clear_left_behind()
        try:
            for started in [self._process(voice, 1.0) for voice in self._rates]:
                started.say(FIRST)
        except SynthesisError:
            self.end()
            raise

    @staticmethod
    def version(setup: Setup, voice: str, /) -> str:
        """Size and date of the voice's file; the sound depends on it."""
        try:
            found = _model(setup.folder, voice).stat()
        except OSError:
            return "piper none"
        return f"piper {found.st_size} {found.st_mtime_ns}"

    def render(self, text: str, voice: str, rate: float, path: str) -> None:
        """Write a WAV of `text` to `path`; `rate` 1 is the voice's normal.

        Raises `SynthesisError` when there is nothing to say, the voice has no file, the program
        ended, or `path` cannot be written.
        """
        line = " ".join(text.split())
        if not any(map(str.isalnum, line)):
            raise SynthesisError("there is nothing to say in the text; give it words")
        running = self._process(voice, rate)
        try:
            sound = running.say(line)
        except SynthesisError:
            self._running.pop((voice, rate)).end()
            raise
        try:
            Path(path).write_bytes(sound)
        except OSError as error:
            raise SynthesisError(
                f"{path}: speech cannot be written ({error.strerror}); make room or give a folder"
            ) from error

    def end(self) -> None:
        """End every process; one that is needed after that is started again."""
        while self._running:
            self._running.popitem()[1].end()

    def _process(self, voice: str, rate: float) -> _Running:
        key = (voice, rate)
        if key not in self._running:
            model = _model(self._folder, voice)
            if not model.is_file():
                raise SynthesisError(
                    f"{model}: this voice is missing; copy its .onnx and .json there"
                )
            while len(self._running) >= KEPT:
                self._running.popitem(last=False)[1].end()
            speed = self._rates.get(voice, 1.0) * rate
            self._running[key] = _Running(self._program, model, 1 / speed)
        self._running.move_to_end(key)
        return self._running[key]


class _Running:
    """One process of the program: a voice at a speed."""

    def __init__(self, program: str, model: Path, length_scale: float) -> None:
        self._scratch = tempfile.TemporaryDirectory(prefix=f"{PREFIX}{os.getpid()}-", dir=_place())
        self._folder = Path(self._scratch.name)
        self._process = subprocess.Popen(
            [
                *(program, "--model", str(model), "--output_dir", str(self._folder)),
                *("--length_scale", f"{length_scale:.3f}"),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
        )

    def say(self, line: str) -> bytes:
        """The WAV of one line. Raises `SynthesisError` when the program has ended."""
        try:
            given = _pipe(self._process.stdin)
            given.write(line + "\n")
            given.flush()
        except OSError as error:
            raise SynthesisError(self._ended("")) from error
        told = ""
        for told in _pipe(self._process.stdout):
            if str(self._folder) in told and ".wav" in told:
                return self._take()
        raise SynthesisError(self._ended(told))

    def end(self) -> None:
        """Close its input and wait; a process that goes on is killed."""
        with contextlib.suppress(OSError):
            _pipe(self._process.stdin).close()
        try:
            self._process.wait(ENDING_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        _pipe(self._process.stdout).close()
        self._scratch.cleanup()

    def _take(self) -> bytes:
        """The sound just written; nothing of it stays in the folder."""
        sound = b""
        for file in self._folder.glob("*.wav"):
            sound = file.read_bytes()
            file.unlink()
        return sound

    @staticmethod
    def _ended(told: str) -> str:
        return f"piper ended ({told.strip()[:200] or 'without a word'}); try it by hand, then check"


def _pipe(end: IO[str] | None) -> IO[str]:
    """An end of a pipe that was asked for when the process was made."""
    if end is None:
        raise SynthesisError("piper has no pipe; start it again")
    return end


def _place() -> Path:
    return MEMORY if MEMORY.is_dir() else Path(tempfile.gettempdir())


def _clear_left_behind() -> None:
    """Remove the folders of processes that were killed before they could do so."""
    for folder in _place().glob(f"{PREFIX}*-*"):
        owner = folder.name.removeprefix(PREFIX).split("-")[0]
        with contextlib.suppress(ValueError, PermissionError):
            try:
                os.kill(int(owner), 0)
            except ProcessLookupError:
                shutil.rmtree(folder, ignore_errors=True)


def _model(folder: Path, voice: str) -> Path:
    return folder / f"{voice}.onnx"
