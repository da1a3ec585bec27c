"""Connections: addresses, the settings of every connection, patience with a server."""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from assistant.core.errors import DatabaseError
from assistant.tenants import PROGRAM, SETTING, known_id

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine
    from sqlalchemy.engine import URL
    from sqlalchemy.engine.interfaces import DBAPIConnection
    from sqlalchemy.pool import ConnectionPoolEntry

BUSY_MS = 15_000
"How long a writer waits for another; an import of a large directory holds the lock for seconds."
WAL_ATTEMPTS = 100
WAL_PAUSE_S = 0.02
"Switching a new file to WAL does not wait for a rival who does the same: ask again for 2 s."
PATIENCE = {"connect_timeout": 5, "tcp_user_timeout": 10_000}
"""With a server: seconds until connecting is given up, milliseconds until a line that was cut is.
Without them a machine that lost its power holds every thread for a quarter of an hour."""


def known_address(url: str) -> URL:
    """The address of a database this program knows. Raises `DatabaseError` for another."""
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


def connecting(address: URL, site: str) -> Engine:
    """An engine whose connections are ready for our use; an SQLite file's folder is made.

    Raises `DatabaseError`.
    """
    engine = _engine(address, known_id(site))
    if address.get_backend_name() == "sqlite":
        _make_folder(address)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def _engine(address: URL, site: str) -> Engine:
    try:
        if address.get_backend_name() == "sqlite":
            return create_engine(address, hide_parameters=True)
        patience = {name: value for name, value in PATIENCE.items() if name not in address.query}
        # Given while connecting, so that nothing that resets a session takes it away.
        options = f"{address.query.get('options', '')} -c {SETTING}={site}".strip()
        return create_engine(
            address,
            hide_parameters=True,
            pool_pre_ping=True,
            connect_args={**patience, "options": options, "application_name": PROGRAM},
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


def use_wal(engine: Engine) -> None:
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
