"""Rows written whole: insert or replace, and insert once."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sqlalchemy.dialects import postgresql, sqlite

from assistant.tenants import COLUMN

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Connection, Table

ROWS_A_STATEMENT = 500
STATEMENTS = 128
"Different insertions of all rooms; each is kept once it is built."


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
