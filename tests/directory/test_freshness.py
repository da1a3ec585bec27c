from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import update

from assistant.core.event import Flag
from assistant.database import open_database
from assistant.directory.checks import CheckStore
from assistant.directory.exchange import touch
from assistant.directory.freshness import Recent
from assistant.directory.store import DirectoryStore
from assistant.directory.tables import TABLES

NOW = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)
DEMO = Path(__file__).parents[2] / "assistant" / "directory" / "demo"


class Watch:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.at = 100.0

    def __call__(self) -> float:
        """Seconds."""
        return self.at


def test_a_value_is_looked_up_again_only_after_its_time() -> None:
    """Exactly then, and at once where this process has changed it."""
    watch, looked = Watch(), iter(range(10))
    recent = Recent(lambda: next(looked), 0.5, watch)
    assert [recent.get(), recent.get()] == [0, 0]
    watch.at += 0.49
    assert recent.get() == 0
    watch.at += 0.01
    assert recent.get() == 1
    recent.forget()
    assert recent.get() == 2


def test_without_a_time_it_is_looked_up_always() -> None:
    """As commands that run for a moment want it."""
    looked = iter(range(10))
    recent = Recent(lambda: next(looked), 0.0, Watch())
    assert [recent.get(), recent.get(), recent.get()] == [0, 1, 2]


def test_a_failed_look_up_is_not_kept() -> None:
    """The next question looks again."""
    reachable = iter([False, True])

    def look_up() -> int:
        if not next(reachable):
            raise OSError("gone")
        return 7

    recent = Recent(look_up, 60.0, Watch())
    with pytest.raises(OSError, match="gone"):
        recent.get()
    assert recent.get() == 7


def test_a_change_by_another_process_is_told_a_moment_later(tmp_path: Path) -> None:
    """The same records within the moment; the changed ones after it."""
    database = open_database(f"sqlite:///{tmp_path / 'a.db'}")
    store = DirectoryStore(database, "Asia/Shanghai", ("zh", "en"), recheck_s=3600)
    store.load_demo(DEMO)
    before = store.records()
    services = TABLES["services"]
    with database.begin() as connection:
        connection.execute(update(services).values(assured_date="2026-11-24"))
        touch(connection)
    assert store.records() is before
    other = DirectoryStore(database, "Asia/Shanghai", ("zh", "en"))
    assert other.records().services != before.services
    database.close()


def test_what_this_process_flags_is_withheld_at_once(tmp_path: Path) -> None:
    """However long the moment is."""
    database = open_database(f"sqlite:///{tmp_path / 'a.db'}")
    store = DirectoryStore(database, "Asia/Shanghai", ("zh", "en"))
    store.load_demo(DEMO)
    records, checks = store.records(), CheckStore(database, recheck_s=3600)
    assert checks.wrong(records) == frozenset()
    service = records.services[0].id
    checks.open(Flag(service, "phone", "wrong"), NOW)
    assert checks.wrong(records) == {(service, "phone")}
    checks.verified(service, "Wang", NOW.replace(day=26))
    assert checks.wrong(records) == frozenset()
    database.close()


def test_a_slow_look_does_not_undo_a_later_one() -> None:
    """Whoever asked first and was answered last had the older answer."""
    now = [0.0]
    inner: list[str] = []

    def look_up() -> str:
        if not inner:
            inner.append("begun")
            now[0] = 1.0
            assert recent.get() == "newer"
            return "older"
        return "newer"

    recent = Recent(look_up, 10.0, lambda: now[0])
    assert recent.get() == "older"
    assert recent.get() == "newer"
