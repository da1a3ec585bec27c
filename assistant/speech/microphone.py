"""Recording from the machine's own microphone, by a program most systems have."""

from __future__ import annotations

import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from assistant.core.errors import DataError

RECORDERS: Final = (
    ("arecord", "-q", "-t", "wav", "-f", "S16_LE", "-r", "48000", "-c", "1"),
    ("rec", "-q", "-c", "1", "-r", "48000", "-b", "16"),
)
"""arecord of alsa-utils, then rec of sox: each takes a file's name last, records until it is
interrupted, and then closes the file properly."""

STARTING_S: Final = 5.0
"Opening a microphone takes a fraction of a second; a wireless one a few."

ENDING_S: Final = 5.0
"Closing a file takes well under a second."


def recorder() -> tuple[str, ...] | None:
    """The command of the first recorder on this machine; `None` when there is none."""
    for name, *options in RECORDERS:
        found = shutil.which(name)
        if found is not None:
            return (found, *options)
    return None


def record(command: tuple[str, ...], path: Path, until: Callable[[], object]) -> None:
    """Record into `path` until `until` returns, or raises; it is called once the recorder runs.

    Raises `DataError` with the recorder's own words when it made no file.
    """
    process = subprocess.Popen(
        [*command, str(path)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
    )
    try:
        if _running(process, path):
            until()
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
        try:
            _, told = process.communicate(timeout=ENDING_S)
        except subprocess.TimeoutExpired:
            process.kill()
            _, told = process.communicate()
    if not path.is_file() or path.stat().st_size == 0:
        reason = " ".join(told.split())[:200] or "it said nothing"
        raise DataError(f"{command[0]}: nothing was recorded ({reason}); check the microphone")


def _running(process: subprocess.Popen[str], path: Path) -> bool:
    """Whether the recorder has begun its file; `False` when it ended or takes too long."""
    deadline = time.monotonic() + STARTING_S
    while process.poll() is None and time.monotonic() < deadline:
        if path.exists():
            return True
        time.sleep(0.02)
    return False
