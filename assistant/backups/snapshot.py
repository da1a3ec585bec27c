"""The SQLite file: a consistent copy while it is written to, and putting a copy in its place."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from assistant.core.errors import DatabaseError

if TYPE_CHECKING:
    from pathlib import Path

WAIT_S = 15.0
BESIDE = ("-wal", "-shm")
"What SQLite keeps beside a database that is in use."
VERSION = "select version_num from alembic_version"


def snapshot(database: Path, into: Path) -> str:
    """Write a whole, compact copy; returns the newest migration it has.

    It is one moment of the database: readers and writers go on meanwhile. What was deleted is not
    in it. Raises `DatabaseError` if the file cannot be read or the disk is full.
    """
    try:
        with closing(sqlite3.connect(f"file:{database}?mode=ro", timeout=WAIT_S, uri=True)) as old:
            old.execute("VACUUM INTO ?", (str(into),))
        into.chmod(0o600)
        return checked(into)
    except (sqlite3.Error, OSError) as error:
        raise DatabaseError(
            f"{database} could not be copied ({error}); is the disk full?"
        ) from error


def checked(copy: Path) -> str:
    """The newest migration of a copy that is whole. Raises `DatabaseError` for a damaged one."""
    try:
        with closing(sqlite3.connect(f"file:{copy}?mode=ro", uri=True)) as found:
            verdict = found.execute("PRAGMA integrity_check(1)").fetchone()[0]
            version = found.execute(VERSION).fetchone()
    except sqlite3.Error as error:
        raise DatabaseError(f"The copy's database cannot be read ({error}).") from error
    if verdict != "ok" or version is None:
        raise DatabaseError(f"The copy's database is damaged ({verdict}); take another copy.")
    return str(version[0])


def in_use(database: Path) -> bool:
    """Whether a program has this database open. Folds the write-ahead log into an idle one."""
    if not database.exists():
        return False
    with closing(sqlite3.connect(database, timeout=0.2)) as found:
        try:
            mode = found.execute("PRAGMA journal_mode=DELETE").fetchone()[0]
        except sqlite3.OperationalError:
            return True
    return bool(mode != "delete")


def put_in_place(copy: Path, database: Path, aside: Path) -> None:
    """Let `copy` be the database; the one there was is kept as `aside`.

    Raises `DatabaseError` while a program has the database open.
    """
    if in_use(database):
        raise DatabaseError(
            f"{database} is in use; stop the service (Ctrl-C, or systemctl stop), then restore."
        )
    if database.exists():
        database.replace(aside)
    for ending in BESIDE:
        database.with_name(database.name + ending).unlink(missing_ok=True)
    copy.replace(database)
