"""Deeds that two people do together: one asks, another confirms, the first does it once."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, Literal

from sqlalchemy import insert, select, update

from assistant.database import storable
from assistant.staff.tables import approvals

if TYPE_CHECKING:
    from sqlalchemy import Row

    from assistant.database import Database

Deed = Literal["requests.export"]
LASTS: Final = timedelta(hours=24)
"After that a wish nobody confirmed, or a deed nobody did, is void."
SHOWN: Final = 50


@dataclass(frozen=True, slots=True)
class Approval:
    """One wish and what became of it."""

    id: str
    deed: Deed
    reason: str
    "The key of a reason, never free words."
    asked_by: str
    "An account's key, as `decided_by`."
    asked: datetime
    decided_by: str | None
    decided: datetime | None
    granted: bool | None
    used: datetime | None

    def waits(self, now: datetime) -> bool:
        """Whether somebody may still decide."""
        return self.decided is None and now - self.asked <= LASTS

    def ready(self, now: datetime) -> bool:
        """Whether who asked may do it now."""
        return bool(self.granted) and self.used is None and now - self.asked <= LASTS


class ApprovalStore:
    """Keeps wishes that need a second person."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def ask(self, deed: Deed, reason: str, by: str, now: datetime) -> Approval:
        """Put a wish before the others."""
        wish = Approval(secrets.token_hex(8), deed, reason, by, now, None, None, None, None)
        row = {"id": wish.id, "deed": deed, "reason": reason, "asked_by": by, "asked": now}
        with self._database.begin() as connection:
            connection.execute(insert(approvals).values(**row))
        return wish

    def listing(self) -> tuple[Approval, ...]:
        """The latest wishes, the newest first."""
        wanted = select(approvals).order_by(approvals.c.asked.desc()).limit(SHOWN)
        with self._database.read() as connection:
            return tuple(_approval(row) for row in connection.execute(wanted))

    def decide(self, identity: str, by: str, now: datetime, *, granted: bool) -> bool:
        """Somebody else decides; whether it was theirs to decide and still undecided."""
        table = approvals
        ours = update(table).where(
            table.c.id == storable(identity),
            table.c.asked_by != by,
            table.c.decided.is_(None),
            table.c.asked >= now - LASTS,
        )
        changed = ours.values(decided_by=by, decided=now, granted=granted)
        with self._database.begin() as connection:
            return connection.execute(changed).rowcount == 1

    def use(self, identity: str, by: str, now: datetime) -> Approval | None:
        """Do the deed now: the wish if it is granted to `by` and was not used; else `None`."""
        table = approvals
        ours = update(table).where(
            table.c.id == storable(identity),
            table.c.asked_by == by,
            table.c.granted,
            table.c.used.is_(None),
            table.c.asked >= now - LASTS,
        )
        with self._database.begin() as connection:
            if connection.execute(ours.values(used=now)).rowcount != 1:
                return None
            row = connection.execute(select(table).where(table.c.id == storable(identity))).one()
        return _approval(row)


def _approval(row: Row[tuple[object, ...]]) -> Approval:
    return Approval(**row._mapping)  # noqa: SLF001 - the public name of a row's columns in SQLAlchemy
