"""Callbacks under the worst: processes killed while they ring, a million waiting, a whole week.

*Crash*: `kill -9` at random moments of the whole life, on SQLite and PostgreSQL, with one and four
processes. *Growth*: what a claim costs as the queue grows. *Week*: an office with its absences.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.benchmarks import office_week
from assistant.benchmarks.claim_growth import growth
from assistant.benchmarks.postgres_server import postgres_server
from assistant.benchmarks.ring_crash import crash, nursery

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assistant.benchmarks.postgres_server import PostgresServer

KILLS, ROWS = 1000, 1_000_000
PROCESSES = (1, 4)


def run(_data: Path, *, kills: int = KILLS, rows: int = ROWS) -> dict[str, Any]:
    """All figures; `kills` for each database and number of processes, growth up to `rows`."""
    with postgres_server() as server:
        return {
            "crash": list(_crashes(server, kills)),
            "growth": growth(server, tuple(sorted({rows // 100, rows // 10, rows} - {0}))),
            "week": office_week.run(),
        }


def _crashes(server: PostgresServer, kills: int) -> Iterator[dict[str, Any]]:
    with nursery() as nest, tempfile.TemporaryDirectory(prefix="callbacks-crash-") as scratch:
        for processes in PROCESSES:
            files, served = (Path(scratch) / f"{kind}{processes}" for kind in ("file", "served"))
            for url, folder in (
                (f"sqlite:///{files / 'assistant.db'}", files),
                (server.create(f"crash_{processes}"), served),
            ):
                yield crash(nest, url, folder, kills=kills, processes=processes)
