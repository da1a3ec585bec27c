"""What staff and limits ask of the outbox: which texts there are, how they stand, how many went."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from assistant.database import storable
from assistant.outbox.tables import Kept, outbox
from assistant.vault.rows import open_values

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Row

    from assistant.database import Database
    from assistant.outbox.delivery import State


class Asked:
    """Reads the outbox and changes nothing. Called from worker threads."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, key: str) -> Kept | None:
        """One text by its key."""
        with self._database.read() as connection:
            row = connection.execute(select(outbox).where(outbox.c.key == storable(key))).first()
        return None if row is None else self._kept(row)

    def listing(self, states: Sequence[State]) -> tuple[Kept, ...]:
        """Texts in these states, the oldest first."""
        statement = (
            select(outbox)
            .where(outbox.c.state.in_(states))
            .order_by(outbox.c.updated, outbox.c.key)
        )
        with self._database.read() as connection:
            return tuple(self._kept(row) for row in connection.execute(statement))

    def counts_since(self, since: datetime) -> dict[State, int]:
        """Texts that were asked for or moved on since then, by state."""
        table = outbox
        counted = select(table.c.state, func.count()).where(table.c.updated >= since)
        with self._database.read() as connection:
            return dict(connection.execute(counted.group_by(table.c.state)).all())

    def begun_since(self, since: datetime, contact: str | None = None) -> int:
        """Texts handed to the carrier since then, to one contact or to all."""
        return self._count(func.count(), since, contact)

    def segments_since(self, since: datetime) -> int:
        """Segments handed to the carrier since then; what the carrier bills."""
        return self._count(func.coalesce(func.sum(outbox.c.segments), 0), since, None)

    def _count(self, what: ColumnElement[int], since: datetime, contact: str | None) -> int:
        statement = select(what).select_from(outbox).where(outbox.c.begun >= since)
        if contact is not None:
            index = self._database.vault.index(storable(contact))
            statement = statement.where(outbox.c.contact_index == index)
        with self._database.read() as connection:
            return int(connection.execute(statement).scalar_one())

    def _kept(self, row: Row[Any]) -> Kept:
        """Without the body, which is not opened for it."""
        shown = {name: getattr(row, name) for name in Kept.__dataclass_fields__}
        return Kept(**open_values(self._database.vault, outbox.name, shown))
