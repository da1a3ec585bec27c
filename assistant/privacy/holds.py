"""Legal holds: what must be kept although its time is over, by whom and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from sqlalchemy import insert, select, update

from assistant.core.errors import DataError
from assistant.database import storable
from assistant.privacy.tables import legal_holds
from assistant.vault.rows import close, open_row

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from assistant.database import Database

Kind = Literal["case", "conversation"]
LONGEST = 200
"Characters of a reason; it names a file or a law, never what a resident said."


@dataclass(frozen=True, slots=True)
class Hold:
    """One case or conversation that retention passes over."""

    id: str
    kind: Kind
    which: str
    "A case code, or a conversation's id."
    reason: str
    placed_by: str
    placed: datetime
    "In UTC."
    lifted_by: str | None
    lifted: datetime | None


class HoldStore:
    """Places and lifts holds; nothing of one is ever removed."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def place(self, kind: Kind, which: str, *, reason: str, by: str, now: datetime) -> str:
        """Hold a case or a conversation; the hold's own name. Raises `DataError`."""
        which = _plain(kind, which)
        reason, by = storable(reason).strip()[:LONGEST], storable(by).strip()
        if not which or not reason or not by:
            raise DataError("A hold needs what is held, who holds it and why; say all three.")
        with self._database.begin() as connection:
            if which in held(connection, kind):
                raise DataError(f"{which} is held already; run.py retention holds shows by whom.")
            name = f"H{len(connection.execute(select(legal_holds.c.id)).all()) + 1:04d}"
            what = {"id": name, "kind": kind, "which": which, "reason": reason}
            row = {**what, "placed_by": by, "placed": now}
            closed = close(self._database.vault, legal_holds.name, row)
            connection.execute(insert(legal_holds).values(**closed))
        return name

    def lift(self, name: str, by: str, now: datetime) -> bool:
        """End a hold; whether it stood."""
        statement = (
            update(legal_holds)
            .where(legal_holds.c.id == name.strip().upper(), legal_holds.c.lifted.is_(None))
            .values(lifted=now, lifted_by=storable(by))
        )
        with self._database.begin() as connection:
            return connection.execute(statement).rowcount == 1

    def listing(self) -> tuple[Hold, ...]:
        """Every hold there was, the oldest first."""
        with self._database.read() as connection:
            rows = connection.execute(select(legal_holds).order_by(legal_holds.c.id)).all()
        vault = self._database.vault
        return tuple(Hold(**open_row(vault, legal_holds.name, row)) for row in rows)


def held(connection: Connection, kind: Kind) -> frozenset[str]:
    """What is held now, of one kind."""
    standing = select(legal_holds.c.which).where(
        legal_holds.c.kind == kind, legal_holds.c.lifted.is_(None)
    )
    return frozenset(connection.execute(standing).scalars())


def _plain(kind: Kind, which: str) -> str:
    """As codes and ids are stored."""
    bare = storable(which).strip()
    return bare.replace(" ", "").upper() if kind == "case" else bare
