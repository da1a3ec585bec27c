from __future__ import annotations

import sqlite3
import threading
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from assistant.audit.chain import Head
from assistant.audit.store import AuditLog
from assistant.core.errors import DatabaseError
from assistant.database import Database, open_database

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

NOW = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)
KEY = "made-up"
ENTRIES = 5


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where the database lies."""
    return tmp_path / "assistant.db"


@pytest.fixture
def database(file: Path) -> Iterator[Database]:
    """An empty database."""
    opened = open_database(f"sqlite:///{file}")
    yield opened
    opened.close()


@pytest.fixture
def log(database: Database) -> AuditLog:
    """A log with five entries."""
    kept = AuditLog(database, KEY)
    for number in range(ENTRIES):
        at = NOW + timedelta(minutes=number)
        kept.note("王芳", "number.reveal", at, which=f"GH00000{number}", why="ring_back")
    return kept


@pytest.fixture
def tamper(file: Path, log: AuditLog) -> Callable[[str], None]:
    """Write into the file as somebody with the disk in hand would, without its triggers."""
    assert log.fault() is None

    def change(statement: str) -> None:
        with sqlite3.connect(file) as connection:
            for trigger in ("audit_no_update", "audit_no_delete"):
                connection.execute(f"DROP TRIGGER {trigger}")
            connection.execute(statement)
        connection.close()

    return change


@pytest.mark.parametrize("word", ["UPDATE audit SET who = 'x'", "DELETE FROM audit"])
def test_the_table_is_only_added_to(database: Database, log: AuditLog, word: str) -> None:
    """The database itself refuses, whatever program asks."""
    with pytest.raises(DatabaseError), database.begin() as connection:
        connection.execute(text(word))
    assert log.fault() is None
    assert log.head().number == ENTRIES


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("UPDATE audit SET who = '李主任' WHERE number = 3", "entry 3 was changed"),
        ("UPDATE audit SET why = 'mistake' WHERE number = 1", "entry 1 was changed"),
        (
            "UPDATE audit SET at = '2026-11-24 00:00:00.000000' WHERE number = 5",
            "entry 5 was changed",
        ),
        ("DELETE FROM audit WHERE number = 2", "entry 2 is missing"),
        ("DELETE FROM audit WHERE number = 5", "entries 5 to 5 were cut off"),
        ("DELETE FROM audit WHERE number > 1", "entries 2 to 5 were cut off"),
        ("DELETE FROM audit", "entries 1 to 5 were cut off"),
        ("UPDATE audit SET number = 9 WHERE number = 5", "entry 5 is missing"),
        ("DELETE FROM audit_seal", "the seal of the log is missing"),
        ("UPDATE audit_seal SET seal = 'x'", "the seal of the log was not made by this program"),
    ],
)
def test_tampering_with_the_file_is_found(
    log: AuditLog, tamper: Callable[[str], None], statement: str, found: str
) -> None:
    """Changes, removals, cuts at the end, and a seal that does not fit."""
    tamper(statement)
    assert log.fault() == found


def test_two_entries_that_changed_places_are_found(
    log: AuditLog, tamper: Callable[[str], None], file: Path
) -> None:
    """With their numbers swapped, so that there is no gap."""
    tamper(
        "UPDATE audit SET number = CASE number WHEN 2 THEN -3 ELSE -2 END WHERE number IN (2, 3)"
    )
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE audit SET number = -number WHERE number < 0")
    connection.close()
    assert log.fault() == "entry 2 was changed"


def test_cutting_log_and_seal_together_needs_the_key(
    log: AuditLog, tamper: Callable[[str], None], database: Database
) -> None:
    """Without the key nobody makes the seal of a shorter log; paper finds even a stolen key."""
    paper = log.head()
    tamper("DELETE FROM audit WHERE number = 5")
    thief = AuditLog(database, "another key")
    cut = thief.head()
    thief.note("王芳", "emergency.view", NOW)
    assert log.fault() == "the seal of the log was not made by this program"
    assert AuditLog(database, "another key").fault() is None
    assert thief.fault(paper) is not None
    assert thief.fault(cut) is None


def test_many_at_once_make_one_chain(database: Database, log: AuditLog) -> None:
    """Threads do not fork it."""

    def work(name: str) -> None:
        for _ in range(10):
            log.note(name, "request.view", NOW)

    threads = [threading.Thread(target=work, args=(f"desk {n}",)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert log.fault() is None
    assert AuditLog(database, KEY).head().number == ENTRIES + 60


def test_reading_goes_backwards_a_page_at_a_time(log: AuditLog) -> None:
    """The newest first."""
    first = log.latest(most=2)
    assert [one.number for one in first] == [5, 4]
    assert [one.number for one in log.latest(before=4, most=2)] == [3, 2]


def test_strange_fields_are_kept_as_they_can_be(log: AuditLog) -> None:
    """Halves of characters, NUL and very long names do not break the chain."""
    log.note("x\0\ud800" + "长" * 500, "what", NOW, which="a" * 1000)
    assert log.fault() is None


def test_an_empty_log_is_whole(database: Database) -> None:
    """Before anybody has done anything."""
    log = AuditLog(database, KEY)
    assert log.fault() is None
    assert log.fault(Head(1, "0" * 64)) is not None


def test_postgresql_refuses_changes_too(postgres_url: str) -> None:
    """The same on the other database: added to, never changed, removed or emptied."""
    opened = open_database(postgres_url)
    log = AuditLog(opened, KEY)
    for _ in range(3):
        log.note("王芳", "request.view", NOW)
    for word in ("UPDATE audit SET who = 'x'", "DELETE FROM audit", "TRUNCATE audit"):
        with pytest.raises(DatabaseError), opened.begin() as connection:
            connection.execute(text(word))
    assert log.fault() is None
    opened.close()
