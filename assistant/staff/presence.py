"""Who looks at which callback now: a short lease for each open page, renewed while it is open.

In the database, so that desks see each other whichever node serves them.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import delete, select

from assistant.database import upsert
from assistant.staff.tables import presence

if TYPE_CHECKING:
    from assistant.database import Database

LEASE: Final = timedelta(seconds=30)
"An open page says every 10 s that it is there (`desk/static/watch.js`)."


class Presence:
    """May be used from any thread, of any number of processes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def here(self, code: str, name: str, now: datetime) -> None:
        """This person has the page of that callback open; leases that are over are forgotten."""
        row = {"code": code, "name": name, "until": now + LEASE}
        with self._database.begin() as connection:
            connection.execute(delete(presence).where(presence.c.until <= now))
            upsert(connection, presence, [row])

    def gone(self, code: str, name: str) -> None:
        """This person has left it."""
        with self._database.begin() as connection:
            connection.execute(
                delete(presence).where(presence.c.code == code, presence.c.name == name)
            )

    def at(self, code: str, now: datetime, apart_from: str = "") -> tuple[str, ...]:
        """Who else has it open, by name."""
        wanted = (presence.c.code == code, presence.c.name != apart_from, presence.c.until > now)
        with self._database.read() as connection:
            found = connection.execute(select(presence.c.name).where(*wanted)).scalars()
            return tuple(sorted(found))

    def mark(self, now: datetime) -> list[str]:
        """Another value whenever somebody came or left."""
        with self._database.read() as connection:
            rows = connection.execute(
                select(presence.c.code, presence.c.name).where(presence.c.until > now)
            )
            return sorted(f"{code} {name}" for code, name in rows)
