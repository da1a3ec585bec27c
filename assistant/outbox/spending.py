"""What each carrier was given today, counted in the outbox by how the carrier's ids begin."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from assistant.outbox.tables import outbox

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from assistant.database import Database


def parts_today(database: Database, begins: str, zone: ZoneInfo) -> Callable[[datetime], int]:
    """Counts parts of texts whose id begins so, since the site's own midnight.

    The count raises `DatabaseError`.
    """
    table = outbox

    def count(now: datetime) -> int:
        midnight = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
        statement = (
            select(func.coalesce(func.sum(table.c.segments), 0))
            .where(table.c.begun >= midnight)
            .where(table.c.sid.startswith(begins, autoescape=True))
        )
        with database.read() as connection:
            return int(connection.execute(statement).scalar_one())

    return count
