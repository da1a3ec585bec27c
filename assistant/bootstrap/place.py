"""The folder of `run.py`, what is made in it, and the stamps that say what is done."""

from __future__ import annotations

import hashlib
import os
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ENVIRONMENT = "environment"
"""The step that makes `.venv` itself; every other step is named after its lock."""


class SetupError(Exception):
    """The environment cannot be made; the message is one plain sentence with the remedy.

    Not an `AssistantError`: this room works before anything else can be relied on.
    """


@dataclass(frozen=True, slots=True)
class Place:
    """Paths beside `run.py`, and which steps of the preparation are done."""

    root: Path
    """The folder of `run.py`."""

    @property
    def venv(self) -> Path:
        """The environment."""
        return self.root / ".venv"

    @property
    def python(self) -> Path:
        """The environment's interpreter."""
        return self.venv / ("Scripts/python.exe" if os.name == "nt" else "bin/python")

    @property
    def log(self) -> Path:
        """Where the full output of the preparation goes."""
        return self.root / "setup.log"

    @property
    def packages(self) -> Path:
        """The folder that packages are installed into, as far as it exists."""
        found = [*self.venv.glob("lib/python3.*/site-packages"), self.venv / "Lib/site-packages"]
        return found[0]

    def is_done(self, step: str) -> bool:
        """Whether a step was finished with this very interpreter and this very lock."""
        try:
            return self.python.exists() and self._stamp(step).read_text("utf-8") == self._due(step)
        except FileNotFoundError:
            return False

    def set_done(self, step: str) -> None:
        """Write the stamp of a step, whole or not at all."""
        fresh = self.venv / "fresh.stamp"
        fresh.write_text(self._due(step), "utf-8")
        fresh.replace(self._stamp(step))

    def _stamp(self, step: str) -> Path:
        return self.venv / f"{step}.stamp"

    def _due(self, step: str) -> str:
        """What the stamp must hold: the interpreter behind the environment, and the lock's hash."""
        behind = str(self.python.resolve())
        if step == ENVIRONMENT:
            return behind
        return f"{behind}\n{hashlib.sha256((self.root / step).read_bytes()).hexdigest()}"


@contextmanager
def only_one(path: Path) -> Iterator[IO[str]]:
    """Hold the lock file; the operating system lets it go when its holders are gone.

    Raises:
        SetupError: another start holds it.
    """
    with path.open("a", encoding="utf-8") as lock:
        try:
            _lock(lock)
        except (BlockingIOError, PermissionError) as busy:
            message = (
                f"another start is preparing the environment in {path.parent};"
                " wait until it has finished, then run it again."
            )
            raise SetupError(message) from busy
        yield lock


def _lock(file: IO[str]) -> None:
    if sys.platform == "win32":
        import msvcrt  # noqa: PLC0415  # exists on Windows only

        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
    else:
        import fcntl  # noqa: PLC0415  # exists on POSIX only

        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
