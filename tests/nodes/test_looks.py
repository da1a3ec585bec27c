"""What is looked at now and then is looked at by one node at a time."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

import pytest
from psycopg import connect
from sqlalchemy import func, select

import assistant.app  # noqa: F401 - rules of retention name the tables of every room
from assistant.alarm_clock import Look, alarm_clock
from assistant.config import RetentionDays
from assistant.nodes import one_after_the_other, the_only_one
from assistant.privacy.retention import Retention
from assistant.privacy.tables import retention_runs
from assistant.retaining import Keeping  # noqa: F401 - as above

if TYPE_CHECKING:
    from apscheduler.schedulers.background import BackgroundScheduler

    from assistant.benchmarks.postgres_server import PostgresServer
    from assistant.database import Database

    Reopen = Callable[[], Database]

pytestmark = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
NOW = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)


def clock_of(database: Database, look: Look) -> BackgroundScheduler:
    """The alarm clock of one node."""
    return alarm_clock([look], "Asia/Shanghai", partial(the_only_one, database))


def test_one_node_looks_while_the_other_waits(reopen: Reopen) -> None:
    """Two clocks at the same pace: never two looks at a time; one that is alone does them all."""
    inside, overlaps, runs = threading.Lock(), [], []

    def look(node: int) -> None:
        if not inside.acquire(blocking=False):
            overlaps.append(node)
            return
        with ExitStack() as stack:
            stack.callback(inside.release)
            runs.append(node)
            time.sleep(0.05)

    clocks = [clock_of(reopen(), Look("slow", 0.07, partial(look, node))) for node in (0, 1)]
    for clock in clocks:
        clock.start()
    time.sleep(1)
    assert runs
    clocks[0].shutdown()
    runs.clear()
    time.sleep(0.5)
    clocks[1].shutdown()
    assert set(runs) == {1}
    assert overlaps == []


def test_the_nightly_run_is_made_once(reopen: Reopen) -> None:
    """Both nodes find it due; the one that comes second finds it done."""
    nodes = [reopen(), reopen()]
    whole = len(_rules(nodes[0]))
    with nodes[0].begin() as connection:
        connection.execute(retention_runs.delete())

    def look(database: Database) -> None:
        retention = Retention(database, _days())
        if retention.last() is None:
            retention.run(NOW)

    clocks = [clock_of(node, Look("retention", 0.05, partial(look, node))) for node in nodes]
    for clock in clocks:
        clock.start()
    time.sleep(1)
    for clock in clocks:
        clock.shutdown()
    with nodes[0].read() as connection:
        count = connection.execute(select(func.count()).select_from(retention_runs)).scalar()
    assert count == whole


def _days() -> dict[str, int]:
    return dict.fromkeys(RetentionDays.model_fields, 30)


def _rules(database: Database) -> list[object]:
    """What one run writes down."""
    Retention(database, _days()).run(NOW)
    with database.read() as connection:
        return list(connection.execute(select(retention_runs)).all())


def test_a_lock_ends_with_its_node(reopen: Reopen, postgres: PostgresServer) -> None:
    """Whoever held it is cut off in the middle; the next one comes in at once."""
    held, other = reopen(), reopen()
    with the_only_one(held, "drill") as mine:
        assert mine
        with the_only_one(other, "drill") as also:
            assert not also
        with the_only_one(other, "figures") as another:
            assert another
        _cut_off(postgres, held)
        with the_only_one(other, "drill") as now_mine:
            assert now_mine
    with held.read() as connection:
        assert connection.execute(select(1)).scalar() == 1


def _cut_off(postgres: PostgresServer, database: Database) -> None:
    """End every connection of that database that is inside a transaction."""
    address = f"host={postgres.folder} user=postgres dbname=postgres"
    with connect(address, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = %s AND state = 'idle in transaction'",
            [database.engine.url.database],
        )


def test_turns_with_one_resident_follow_each_other(reopen: Reopen) -> None:
    """The second waits for the first; another resident waits for nobody."""
    order: list[str] = []
    first, second = reopen(), reopen()

    def later() -> None:
        with one_after_the_other(second, "her"):
            order.append("second")

    with one_after_the_other(first, "her"):
        thread = threading.Thread(target=later)
        thread.start()
        with one_after_the_other(second, "somebody else"):
            order.append("other")
        time.sleep(0.2)
        order.append("first")
    thread.join(10)
    assert order == ["other", "first", "second"]
