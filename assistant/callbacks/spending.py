"""What each carrier was asked to ring today, by how the carrier's ids begin."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from assistant.callbacks.tables import callback_rings

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from assistant.database import Database


def rings_today(database: Database, begins: str, zone: ZoneInfo) -> Callable[[datetime], int]:
    """Counts rings, of either telephone, whose id begins so, since the site's own midnight.

    The count raises `DatabaseError`.
    """
    table = callback_rings

    def count(now: datetime) -> int:
        midnight = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
        statement = (
            select(func.count())
            .where(table.c.began >= midnight)
            .where(table.c.carrier_id.startswith(begins, autoescape=True))
        )
        with database.read() as connection:
            return int(connection.execute(statement).scalar_one())

    return count
