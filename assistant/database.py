"""The database: engine, transactions, migrations, vault. SQLite by default, PostgreSQL by URL.

A room declares its tables on `metadata`, reads inside `Database.read()` and writes inside
`Database.begin()`. Both may be used from any thread. On SQLite a writing transaction takes the
write lock when it begins, so that it waits for other writers instead of failing halfway.
"""

from __future__ import annotations

import logging
import sqlite3
import time
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    DateTime,
    MetaData,
    create_engine,
    event,
    func,
    inspect,
    make_url,
    select,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlalchemy.types import TypeDecorator

from assistant.core.errors import DatabaseError, VaultError
from assistant.tenants import COLUMN, SETTING, admit, known_id, seed_of
from assistant.upgrading import copy_before, forget_clear_copies
from assistant.vault.register import enrol, unlock
from assistant.vault.rewrap import seal_new_tables
from assistant.vault.sealing import ALONE, Vault
from assistant.vault.sources import FILE, KeyFile, WithoutKeys

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sqlalchemy import Connection, Dialect, Engine, Table
    from sqlalchemy.engine import URL
    from sqlalchemy.engine.interfaces import DBAPIConnection
    from sqlalchemy.pool import ConnectionPoolEntry

    from assistant.vault.sources import KeySource

log = logging.getLogger(__name__)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)
"Every table of every room."

VERSION_TABLE = "alembic_version"
MIGRATIONS = Path(__file__).parent / "migrations"
BUSY_MS = 15_000
"How long a writer waits for another; an import of a large directory holds the lock for seconds."
WAL_ATTEMPTS = 100
WAL_PAUSE_S = 0.02
"Switching a new file to WAL does not wait for a rival who does the same: ask again for 2 s."
PATIENCE = {"connect_timeout": 5, "tcp_user_timeout": 10_000}
"""With a server: seconds until connecting is given up, milliseconds until a line that was cut is.
Without them a machine that lost its power holds every thread for a quarter of an hour."""
MIGRATION_LOCK = 0x6E6C696E
"Key of the PostgreSQL advisory lock under which one node migrates while the others wait."
ROWS_A_STATEMENT = 500
STATEMENTS = 128
"Different insertions of all rooms; each is kept once it is built."
VAULT = "vault"
"The option under which a transaction carries the vault of its database."


class UtcDateTime(TypeDecorator[datetime]):
    """A moment: aware on both sides, stored in UTC. A naive value is a mistake of the caller."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To UTC; SQLite keeps no zone, so none is handed to it."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("A moment without a zone cannot be stored; give it one.")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Back to an aware moment in UTC."""
        del dialect
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def storable(words: str) -> str:
    """The text without what a database cannot keep: NUL and halves of characters."""
    return words.replace("\0", "").encode("utf-8", "replace").decode("utf-8")


@dataclass(frozen=True, slots=True)
class Database:
    """An open, migrated database."""

    engine: Engine
    where: str
    "For messages: the file, or the URL without its password."
    vault: Vault = field(default_factory=lambda: Vault(None))
    "Seals what residents said, and their numbers."

    @property
    def site(self) -> str:
        """Whose rows these are."""
        return self.vault.site

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that only reads; never waits for a writer on SQLite.

        Raises `DatabaseError` if the database fails.
        """
        with self._transaction("DEFERRED") as connection:
            yield connection

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """A writing transaction: committed at the end, undone by an exception.

        Raises `DatabaseError` if the database fails: disk full, locked, gone.
        """
        with self._transaction("IMMEDIATE") as connection:
            yield connection

    @contextmanager
    def _transaction(self, mode: str) -> Iterator[Connection]:
        try:
            with self.engine.connect() as connection:
                options: dict[str, Any] = {"sqlite_begin": mode, VAULT: self.vault}
                connection = connection.execution_options(**options)  # noqa: PLW2901
                with connection.begin():
                    yield connection
        except DBAPIError as error:
            raise DatabaseError(_reason(self.where, error.orig or error)) from error

    def close(self) -> None:
        """Give every connection back."""
        self.engine.dispose()


def vault_of(connection: Connection) -> Vault:
    """The vault of the database a transaction of `Database` belongs to."""
    vault: Vault = connection.get_execution_options()[VAULT]
    return vault


def lock_seed(connection: Connection) -> int:
    """What a site mixes into its advisory locks, which a whole server shares."""
    return seed_of(vault_of(connection).site)


def upsert(
    connection: Connection,
    table: Table,
    rows: Sequence[Mapping[str, Any]],
    *,
    keep: Sequence[str] = (),
    newer: str | None = None,
) -> None:
    """Insert rows or replace those with the same primary key.

    Columns in `keep` keep their old value when a row is replaced; with `newer`, a row is replaced
    only by one whose value in that column is not smaller. Every row has the same columns.
    """
    if not rows:
        return
    statement = _replacing(connection.dialect.name, table, tuple(rows[0]), tuple(keep), newer)
    for start in range(0, len(rows), ROWS_A_STATEMENT):
        connection.execute(statement, [dict(row) for row in rows[start : start + ROWS_A_STATEMENT]])


def insert_once(connection: Connection, table: Table, row: Mapping[str, Any]) -> bool:
    """Insert a row unless its primary key is taken; whether it was inserted."""
    statement = _inserting(connection.dialect.name, table)
    result = connection.execute(statement, dict(row), execution_options={"preserve_rowcount": True})
    return result.rowcount == 1


@lru_cache(STATEMENTS)
def _replacing(
    dialect: str, table: Table, names: tuple[str, ...], keep: tuple[str, ...], newer: str | None
) -> sqlite.Insert | postgresql.Insert:
    """Building a statement costs more than running it, so each is built once."""
    insert = _insert(dialect, table)
    keys = [column.name for column in table.primary_key]
    changed = {
        name: insert.excluded[name] for name in names if name not in keys and name not in keep
    }
    where = None if newer is None else insert.excluded[newer] >= table.c[newer]
    unique = _unique(dialect, keys)
    return insert.on_conflict_do_update(index_elements=unique, set_=changed, where=where)


@lru_cache(STATEMENTS)
def _inserting(dialect: str, table: Table) -> sqlite.Insert | postgresql.Insert:
    keys = [column.name for column in table.primary_key]
    return _insert(dialect, table).on_conflict_do_nothing(index_elements=_unique(dialect, keys))


def _unique(dialect: str, keys: list[str]) -> list[str]:
    """On a server that sites may share, a key is unique within its site."""
    return keys if dialect == "sqlite" else [COLUMN, *keys]


def _insert(dialect: str, table: Table) -> sqlite.Insert | postgresql.Insert:
    return sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)


def open_database(url: str, keys: KeySource | None = None, site: str = ALONE) -> Database:
    """Open the database at `url`, create it if need be, and bring its tables up to date.

    `sqlite:///FOLDER/NAME.db` (the folder is made) or `postgresql+psycopg://…`. Several threads
    and processes may do this at once on an empty folder; one migrates, the others wait. Of a server
    that sites share, `site` sees its own rows alone. Without `keys` an SQLite file has them in
    `FOLDER/keys/`, and a server's sealed columns stay shut.

    Raises:
        DatabaseError: the URL is wrong, the file cannot be written or is no database, the server
            cannot be reached, the tables were written by a newer version, or the site may not
            be served from there.
        VaultError: a key that rows may need is missing, or keys cannot be read.
    """
    address = _address(url)
    on_sqlite = address.get_backend_name() == "sqlite"
    where = address.database if on_sqlite and address.database else address.render_as_string()
    if on_sqlite:
        _make_folder(address)
    engine = _engine(address, known_id(site), check=not on_sqlite)
    if on_sqlite:
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    database = Database(engine, where, Vault(None, site=site))
    try:
        if on_sqlite:
            _use_wal(engine)
        database = _prepared(database, keys or _keys_beside(address, on_sqlite=on_sqlite))
    except DBAPIError as error:
        engine.dispose()
        raise DatabaseError(_reason(where, error.orig or error)) from error
    except sqlite3.Error as error:
        engine.dispose()
        raise DatabaseError(_reason(where, error)) from error
    except (DatabaseError, VaultError):
        engine.dispose()
        raise
    return database


def _prepared(database: Database, keys: KeySource) -> Database:
    """With its vault unlocked, its tables up to date and sealed.

    Keys come first: without those of its rows nothing of a database is touched.
    """
    with database.read() as connection:
        fresh = not inspect(connection).has_table(VERSION_TABLE)
    with database.begin() if fresh else database.read() as connection:
        admit(connection, database.site, database.where, fresh=fresh)
    with database.read() as connection:
        vault = unlock(connection, keys, database.site)
    _migrate(database)
    database = replace(database, vault=vault)
    with database.begin() as connection:
        if connection.dialect.name == "postgresql":
            enrolling = MIGRATION_LOCK ^ lock_seed(connection)
            connection.execute(select(func.pg_advisory_xact_lock(enrolling)))
        enrol(connection, vault)
    seal_new_tables(database)
    if database.engine.dialect.name == "sqlite" and not vault.locked:
        forget_clear_copies(Path(database.where))
    return database


def _keys_beside(address: URL, *, on_sqlite: bool) -> KeySource:
    if not on_sqlite:
        return WithoutKeys()
    return KeyFile(Path(address.database or "").parent / "keys" / FILE)


def _address(url: str) -> URL:
    try:
        address = make_url(url)
        address.get_dialect()
    except (ArgumentError, ImportError, NoSuchModuleError) as error:
        raise DatabaseError(
            "database.url is not the address of a database this program knows; write "
            "sqlite:///data/assistant.db or postgresql+psycopg://USER@HOST/NAME."
        ) from error
    if address.get_backend_name() == "sqlite" and address.database in (None, "", ":memory:"):
        raise DatabaseError(
            "database.url names no file; threads and processes share a file only: "
            "write sqlite:///data/assistant.db."
        )
    return address


def _engine(address: URL, site: str, *, check: bool) -> Engine:
    try:
        if not check:
            return create_engine(address, hide_parameters=True)
        patience = {name: value for name, value in PATIENCE.items() if name not in address.query}
        # Given while connecting, so that nothing that resets a session takes it away.
        options = f"{address.query.get('options', '')} -c {SETTING}={site}".strip()
        return create_engine(
            address,
            hide_parameters=True,
            pool_pre_ping=True,
            connect_args={**patience, "options": options},
        )
    except ImportError as error:
        raise DatabaseError(
            f"database.url needs the Python package {error.name}, which is not installed; "
            "install it, or use sqlite:///data/assistant.db."
        ) from error


def _make_folder(address: URL) -> None:
    folder = Path(address.database or "").parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DatabaseError(
            f"The folder {folder} for the database cannot be made ({error.strerror}); "
            "choose another with --data or change its permissions."
        ) from error


def _prepare_sqlite(connection: DBAPIConnection, record: ConnectionPoolEntry) -> None:
    """Settings that last for one connection; transactions are begun by `_begin_sqlite`."""
    del record
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute("PRAGMA synchronous = NORMAL")
    cursor.execute("PRAGMA secure_delete = ON")  # deleted words are overwritten; 2 % of a write
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    mode = connection.get_execution_options().get("sqlite_begin", "DEFERRED")
    connection.exec_driver_sql(f"BEGIN {mode}")


def _use_wal(engine: Engine) -> None:
    """Write-ahead logging: readers and one writer do not wait for each other. Stays in the file."""
    connection = engine.raw_connection()
    try:
        for attempt in range(WAL_ATTEMPTS):
            try:
                cursor = connection.cursor()
                cursor.execute("PRAGMA journal_mode = WAL")
                cursor.close()
            except sqlite3.OperationalError as error:
                if "locked" not in str(error) or attempt == WAL_ATTEMPTS - 1:
                    raise
                time.sleep(WAL_PAUSE_S)
            else:
                return
    finally:
        connection.close()


REASONS = {
    "must be owner": "has tables of an older version, and its role may not change them; start the "
    "site whose role owns them first",
    "not a database": "is not a database; restore a backup, or move the file away to start afresh",
    "malformed": "is damaged; restore a backup",
    "unable to open": "cannot be opened; make its folder writable, or choose another with --data",
    "readonly": "may not be written; make the file and its folder writable",
    "read-only": "may not be written; make the file and its folder writable",
    "locked": "is held by another program; end that program and try again",
    "full": "cannot grow; make room on the disk",
}
"What SQLite says, and what it means to an operator."


def _reason(where: str, cause: BaseException) -> str:
    said = str(cause)
    for words, meaning in REASONS.items():
        if words in said:
            return f"The database {where} {meaning}."
    first = said.strip().partition("\n")[0]
    return f"The database {where} failed: {first}. Check its address, its disk and its server."


def _migrate(database: Database) -> None:
    """Bring the tables to the newest revision, under a lock, in one transaction.

    A file that has tables already is copied first.
    """
    _copy_before(database)
    with database.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(select(func.pg_advisory_xact_lock(MIGRATION_LOCK)))
        current = _revision(connection)
        if current == newest_revision():
            return
        _upgrade(connection, database.where, current)
    log.info("database migrated from %s to %s", current or "nothing", newest_revision())


def _copy_before(database: Database) -> None:
    """Keep an SQLite file as it is before it is upgraded; a new one and a current one need none."""
    if database.engine.dialect.name != "sqlite":
        return
    with database.read() as connection:
        current = _revision(connection)
    if current is not None and current < newest_revision():
        copy_before(Path(database.where), current)


def newest_revision() -> str:
    """The revision this program's tables are at: the highest number under `versions/`."""
    return max(path.stem.partition("_")[0] for path in (MIGRATIONS / "versions").glob("0*.py"))


def _revision(connection: Connection) -> str | None:
    """The revision the database is at; `None` for an empty one."""
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    found = connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar()  # noqa: S608 - a constant
    return str(found) if found is not None else None


def _upgrade(connection: Connection, where: str, current: str | None) -> None:
    from alembic import command  # noqa: PLC0415 - half a second that a current database need not wait
    from alembic.config import Config  # noqa: PLC0415
    from alembic.util import CommandError  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise DatabaseError(
            f"The database {where} was written by a newer version of this program (its tables are "
            f"at {current}, this version knows {newest_revision()}); install that version, or "
            "restore a backup made with this one."
        ) from error
