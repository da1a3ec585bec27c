"""Notices and rosters changed one by one, with the checks an import makes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, select

from assistant.database import upsert
from assistant.directory.community import read_community
from assistant.directory.exchange import ImportRefusedError, touch
from assistant.directory.intake import Intake
from assistant.directory.tables import notices, rosters

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Row, Table

    from assistant.database import Database
    from assistant.directory.intake import Json


class DayStore:
    """Edits what is on: who is on duty, what is cooked, what is announced. For worker threads."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, table: str, entries: Sequence[Mapping[str, Json]]) -> tuple[str, ...]:
        """Add or replace entries as `community.json` has them; `table` is `rosters` or `notices`.

        Returns their ids. Raises `ImportRefusedError` if one cannot be understood; then nothing is
        changed.
        """
        intake = Intake()
        intake.community.append((table, {table: [dict(entry) for entry in entries]}))
        read = read_community(intake)
        if intake.problems:
            raise ImportRefusedError(intake.problems)
        with self._database.begin() as connection:
            upsert(connection, rosters, list(read.rosters.values()))
            upsert(connection, notices, list(read.notices.values()))
            touch(connection)
        return (*read.rosters, *read.notices)

    def remove(self, table: str, identifier: str) -> bool:
        """Take one entry out; whether it was there."""
        which = _table(table)
        with self._database.begin() as connection:
            gone = connection.execute(delete(which).where(which.c.id == identifier)).rowcount
            if gone:
                touch(connection)
        return bool(gone)

    def listing(self, table: str) -> list[Row[tuple[object, ...]]]:
        """Every entry, by its id."""
        which = _table(table)
        with self._database.read() as connection:
            return list(connection.execute(select(which).order_by(which.c.id)))


def _table(name: str) -> Table:
    return rosters if name == "rosters" else notices
