from __future__ import annotations

import os
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Column, Index, Integer, MetaData, Table, Text, select
from sqlalchemy.exc import StatementError

import assistant.alarms.store
import assistant.audit.store
import assistant.callbacks.outcomes
import assistant.callbacks.roster
import assistant.callbacks.tables
import assistant.cards.store
import assistant.cases.closings
import assistant.cases.store
import assistant.cases.tables
import assistant.corrections.store
import assistant.directory.tables
import assistant.drill.results
import assistant.memory.hearings
import assistant.memory.preferences
import assistant.memory.store
import assistant.outbox.tables
import assistant.polls.tables
import assistant.privacy.tables
import assistant.public.store
import assistant.radar.store
import assistant.rights.tables
import assistant.scorecard.tables
import assistant.staff.tables
import assistant.themes.tables
import assistant.vault.tables
from assistant.core.errors import DatabaseError
from assistant.database import (
    UtcDateTime,
    insert_once,
    metadata,
    newest_revision,
    open_database,
    storable,
    upsert,
)
from assistant.tenants import COLUMN

if TYPE_CHECKING:
    from assistant.benchmarks.postgres_server import PostgresServer
    from assistant.database import Database

ROOMS = (
    assistant.alarms.store,
    assistant.audit.store,
    assistant.callbacks.outcomes,
    assistant.callbacks.roster,
    assistant.callbacks.tables,
    assistant.cards.store,
    assistant.cases.closings,
    assistant.cases.store,
    assistant.cases.tables,
    assistant.corrections.store,
    assistant.directory.tables,
    assistant.drill.results,
    assistant.memory.hearings,
    assistant.memory.preferences,
    assistant.memory.store,
    assistant.outbox.tables,
    assistant.polls.tables,
    assistant.privacy.tables,
    assistant.public.store,
    assistant.radar.store,
    assistant.scorecard.tables,
    assistant.rights.tables,
    assistant.themes.tables,
    assistant.vault.tables,
    assistant.staff.tables,
)
ROOT = Path(__file__).parents[1]

notes = Table(
    "notes_of_a_test",
    MetaData(),
    Column("key", Text, primary_key=True),
    Column("text", Text),
    Column("number", Integer),
    Column("at", UtcDateTime),
)


def url_in(folder: Path) -> str:
    """The address of a database in a folder."""
    return f"sqlite:///{folder / 'assistant.db'}"


def test_migrations_make_exactly_the_tables_the_rooms_declare(any_database: Database) -> None:
    """A table or column declared in a room and missing from the migrations is found here."""
    assert {table for room in ROOMS for table in vars(room).values() if isinstance(table, Table)}
    with any_database.read() as connection:
        on_sqlite = connection.dialect.name == "sqlite"
        declared = metadata if on_sqlite else _within_sites()
        differences = compare_metadata(MigrationContext.configure(connection), declared)
    assert differences == []


def _within_sites() -> MetaData:
    """The same tables as a server has them: with the column of the sites, first in every index."""
    shared = MetaData()
    for table in metadata.sorted_tables:
        copy = table.to_metadata(shared)
        copy.append_column(Column(COLUMN, Text, nullable=False))
        for index in list(copy.indexes):
            copy.indexes.discard(index)
            kept = index.dialect_options["postgresql"]["where"]
            columns = [copy.c[COLUMN], *index.expressions]
            Index(index.name, *columns, unique=index.unique, postgresql_where=kept)
    return shared


def test_every_connection_has_the_settings(tmp_path: Path) -> None:
    """WAL, foreign keys, NORMAL and a busy time-out hold on more than the first connection."""
    database = open_database(url_in(tmp_path))
    pragmas = ("journal_mode", "foreign_keys", "synchronous", "busy_timeout")
    with database.read() as first, database.read() as second:
        found = [
            tuple(c.exec_driver_sql(f"PRAGMA {name}").scalar() for name in pragmas)
            for c in (first, second)
        ]
    database.close()
    assert found == [("wal", 1, 1, 15_000)] * 2


def test_an_open_database_opens_again_with_its_rows(tmp_path: Path) -> None:
    """What was written is there after closing and opening, in a folder that had to be made."""
    url = url_in(tmp_path / "a" / "b")
    database = open_database(url)
    with database.begin() as connection:
        insert_once(connection, assistant.cases.store.code_counter, {"letters": "GH", "value": 7})
    database.close()
    again = open_database(url)
    with again.read() as connection:
        value = connection.execute(select(assistant.cases.store.code_counter.c.value)).scalar()
    again.close()
    assert value == 7


def test_an_exception_undoes_the_transaction(tmp_path: Path) -> None:
    """A row written before the exception is gone, and so is a table."""
    database = open_database(url_in(tmp_path))

    def write_and_fail() -> None:
        with database.begin() as connection:
            notes.create(connection)
            insert_once(connection, notes, {"key": "a"})
            raise KeyError

    with pytest.raises(KeyError):
        write_and_fail()
    with pytest.raises(DatabaseError), database.read() as connection:
        connection.execute(select(notes))
    database.close()


def test_a_newer_schema_is_refused(tmp_path: Path) -> None:
    """A database of a later version is not touched, and the sentence names both revisions."""
    database = open_database(url_in(tmp_path))
    with database.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    database.close()
    with pytest.raises(DatabaseError, match=rf"newer version.*9999.*{newest_revision()}") as caught:
        open_database(url_in(tmp_path))
    assert "\n" not in str(caught.value)


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    """Anything else under the name of the database is named, not overwritten."""
    (tmp_path / "assistant.db").write_bytes(b"These are not the rows you look for. " * 100)
    before = (tmp_path / "assistant.db").read_bytes()
    with pytest.raises(DatabaseError, match=r"assistant\.db is not a database"):
        open_database(url_in(tmp_path))
    assert (tmp_path / "assistant.db").read_bytes() == before


def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    """A file stands where the folder should be."""
    (tmp_path / "data").write_text("a file")
    with pytest.raises(DatabaseError, match="cannot be made"):
        open_database(url_in(tmp_path / "data"))


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may write everywhere")
def test_an_unwritable_folder_is_refused(tmp_path: Path) -> None:
    """One plain sentence says what to do."""
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(DatabaseError, match="make its folder writable"):
            open_database(url_in(tmp_path))
    finally:
        tmp_path.chmod(0o700)


def test_a_folder_in_place_of_the_file_is_refused(tmp_path: Path) -> None:
    """SQLite cannot open a folder; the operator is told, even the superuser."""
    (tmp_path / "assistant.db").mkdir()
    with pytest.raises(DatabaseError, match="cannot be opened"):
        open_database(url_in(tmp_path))


@pytest.mark.parametrize(
    "url", ["", "data/assistant.db", "oracle9://x/y", "sqlite://", "sqlite:///:memory:"]
)
def test_a_wrong_address_is_refused(url: str) -> None:
    """The sentence shows how an address is written."""
    with pytest.raises(DatabaseError, match="sqlite:///data"):
        open_database(url)


def test_a_missing_driver_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the package that speaks to PostgreSQL its name is said, not a traceback."""
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(DatabaseError, match="package psycopg"):
        open_database("postgresql+psycopg://office@127.0.0.1/line")


OPEN = """
import sys
from assistant.database import open_database
open_database(sys.argv[1]).close()
"""


@pytest.fixture(params=["sqlite", "postgresql"])
def new_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database without tables: a file not there yet, or an empty one."""
    if request.param == "sqlite":
        return url_in(tmp_path / "new")
    server: PostgresServer = request.getfixturevalue("postgres")
    return server.create("without_tables")


def test_two_processes_open_an_empty_database_at_once(new_url: str) -> None:
    """One migrates, the other waits; neither fails."""
    url = new_url
    both = [
        subprocess.Popen([sys.executable, "-c", OPEN, url], cwd=ROOT, stderr=subprocess.PIPE)
        for _ in range(2)
    ]
    said = [process.communicate(timeout=60)[1] for process in both]
    assert [(process.returncode, text) for process, text in zip(both, said, strict=True)] == [
        (0, b"")
    ] * 2


def test_many_threads_open_an_empty_folder_at_once(tmp_path: Path) -> None:
    """Eight threads with an engine each: all get an open database."""
    start = threading.Barrier(8)
    opened: list[str] = []

    def open_one() -> None:
        start.wait()
        database = open_database(url_in(tmp_path))
        opened.append(database.where)
        database.close()

    threads = [threading.Thread(target=open_one) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert opened == [str(tmp_path / "assistant.db")] * 8


def test_moments_are_stored_in_utc_and_come_back_aware(tmp_path: Path) -> None:
    """Half past eight in Shanghai is half past midnight in UTC, in the file as well."""
    moment = datetime(2026, 11, 25, 8, 30, 0, 250, tzinfo=timezone(timedelta(hours=8)))
    database = open_database(url_in(tmp_path))
    with database.begin() as connection:
        notes.create(connection)
        insert_once(connection, notes, {"key": "a", "at": moment})
        found = connection.execute(select(notes.c.at)).scalar_one()
        stored = connection.exec_driver_sql("SELECT at FROM notes_of_a_test").scalar()
    database.close()
    assert (found, found.tzinfo, stored) == (moment, UTC, "2026-11-25 00:30:00.000250")


def test_a_moment_without_a_zone_is_a_mistake(tmp_path: Path) -> None:
    """Nothing guesses which zone was meant."""
    database = open_database(url_in(tmp_path))
    naive = datetime(2026, 11, 25, 8, 30)  # noqa: DTZ001 - the mistake that is tested
    with database.begin() as connection:
        notes.create(connection)
        with pytest.raises(StatementError, match="without a zone"):
            insert_once(connection, notes, {"key": "a", "at": naive})
    database.close()


def test_upsert_replaces_keeps_and_lets_the_newest_win(tmp_path: Path) -> None:
    """A kept column keeps its first value; an older row changes nothing; an equal one does."""
    early, late = (datetime(2026, 1, day, tzinfo=UTC) for day in (1, 2))
    database = open_database(url_in(tmp_path))
    with database.begin() as connection:
        notes.create(connection)
        upsert(connection, notes, [])
        for text, number, at in (("a", 1, late), ("b", 2, early), ("c", 3, late)):
            row = {"key": "k", "text": text, "number": number, "at": at}
            upsert(connection, notes, [row], keep=["number"], newer="at")
        found = connection.execute(select(notes)).one()
    database.close()
    assert tuple(found) == ("k", "c", 1, late)


def test_insert_once_says_whether_it_inserted(tmp_path: Path) -> None:
    """The second row with the same key is not there."""
    database = open_database(url_in(tmp_path))
    with database.begin() as connection:
        notes.create(connection)
        said = [insert_once(connection, notes, {"key": "k", "text": text}) for text in "ab"]
        found = connection.execute(select(notes.c.text)).scalars().all()
    database.close()
    assert (said, found) == ([True, False], ["a"])


@pytest.mark.parametrize(
    ("words", "kept"),
    [("停水了", "停水了"), ("a\0b", "ab"), ("half \ud83d", "half ?"), ("😀", "😀")],
    ids=["chinese", "nul", "surrogate", "emoji"],
)
def test_texts_a_database_cannot_keep_are_made_storable(words: str, kept: str) -> None:
    """NUL is left out and half a character becomes a question mark; all else stays."""
    assert storable(words) == kept


def test_an_error_never_shows_what_was_written(tmp_path: Path) -> None:
    """Parameters may be telephone numbers, so they stay out of messages."""
    database = open_database(url_in(tmp_path))
    with pytest.raises(DatabaseError) as caught, database.begin() as connection:
        insert_once(connection, notes, {"key": "+8613800000000"})
    database.close()
    assert "13800000000" not in f"{caught.value} {caught.value.__cause__}"
