"""Run pip and venv with their output in a log that is watched while it grows."""

from __future__ import annotations

import os
import subprocess
import time
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

from assistant.bootstrap.pip_report import explain
from assistant.bootstrap.place import Place, SetupError

if TYPE_CHECKING:
    from collections.abc import Callable

POLL_SECONDS = 0.1

# What a user may have set for other work and would send the packages elsewhere.
FOREIGN_SETTINGS = frozenset(
    {
        *("PYTHONHOME", "PYTHONPATH", "PIP_PREFIX", "PIP_PYTHON", "PIP_ROOT", "PIP_TARGET"),
        *("PIP_NO_BINARY", "PIP_ONLY_BINARY", "PIP_DRY_RUN", "PIP_QUIET", "PIP_VERBOSE"),
    }
)


@dataclass(frozen=True, slots=True)
class Job:
    """One preparation: where, with the log and the lock held open."""

    place: Place
    log: IO[str]
    lock: IO[str]

    def run(self, command: list[str], watch: Callable[[str], None] | None = None) -> None:
        """Run a command to its end, showing `watch` what it has newly written.

        Raises:
            SetupError: it failed; the sentence is made from what it wrote.
        """
        self.log.write(f"$ {' '.join(command)}\n")
        self.log.flush()
        with self.place.log.open(encoding="utf-8", errors="replace") as output:
            start = output.seek(0, os.SEEK_END)
            code = self._follow(command, output, watch or (lambda _new: None))
            if code != 0:
                output.seek(start)
                raise SetupError(explain(output.read(), self.place.root, self.place.log))

    def _follow(self, command: list[str], output: IO[str], watch: Callable[[str], None]) -> int:
        with self._start(command) as process:
            try:
                while process.poll() is None:
                    watch(output.read())
                    time.sleep(POLL_SECONDS)
            except BaseException:
                process.terminate()
                raise
            watch(output.read())
        return process.returncode

    def _start(self, command: list[str]) -> subprocess.Popen[bytes]:
        """Start a child that shares the lock.

        Should this process be killed, the next start waits its turn until the orphan has gone too.
        """
        return subprocess.Popen(
            command,
            cwd=self.place.root,
            env=_clean_environment(),
            stdin=subprocess.DEVNULL,
            stdout=self.log,
            stderr=subprocess.STDOUT,
            pass_fds=() if os.name == "nt" else (self.lock.fileno(),),
        )


def _clean_environment() -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if key not in FOREIGN_SETTINGS}
    return {**kept, "PIP_USER": "0", "PYTHONUNBUFFERED": "1", "PYTHONIOENCODING": "utf-8"}
