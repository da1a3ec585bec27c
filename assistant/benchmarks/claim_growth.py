"""What a claim costs with ten thousand, a hundred thousand and a million callbacks waiting.

Four processes claim and begin to ring from one PostgreSQL server; every claimed callback leaves the
queue, as in life, so that what claims leave behind in the index is measured too.
"""

from __future__ import annotations

import multiprocessing
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import numpy as np
from sqlalchemy import text

from assistant.callbacks.claims import Claims
from assistant.database import open_database

if TYPE_CHECKING:
    from multiprocessing.queues import Queue

    from assistant.benchmarks.postgres_server import PostgresServer

NODES = 4
CLAIMS = 500
"By each of the nodes; the first of each, which opens its connection, is not counted."
LEASE_S = 60.0
NOW = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)
# Without numbers and words: they are sealed, and have no part in the order of claims.
FILL = """
INSERT INTO callbacks (
    code, phone, language, intent, words, channel, conversation, asked, priority, rank, state,
    window_start, window_end, offered, safe_word, staff_ready, staff_tries, attempt, spent,
    extra_day, version, updated, fence)
SELECT 'GH' || n, '', 'zh', 'case.report', '', 'voice', '',
    timestamptz '2026-11-25 00:00+00' - (n::bigint * 7919 % 10007) * interval '1 minute',
    CASE WHEN n % 50 = 0 THEN 'P1' WHEN n % 3 = 0 THEN 'P3' ELSE 'P2' END,
    CASE WHEN n % 50 = 0 THEN 2 WHEN n % 3 = 0 THEN 4 ELSE 3 END,
    'due', timestamptz '2026-11-25 01:00+00', timestamptz '2026-11-25 03:00+00', '[]', '',
    false, 0, 0, 0, false, 1, timestamptz '2026-11-25 01:00+00', 0
FROM generate_series(1, :rows) AS n
"""


def growth(server: PostgresServer, sizes: tuple[int, ...]) -> list[dict[str, Any]]:
    """A line of figures for each number of waiting callbacks, in milliseconds."""
    return [_measured(server.create(f"growth_{rows}"), rows) for rows in sizes]


def _measured(url: str, rows: int) -> dict[str, Any]:
    database = open_database(url)
    with database.begin() as connection:
        connection.execute(text(FILL), {"rows": rows})
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE callbacks"))
    database.close()
    fresh = multiprocessing.get_context("spawn")
    told: Queue[tuple[list[str], list[float]]] = fresh.Queue()
    nodes = [fresh.Process(target=_claim, args=(url, name, told)) for name in range(NODES)]
    for node in nodes:
        node.start()
    found = [told.get(timeout=300) for _ in nodes]
    for node in nodes:
        node.join()
    codes = [code for mine, _ in found for code in mine]
    times = np.array([took for _, mine in found for took in mine])
    return {
        "waiting": rows,
        "nodes": NODES,
        "claims": len(codes),
        "claimed_twice": len(codes) - len(set(codes)),
        "p50_ms": round(float(np.percentile(times, 50)), 2),
        "p99_ms": round(float(np.percentile(times, 99)), 2),
        "most_ms": round(float(times.max()), 2),
    }


def _claim(url: str, name: int, told: Queue[tuple[list[str], list[float]]]) -> None:
    """One node: claim, mean to ring, go on."""
    database = open_database(url)
    claims = Claims(database)
    codes, times = [], []
    for number in range(CLAIMS + 1):
        began = time.perf_counter()
        claimed = claims.claim(f"node {name}", LEASE_S)
        if number:
            times.append((time.perf_counter() - began) * 1000)
        if claimed is None:
            break
        codes.append(claimed.callback.code)
        claims.intend(codes[-1], claimed.attempt, "staff", claimed.fence, NOW, by="staff")
    told.put((codes, times))
    database.close()
