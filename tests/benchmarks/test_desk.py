"""Who is signed in at the desks of a bench."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import time_machine

from assistant.benchmarks import desk
from assistant.database import open_database
from assistant.staff.sessions import SessionStore
from assistant.vault.sources import key_source


def test_desks_sign_in_when_the_bench_begins(tmp_path: Path) -> None:
    """However long ago the program was loaded: a session ends after minutes without a click."""
    begins = datetime.now(UTC) + timedelta(hours=1)
    database = open_database(
        f"sqlite:///{tmp_path / 'line.db'}", key_source("", (), tmp_path / "keys")
    )
    try:
        with time_machine.travel(begins, tick=False):
            cookies = desk.sessions(database, tmp_path)
        store = SessionStore(database, timedelta(minutes=15))
        found = [store.find(one, begins + timedelta(minutes=14)) for one in cookies]
        assert found
        assert all(one is not None and not one.locked for one in found)
    finally:
        database.close()
