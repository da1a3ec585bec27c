"""Who is signed in at the desks of a bench."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from assistant.benchmarks import desk
from assistant.database import open_database
from assistant.staff.sessions import SessionStore
from assistant.vault.sources import key_source


def test_desks_sign_in_when_the_bench_begins(tmp_path: Path) -> None:
    """However long ago the program was loaded: a session ends after minutes without a click."""
    before = datetime.fromtimestamp(int(time.time()), UTC)
    url = f"sqlite:///{tmp_path / 'line.db'}"
    database = open_database(url, key_source("", (), tmp_path / "keys"))
    try:
        cookies = desk.sessions(database, tmp_path)
        store = SessionStore(database, timedelta(minutes=15))
        found = [store.find(one, before + timedelta(minutes=14)) for one in cookies]
        assert all(one and not one.locked and one.seen >= before for one in found)
    finally:
        database.close()
