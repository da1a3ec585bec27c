"""How requests ended, and a page of them at a time for the desk."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import Column, Table, Text, and_, func, or_, select, update

from assistant.cases.history import close_in
from assistant.cases.store import Request, request_of, requests
from assistant.core.closing import Closing, Outcome
from assistant.database import UtcDateTime, metadata, storable, upsert
from assistant.vault.rows import close, open_row

if TYPE_CHECKING:
    from datetime import datetime

    from assistant.database import Database

closings = Table(
    "request_closings",
    metadata,
    Column("code", Text, primary_key=True),
    Column("outcome", Text, nullable=False),
    Column("closed_by", Text, nullable=False),
    Column("closed", UtcDateTime, nullable=False),
    Column("note", Text, nullable=False),
)

PAGE: Final = 50


class RequestDesk:
    """Requests as staff work through them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def page(
        self, after: str | None = None, most: int = PAGE, *, closed: bool = False
    ) -> tuple[Request, ...]:
        """Open requests, the oldest first; with `closed`, closed ones.

        `after` is the code of the last one on the page before; an unknown one is ignored.
        """
        table = requests
        wanted = select(table).where(table.c.status == ("closed" if closed else "open"))
        with self._database.read() as connection:
            if after is not None:
                at = connection.execute(
                    select(table.c.created, table.c.code).where(table.c.code == storable(after))
                ).first()
                if at is not None:
                    later = and_(table.c.created == at.created, table.c.code > at.code)
                    wanted = wanted.where(or_(table.c.created > at.created, later))
            ordered = wanted.order_by(table.c.created, table.c.code).limit(most)
            rows = connection.execute(ordered).all()
        return tuple(request_of(row, self._database.vault) for row in rows)

    def waiting(self) -> int:
        """How many are open."""
        counted = select(func.count()).select_from(requests).where(requests.c.status == "open")
        with self._database.read() as connection:
            return int(connection.execute(counted).scalar_one())

    def close(self, code: str, outcome: Outcome, by: str, note: str, now: datetime) -> bool:
        """A named person closes a request and says how it ended; whether it was still open."""
        ours = update(requests).where(requests.c.code == code, requests.c.status == "open")
        row = {
            "code": code,
            "outcome": outcome,
            "closed_by": storable(by),
            "closed": now,
            "note": storable(note),
        }
        with self._database.begin() as connection:
            if connection.execute(ours.values(status="closed")).rowcount != 1:
                return False
            upsert(connection, closings, [close(self._database.vault, closings.name, row)])
            close_in(connection, code, by, f"{outcome} {note}".strip(), now)
        return True

    def closing(self, code: str) -> Closing | None:
        """How it ended; `None` while it is open, or where it was closed by a command."""
        with self._database.read() as connection:
            row = connection.execute(select(closings).where(closings.c.code == code)).first()
        if row is None:
            return None
        return Closing(**open_row(self._database.vault, closings.name, row))
