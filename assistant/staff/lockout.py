"""Wrong passwords and codes: who has to wait, and for how long.

Failures are counted for a name at one address, for the name anywhere, and for the address. The
first is strict; the other two leave more room, so that a stranger who guesses cannot keep a
colleague out of her own desk, and one office behind one address can mistype.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import delete, select

from assistant.database import storable, upsert
from assistant.staff.accounts import key_of
from assistant.staff.tables import failures

if TYPE_CHECKING:
    from assistant.database import Database

FREE_HERE: Final = 5
FREE_ANYWHERE: Final = 20
FIRST_WAIT: Final = timedelta(seconds=30)
LONGEST_WAIT: Final = timedelta(hours=1)
FORGOTTEN: Final = timedelta(hours=24)
"After a day without a failure the count begins anew."


def wait_after(count: int, free: int) -> timedelta:
    """How long nobody may try after `count` failures: none for the first, then doubling."""
    if count < free:
        return timedelta()
    doublings = min(count - free, 16)
    return min(FIRST_WAIT * (1 << doublings), LONGEST_WAIT)


class Lockout:
    """Counts failed sign-ins in the database, so that a restart forgives nothing."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def waits(self, name: str, address: str, now: datetime) -> timedelta:
        """How long this name must wait at this address; zero: it may try."""
        free = _scopes(name, address)
        wanted = select(failures).where(failures.c.scope.in_(free))
        with self._database.read() as connection:
            rows = connection.execute(wanted).all()
        left: list[timedelta] = [
            wait_after(row.failed, free[row.scope]) - (now - row.last) for row in rows
        ]
        return max([timedelta(), *left])

    def failed(self, name: str, address: str, now: datetime) -> None:
        """Count one failure."""
        table = failures
        scopes = list(_scopes(name, address))
        with self._database.begin() as connection:
            connection.execute(delete(table).where(table.c.last < now - FORGOTTEN))
            counted = select(table).where(table.c.scope.in_(scopes))
            known = {row.scope: row.failed for row in connection.execute(counted)}
            rows = [
                {"scope": scope, "failed": known.get(scope, 0) + 1, "last": now} for scope in scopes
            ]
            upsert(connection, table, rows)

    def succeeded(self, name: str, address: str) -> None:
        """Forget the failures of this name, here and anywhere; the address's stay."""
        scopes = list(_scopes(name, address))[:2]
        with self._database.begin() as connection:
            connection.execute(delete(failures).where(failures.c.scope.in_(scopes)))


def _scopes(name: str, address: str) -> dict[str, int]:
    """What failures are counted by, and how many are free."""
    key, place = key_of(name)[:80], storable(address)[:80]
    return {
        f"both {place} {key}": FREE_HERE,
        f"name {key}": FREE_ANYWHERE,
        f"from {place}": FREE_ANYWHERE,
    }
