"""What imports replaced, so that the last one can be undone, and the one before it.

New rows of an HSDS table stand behind all others, so the position they begin at is enough to find
them; of a row that is replaced or removed, the old one is kept.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, delete, func, insert, select, update

from assistant.core.errors import DataError
from assistant.database import upsert
from assistant.directory.shelf import batches
from assistant.directory.tables import (
    TABLES,
    imports,
    notices,
    replaced,
    rosters,
    site_facts,
    translations,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection, Table

KEPT = 10
"Imports that can be undone; older ones are forgotten."
AT_ONCE = 500
OTHERS: Mapping[str, Table] = {
    table.name: table for table in (translations, rosters, notices, site_facts)
}
"Tables without positions."


class History:
    """Notes what an import is about to change. Without a moment it notes nothing."""

    def __init__(self, connection: Connection, at: datetime | None, files: Sequence[str]) -> None:
        self._connection = connection
        self._id: int | None = None
        self._begun: dict[str, int] = {}
        if at is not None:
            row = {"at": at, "files": list(files), "begun": {}}
            made = connection.execute(insert(imports).values(row).returning(imports.c.id))
            self._id = made.scalar_one()
            self._forget(self._id)

    @property
    def number(self) -> int | None:
        """By which this import can be undone; `None` where nothing is noted."""
        return self._id

    def begin(self, stem: str, position: int) -> None:
        """From this position on the rows of a table are new."""
        if self._id is None or stem in self._begun:
            return
        self._begun[stem] = position
        self._connection.execute(
            update(imports).where(imports.c.id == self._id).values(begun=self._begun)
        )

    def remember(self, stem: str, ids: Sequence[str]) -> None:
        """Keep rows of an HSDS table that are about to be replaced or removed."""
        if self._id is None:
            return
        table = TABLES[stem]
        for some in batches(ids, AT_ONCE):
            found = self._connection.execute(select(table).where(table.c.id.in_(some)))
            self._keep(stem, [({"id": row["id"]}, dict(row)) for row in found.mappings()])

    def remember_keyed(self, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
        """Keep the rows of a table without positions that these replace, or that none were."""
        if self._id is None:
            return
        kept = []
        for row in rows:
            key = {column.name: row[column.name] for column in table.primary_key}
            found = self._connection.execute(select(table).where(_is(table, key))).mappings()
            before = found.one_or_none()
            kept.append((key, None if before is None else _plain(before)))
        self._keep(table.name, kept)

    def _keep(
        self, table: str, kept: Sequence[tuple[dict[str, Any], dict[str, Any] | None]]
    ) -> None:
        rows = [
            {"import_id": self._id, "table_name": table, "key": key, "row": row}
            for key, row in kept
        ]
        if rows:
            self._connection.execute(insert(replaced), rows)

    def _forget(self, newest: int) -> None:
        self._connection.execute(delete(replaced).where(replaced.c.import_id <= newest - KEPT))
        self._connection.execute(delete(imports).where(imports.c.id <= newest - KEPT))


def undo(connection: Connection, number: int | None = None) -> tuple[datetime, list[str]]:
    """Take back the last import; returns when it was and of which files.

    Rows it replaced are as they were before it, whatever became of them since. With `number`, the
    last one is taken back only if it is that one.

    Raises:
        DataError: there is no import to take back, or another one came after it.
    """
    last = connection.execute(select(imports).order_by(imports.c.id.desc()).limit(1)).one_or_none()
    if last is None:
        raise DataError("There is no import to undo; the ten last ones can be undone, once each.")
    if number is not None and last.id != number:
        raise DataError("The directory was changed again since; undo the later change first.")
    for stem, position in last.begun.items():
        table = TABLES[stem]
        connection.execute(delete(table).where(table.c.position >= position))
    kept = select(replaced).where(replaced.c.import_id == last.id).order_by(replaced.c.id.desc())
    for item in connection.execute(kept).all():
        _put_back(connection, item.table_name, item.key, item.row)
    connection.execute(delete(replaced).where(replaced.c.import_id == last.id))
    connection.execute(delete(imports).where(imports.c.id == last.id))
    at: datetime = last.at
    files: list[str] = last.files
    return at, files


def _put_back(
    connection: Connection, name: str, key: Mapping[str, Any], row: Mapping[str, Any] | None
) -> None:
    if name in TABLES:
        upsert(connection, TABLES[name], [dict(row or {})])
    elif row is None:
        connection.execute(delete(OTHERS[name]).where(_is(OTHERS[name], key)))
    else:
        days = {column.name for column in OTHERS[name].c if column.type.python_type is date}
        whole = {
            column: date.fromisoformat(value) if value and column in days else value
            for column, value in row.items()
        }
        upsert(connection, OTHERS[name], [whole])


def _plain(row: Mapping[Any, Any]) -> dict[str, Any]:
    """A row as JSON can hold it."""
    return {
        name: value.isoformat() if isinstance(value, date) else value for name, value in row.items()
    }


def _is(table: Table, key: Mapping[str, Any]) -> ColumnElement[bool]:
    return and_(*(table.c[column] == value for column, value in key.items()))


def imports_kept(connection: Connection) -> int:
    """How many imports can be undone."""
    return connection.execute(select(func.count()).select_from(imports)).scalar_one()
