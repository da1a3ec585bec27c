"""Sealing a whole table of an SQLite file for the first time, before a service has begun.

In one transaction, in the order in which rows lie in the file, without the indexes that the blind
index is part of, which are made again at the end: rows are otherwise met in random places, and a
million of them take five times as long. Cut off, it leaves everything as it was.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import text

from assistant.vault.rows import close
from assistant.vault.sealing import is_sealed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sqlalchemy import Connection

    from assistant.database import Database
    from assistant.vault.columns import SealedTable
    from assistant.vault.sealing import Vault

PAGE = 5000
"Rows read at a time, so that memory stays small."
CACHE_KB, USUAL_KB = 65_536, 2_000
"Of the file's pages in memory meanwhile, and SQLite's own measure."
INDEXES = text(
    "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = :table"
    " AND sql IS NOT NULL"
)
MADE = text("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = :table")


def suits(database: Database, item: SealedTable) -> bool:
    """Whether a table can be sealed so: its rows lie in places of their own and keep their key."""
    if database.engine.dialect.name != "sqlite" or item.index in item.keys:
        return False
    with database.read() as connection:
        made = connection.execute(MADE, {"table": item.name}).scalar()
    return made is not None and "WITHOUT ROWID" not in made.upper()


def seal_table(database: Database, item: SealedTable) -> int:
    """Seal what stands in the clear; returns how many rows that were. Raises `DatabaseError`."""
    with database.begin() as connection:
        connection.exec_driver_sql(f"PRAGMA cache_size = -{CACHE_KB}")
        before = _indexes(connection, item)
        for name in before:
            connection.exec_driver_sql(f'DROP INDEX "{name}"')
        changed = sum(
            _page(connection, database.vault, item, rows) for rows in _rows(connection, item)
        )
        for made in before.values():
            connection.exec_driver_sql(made)
        connection.exec_driver_sql(f"PRAGMA cache_size = -{USUAL_KB}")
    return changed


def _indexes(connection: Connection, item: SealedTable) -> dict[str, str]:
    """By name, how those indexes are made that hold the blind index."""
    if item.index is None:
        return {}
    found = connection.execute(INDEXES, {"table": item.name})
    return {name: made for name, made in found if item.index in made}


def _rows(connection: Connection, item: SealedTable) -> Iterator[list[dict[str, Any]]]:
    columns = ", ".join(f'"{name}"' for name in dict.fromkeys((*item.keys, *item.columns)))
    wanted = text(
        f'SELECT rowid AS "lies_at", {columns} FROM "{item.name}"'  # noqa: S608 - names of `columns.py`
        " WHERE rowid > :after ORDER BY rowid LIMIT :most"
    )
    after = -(1 << 63)
    while True:
        rows = [
            dict(row)
            for row in connection.execute(wanted, {"after": after, "most": PAGE}).mappings()
        ]
        if rows:
            yield rows
            after = rows[-1]["lies_at"]
        if len(rows) < PAGE:
            return


def _page(
    connection: Connection, vault: Vault, item: SealedTable, rows: list[dict[str, Any]]
) -> int:
    names = [*item.columns, *([item.index] if item.index else [])]
    changed = ", ".join(f'"{name}" = ?' for name in names)
    closed = [values for row in rows if (values := _closed(vault, item, row, names)) is not None]
    if closed:
        update = f'UPDATE "{item.name}" SET {changed} WHERE rowid = ?'  # noqa: S608 - as above
        connection.exec_driver_sql(update, closed)
    return len(closed)


def _closed(
    vault: Vault, item: SealedTable, row: Mapping[str, Any], names: list[str]
) -> tuple[Any, ...] | None:
    """The columns as they are to be, and the row's place; `None` where all is sealed already."""
    held = {name: row[name] for name in item.columns}
    told = [value for value in held.values() if value]
    if told and all(map(is_sealed, told)):
        return None
    keys = {name: row[name] for name in item.keys}
    clear = {
        name: vault.open_(item.name, name, item.place(row), value)
        if value and is_sealed(value)
        else value
        for name, value in held.items()
    }
    if item.of is not None:
        clear[item.of] = clear[item.of] or ""
    whole = close(vault, item.name, {**keys, **clear})
    return (*(whole[name] for name in names), row["lies_at"])
