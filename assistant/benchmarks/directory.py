"""A large directory: how fast it is imported and searched, how much memory it takes.

Every size is imported by one fresh process and served by another, as an office's computer would.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import numpy as np

from assistant.benchmarks.cold import peak_mb
from assistant.benchmarks.made_up import questions, write
from assistant.core.answer import Lookup
from assistant.database import open_database
from assistant.directory.answers import answer_query, services_by_id
from assistant.directory.exchange import import_tables
from assistant.directory.search import Index
from assistant.directory.store import DirectoryStore

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

SIZES = (1_000, 10_000, 100_000)
GOALS = {"search_p99_ms": 20, "import_rows_s": 5000, "memory_mb": 400, "open_now_p99_ms": 1}
"Of issue 7, at the largest size."
ASKED = 600
ZONE = "Asia/Shanghai"
NOW = datetime(2026, 11, 25, 10, tzinfo=ZoneInfo(ZONE))
ROOT = Path(__file__).parents[2]


def run(data: Path, sizes: Iterable[int] = SIZES) -> dict[str, Any]:
    """Figures by number of services; `data` is not touched."""
    del data
    return {"goals": GOALS, "sizes": [measure(size) for size in sizes]}


def measure(services: int) -> dict[str, Any]:
    """Import and serve a made-up city of so many services."""
    with tempfile.TemporaryDirectory() as folder:
        tables = Path(folder) / "tables"
        tables.mkdir()
        rows = write(tables, services)
        taken = _fresh("import", folder)
        served = _fresh("serve", folder)
        return {"services": services, "rows": rows, "import": taken, "serve": served}


def _fresh(part: str, folder: str) -> dict[str, float]:
    command = [sys.executable, "-m", __name__, part, folder]
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def _import(folder: Path) -> dict[str, float]:
    database = open_database(f"sqlite:///{folder / 'assistant.db'}")
    began, busy = time.perf_counter(), time.process_time()
    report = import_tables([folder / "tables"], database)
    passed, worked = time.perf_counter() - began, time.process_time() - busy
    database.close()
    rows = sum(report.counts.values())
    return {
        "seconds": round(passed, 2),
        "rows_s": round(rows / passed),
        "rows_cpu_s": round(rows / worked),
        "peak_mb": round(peak_mb(), 1),
    }


def _serve(folder: Path) -> dict[str, float]:
    database = open_database(f"sqlite:///{folder / 'assistant.db'}")
    began = time.perf_counter()
    records = DirectoryStore(database, ZONE, ("zh", "en")).records()
    read = time.perf_counter()
    index, known = Index(records), services_by_id(records)
    ready = time.perf_counter()
    asked = questions(len(records.services), ASKED)
    found = [_timed(partial(index.find, item.text, "zh")) for item in asked]
    first = sum(
        bool(hits) and hits[0].service == item.service
        for item, (hits, _) in zip(asked, found, strict=True)
    )
    opened = []
    for item in asked:
        query = Lookup(("open_now",), (item.service,), "", "zh")
        call = partial(answer_query, records, index, query, NOW, known=known)
        opened.append(_timed(call)[1])
    return {
        "read_s": round(read - began, 2),
        "index_s": round(ready - read, 2),
        **_spread("search", [taken for _, taken in found]),
        "search_top_1": round(first / len(asked), 3),
        **_spread("open_now", opened),
        "peak_mb": round(peak_mb(), 1),
    }


def _timed(call: Callable[[], Any]) -> tuple[Any, tuple[float, float]]:
    """What a call gives, and how many milliseconds it took: passed, and of the processor."""
    began, busy = time.perf_counter(), time.thread_time()
    found = call()
    return found, ((time.perf_counter() - began) * 1000, (time.thread_time() - busy) * 1000)


def _spread(name: str, taken: list[tuple[float, float]]) -> dict[str, float]:
    """Half and all but one in a hundred took no longer; `cpu` leaves out waiting for others."""
    passed, worked = np.array(taken).T
    found = {
        f"{name}_p50_ms": np.percentile(passed, 50),
        f"{name}_p99_ms": np.percentile(passed, 99),
        f"{name}_cpu_p99_ms": np.percentile(worked, 99),
    }
    return {key: round(float(value), 3) for key, value in found.items()}


if __name__ == "__main__":
    part = {"import": _import, "serve": _serve}[sys.argv[1]]
    sys.stdout.write(json.dumps(part(Path(sys.argv[2]))))
