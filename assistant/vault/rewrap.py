"""Closing rows anew: those written in the clear before a table was sealed, and those of older keys.

Works beside the running service, a batch in a transaction, in the order of the primary key. Begun
again after a crash it passes over what is done already.
"""

from __future__ import annotations

import logging
from collections import Counter
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    and_,
    bindparam,
    column,
    delete,
    func,
    insert,
    inspect,
    select,
    table,
    text,
    tuple_,
    update,
)

from assistant.vault.columns import SEALED, SealedTable
from assistant.vault.first_sealing import seal_table, suits
from assistant.vault.rows import close
from assistant.vault.sealing import is_sealed, key_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sqlalchemy import ColumnElement, Connection, TableClause

    from assistant.database import Database
    from assistant.vault.sealing import Vault

log = logging.getLogger(__name__)

Key = tuple[Any, ...]
"The values of a primary key."
BATCH = 50
"Rows a transaction, so that the write lock is never held for 100 ms."
DONE = table("vault_sealed", column("name"), column("since"))


def seal_new_tables(database: Database, tables: Sequence[SealedTable] = SEALED) -> int:
    """Seal the rows of tables that were not sealed before; returns how many.

    Afterwards the database holds nothing of them in the clear, not even in free pages. Does nothing
    while the vault is locked.
    """
    if database.vault.locked:
        return 0
    waiting = [item for item in tables if item.name not in _done(database)]
    sealed = sum(
        seal_table(database, item) if suits(database, item) else _wrap(database, item, clear=True)
        for item in waiting
    )
    if any(_has_rows(database, item) for item in waiting):
        _scrub(database, waiting)
        log.info("%d rows were sealed for the first time", sealed)
    with database.begin() as connection:
        for item in waiting:
            _mark(connection, item.name)
    return sealed


def rewrap(database: Database, tables: Sequence[SealedTable] = SEALED, batch: int = BATCH) -> int:
    """Close every row with the key that writes now; returns how many were of another.

    Raises `TamperedError` at a row that is not what this program wrote; rows before it are done.
    """
    return sum(_wrap(database, item, clear=False, batch=batch) for item in tables)


def keys_in_use(database: Database, tables: Sequence[SealedTable] = SEALED) -> Counter[str]:
    """How many values are closed with each key."""
    found: Counter[str] = Counter()
    for item in tables:
        for rows in _pages(database, item, BATCH):
            values = (row[name] for row in rows for name in item.columns if row[name])
            found.update(name for value in values if (name := key_name(value)) is not None)
    return found


def _wrap(database: Database, item: SealedTable, *, clear: bool, batch: int = BATCH) -> int:
    """With `clear`, values that were never sealed are taken as they are, else they are refused."""
    changed = 0
    after: Key | None = None
    while True:
        with database.begin() as connection:
            rows = _page(connection, item, after, batch, lock=True)
            closed = [
                (_key(item, row), values)
                for row in rows
                if (values := _closed(database.vault, item, row, clear=clear))
            ]
            _replace(connection, item, closed)
        changed += len(closed)
        if len(rows) < batch:
            return changed
        after = _key(item, rows[-1])


def _key(item: SealedTable, row: Mapping[str, Any]) -> Key:
    return tuple(row[name] for name in item.keys)


def _closed(
    vault: Vault, item: SealedTable, row: Mapping[str, Any], *, clear: bool
) -> dict[str, Any] | None:
    """The row's key, index and sealed columns as they are to be; `None` where they are already."""
    values = {name: row[name] for name in item.columns if row[name]}
    if (values or not clear) and all(vault.is_current(value) for value in values.values()):
        return None
    place = item.place(row)
    opened = {
        name: value
        if clear and not is_sealed(value)
        else vault.open_(item.name, name, place, value)
        for name, value in values.items()
    }
    whole = {**row, **opened}
    if item.of is not None:
        whole[item.of] = opened.get(item.of, "")
    return close(vault, item.name, whole)


def _replace(
    connection: Connection, item: SealedTable, closed: Sequence[tuple[Key, dict[str, Any]]]
) -> None:
    rows, changes = _table(item), []
    for old, values in closed:
        new = _key(item, values)
        if new != old and _there(connection, rows, item, new):
            connection.execute(delete(rows).where(_is(rows, item, old)))
        else:
            changes.append({**values, **dict(zip(_old(item), old, strict=True))})
    if changes:
        names = [name for name in changes[0] if name not in _old(item)]
        fresh: dict[str, Any] = {name: bindparam(name) for name in names}
        ours = and_(
            *(
                rows.c[name] == bindparam(old)
                for name, old in zip(item.keys, _old(item), strict=True)
            )
        )
        connection.execute(update(rows).where(ours).values(fresh), changes)


def _old(item: SealedTable) -> tuple[str, ...]:
    """Names for the values of the key as it was: no column of ours begins so."""
    return tuple(f"old_{name}" for name in item.keys)


def _is(rows: TableClause, item: SealedTable, key: Key) -> ColumnElement[bool]:
    return and_(*(rows.c[name] == value for name, value in zip(item.keys, key, strict=True)))


def _there(connection: Connection, rows: TableClause, item: SealedTable, key: Key) -> bool:
    """Whether a row has that key; then it is newer than the one in the clear."""
    found = connection.execute(select(rows.c[item.key]).where(_is(rows, item, key)))
    return found.first() is not None


def _pages(database: Database, item: SealedTable, size: int) -> Iterator[list[Mapping[str, Any]]]:
    after: Key | None = None
    while True:
        with database.read() as connection:
            rows = _page(connection, item, after, size, lock=False)
        yield rows
        if len(rows) < size:
            return
        after = _key(item, rows[-1])


def _page(
    connection: Connection, item: SealedTable, after: Key | None, size: int, *, lock: bool
) -> list[Mapping[str, Any]]:
    rows = _table(item)
    keys = [rows.c[name] for name in item.keys]
    wanted = select(rows).order_by(*keys).limit(size)
    if after is not None:
        wanted = wanted.where(tuple_(*keys) > tuple_(*after) if item.more else keys[0] > after[0])
    if lock:
        wanted = wanted.with_for_update()
    return [dict(row) for row in connection.execute(wanted).mappings()]


def _table(item: SealedTable) -> TableClause:
    index = (item.index,) if item.index else ()
    names = dict.fromkeys((*item.keys, *item.columns, *index))
    return table(item.name, *(column(name) for name in names))


def _has_rows(database: Database, item: SealedTable) -> bool:
    """Rows may have been sealed by a start that was cut off before their traces were removed."""
    with database.read() as connection:
        return bool(_page(connection, item, None, 1, lock=False))


def _done(database: Database) -> set[str]:
    with database.read() as connection:
        return set(connection.execute(select(DONE.c.name)).scalars())


def _mark(connection: Connection, name: str) -> None:
    """Two nodes may have sealed the same table at once; one of them marks it."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("LOCK TABLE vault_sealed IN EXCLUSIVE MODE"))
    found = connection.execute(select(DONE.c.name).where(DONE.c.name == name)).first()
    if found is None:
        connection.execute(insert(DONE).values(name=name, since=func.current_timestamp()))


def _scrub(database: Database, tables: Sequence[SealedTable]) -> None:
    """Rewrite what the rows lay in before, so that no free page keeps them in the clear."""
    if database.engine.dialect.name != "sqlite":
        with database.engine.connect().execution_options(
            isolation_level="AUTOCOMMIT"
        ) as connection:
            known = set(inspect(connection).get_table_names())
            for name in sorted({item.name for item in tables} & known):
                connection.execute(text(f"VACUUM FULL {name}"))
        return
    raw = database.engine.raw_connection()
    try:
        cursor = raw.cursor()
        for statement in ("VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"):
            cursor.execute(statement)
            cursor.fetchall()
        cursor.close()
    finally:
        raw.close()
