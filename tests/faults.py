"""Faults that tests make on purpose, each taken back at its end."""

from __future__ import annotations

import resource
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.app import RECHECK_S

if TYPE_CHECKING:
    from assistant.app import House


@contextmanager
def no_room_on_disk() -> Iterator[None]:
    """No byte more can be written to any file by this process, as on a full disk."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, limits[1]))
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, before)


@contextmanager
def database_away(house: House) -> Iterator[None]:
    """Where the file was lies something that is no database; nothing read before is believed."""
    file = Path(house.database.where)
    house.close()
    kept = file.rename(file.with_name("kept"))
    file.mkdir()
    time.sleep(RECHECK_S)  # what was read a moment ago is believed for so long
    try:
        yield
    finally:
        file.rmdir()
        kept.rename(file)
