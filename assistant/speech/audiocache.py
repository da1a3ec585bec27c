"""Rendered audio kept by content: the newest in memory, what is known beforehand also on disk.

An entry on disk is its SHA-256 followed by the audio, written whole or not at all. Trouble with the
disk costs speed, never a prompt; it is logged once.
"""

from __future__ import annotations

import contextlib
import hashlib
import logging
import os
import tempfile
from collections import OrderedDict
from pathlib import Path
from typing import Final

log = logging.getLogger(__name__)

MEMORY_BYTES: Final = 16_000_000
"About 33 minutes of speech."

_DIGEST: Final = 32


def key_of(*parts: object) -> str:
    """A name for everything a rendering depends on."""
    return hashlib.sha256("\0".join(map(str, parts)).encode()).hexdigest()


class AudioCache:
    """Mu-law audio by key. `get` and `keep` touch the disk: call them from a worker thread."""

    def __init__(self, directory: Path, memory_bytes: int = MEMORY_BYTES) -> None:
        self._directory = directory
        self._room = memory_bytes
        self._memory: OrderedDict[str, bytes] = OrderedDict()
        self._warned = False

    def recent(self, key: str) -> bytes | None:
        """What is in memory; never touches the disk."""
        audio = self._memory.get(key)
        if audio is not None:
            self._memory.move_to_end(key)
        return audio

    def remember(self, key: str, audio: bytes) -> None:
        """Keep in memory only, the oldest making room; nothing of it outlives the process."""
        self._room += len(self._memory.pop(key, b"")) - len(audio)
        self._memory[key] = audio
        while self._room < 0 and self._memory:
            self._room += len(self._memory.popitem(last=False)[1])

    def get(self, key: str) -> bytes | None:
        """The entry on disk; a damaged one is removed and counts as none."""
        path = self._path(key)
        try:
            content = path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            self._warn(error)
            return None
        audio = content[_DIGEST:]
        if audio and hashlib.sha256(audio).digest() == content[:_DIGEST]:
            return audio
        log.warning("a damaged file in the audio cache is made again")
        with contextlib.suppress(OSError):
            path.unlink()
        return None

    def keep(self, key: str, audio: bytes) -> None:
        """Write an entry to disk, whole or not at all."""
        path = self._path(key)
        scratch = None
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            handle, scratch = tempfile.mkstemp(dir=path.parent, suffix=".part")
            with os.fdopen(handle, "wb") as file:
                file.write(hashlib.sha256(audio).digest() + audio)
            Path(scratch).replace(path)
        except OSError as error:
            self._warn(error)
            if scratch is not None:
                with contextlib.suppress(OSError):
                    Path(scratch).unlink(missing_ok=True)

    def _path(self, key: str) -> Path:
        return self._directory / key[:2] / f"{key}.ulaw"

    def _warn(self, error: OSError) -> None:
        if not self._warned:
            self._warned = True
            log.warning(
                "the audio cache %s cannot be used (%s); prompts are rendered each time. "
                "Make it writable, with room on its disk",
                self._directory,
                error.strerror,
            )
