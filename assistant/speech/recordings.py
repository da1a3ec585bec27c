"""Prompts a person of the office has recorded, kept under the data folder.

`<folder>/<language>/<prompt>.<variant>.wav` holds the sound, ready for the line; `recordings.json`
beside it says which words each holds, how long it lasts and its checksum. A recording is played
only where exactly its words are to be said: when a prompt is reworded, its old recordings fall
silent. To give one up, delete its file.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import re
import tempfile
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from assistant.core.errors import DataError
from assistant.core.ports import SAMPLE_RATE
from assistant.speech.audio import Samples, encode_wav, read_wav

log = logging.getLogger(__name__)

INDEX: Final = "recordings.json"
_NAME: Final = re.compile(r"(?P<prompt>[\w-]+(\.[\w-]+)*?)(\.(?P<variant>[1-9]\d?))?")
"A file's name without `.wav`: the prompt, then the number of a variant."


@dataclass(frozen=True, slots=True)
class Recording:
    """One recording as the index has it."""

    prompt: str
    variant: int
    text: str
    "The words it holds."
    seconds: float
    sha256: str
    "Of the file."

    @property
    def file(self) -> str:
        """Its name in the language's folder."""
        return f"{self.prompt}.{self.variant}.wav"


def parse_name(stem: str) -> tuple[str, int] | None:
    """Prompt and variant of a file named `prompt[.variant].wav`; `None` for any other name."""
    found = _NAME.fullmatch(stem)
    return (found["prompt"], int(found["variant"] or 1)) if found else None


class Recordings:
    """The recordings under one folder, as they were when this was made.

    Reads the index only; a file is read, and checked, when it is wanted.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known: dict[str, list[Recording]] = {}
        self._turns: Counter[tuple[str, str]] = Counter()

    def of(self, language: str) -> list[Recording]:
        """Every recording of a language, by prompt and variant."""
        if language not in self._known:
            self._known[language] = _read_index(self._folder / language)
        return self._known[language]

    def choose(self, prompt: str, language: str, text: str) -> list[Recording]:
        """The recordings of these words, the one whose turn it is first.

        Variants take turns, so that a prompt heard twice in a call does not sound like a machine.
        """
        fitting = [item for item in self.of(language) if (item.prompt, item.text) == (prompt, text)]
        if not fitting:
            return []
        turn = self._turns[prompt, language] % len(fitting)
        self._turns[prompt, language] += 1
        return fitting[turn:] + fitting[:turn]

    def path(self, recording: Recording, language: str) -> Path:
        """Where its sound lies."""
        return self._folder / language / recording.file

    def load(self, recording: Recording, language: str) -> Samples:
        """Its sound. Raises `DataError` when the file is missing or no longer what was stored."""
        path = self.path(recording, language)
        samples = read_wav(path)
        if _sha256(path.read_bytes()) != recording.sha256:
            raise DataError(f"{path}: changed since it was imported; import the recording again")
        return samples

    def add(
        self, language: str, prompt: str, variant: int, text: str, samples: Samples
    ) -> Recording:
        """Keep a recording, in place of an older one of the same number.

        Whoever holds this object hears it at once, others from their next start on. Raises
        `DataError` when the folder cannot be written.
        """
        content = encode_wav(samples)
        seconds = round(samples.size / SAMPLE_RATE, 2)
        new = Recording(prompt, variant, text, seconds, _sha256(content))
        kept = [item for item in self.of(language) if item.file != new.file]
        listed = sorted([*kept, new], key=lambda item: (item.prompt, item.variant))
        folder = self._folder / language
        try:
            folder.mkdir(parents=True, exist_ok=True)
            _write(folder / new.file, content)
            lines = json.dumps([asdict(item) for item in listed], ensure_ascii=False, indent=1)
            _write(folder / INDEX, lines.encode() + b"\n")
        except OSError as error:
            raise DataError(
                f"{folder}: the recording cannot be kept ({error.strerror}); "
                "make room on the disk, or change the folder's owner"
            ) from error
        self._known[language] = listed
        return new

    def remove(self, language: str, prompt: str) -> bool:
        """Give up every recording of a prompt, at once; whether there were any.

        Raises `DataError` when the folder cannot be written.
        """
        gone = [item for item in self.of(language) if item.prompt == prompt]
        if not gone:
            return False
        kept = [item for item in self.of(language) if item.prompt != prompt]
        folder = self._folder / language
        try:
            lines = json.dumps([asdict(item) for item in kept], ensure_ascii=False, indent=1)
            _write(folder / INDEX, lines.encode() + b"\n")
            for item in gone:
                (folder / item.file).unlink(missing_ok=True)
        except OSError as error:
            raise DataError(
                f"{folder}: the recording cannot be removed ({error.strerror}); "
                "change the folder's owner"
            ) from error
        self._known[language] = kept
        return True


def _read_index(folder: Path) -> list[Recording]:
    try:
        listed = json.loads((folder / INDEX).read_text("utf-8"))
        found = [Recording(**item) for item in listed]
    except FileNotFoundError:
        return []
    except (OSError, TypeError, ValueError) as error:
        log.warning(
            "%s cannot be used (%s); prompts are synthesised. Import the recordings again",
            folder / INDEX,
            type(error).__name__,
        )
        return []
    return [item for item in found if parse_name(item.file.removesuffix(".wav"))]


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _write(path: Path, content: bytes) -> None:
    """Write a file, whole or not at all."""
    handle, scratch = tempfile.mkstemp(dir=path.parent, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(scratch).replace(path)
    except OSError:
        Path(scratch).unlink(missing_ok=True)
        raise
