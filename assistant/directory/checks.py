"""Facts that staff are to check, and what they found.

A task stands until the fact is checked: `verified` says so, and so does an import that brings a
later `assured_date`. While a fact is said to be wrong it is not told.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import select, update

from assistant.core.errors import DataError
from assistant.database import insert_once
from assistant.directory.exchange import touch
from assistant.directory.freshness import Recent
from assistant.directory.shelf import by_id
from assistant.directory.tables import TABLES, checks

if TYPE_CHECKING:
    from datetime import date, datetime

    from sqlalchemy import Row

    from assistant.core.event import Flag
    from assistant.core.service import Records
    from assistant.database import Database


SAID_WRONG = select(checks.c.service_id, checks.c.field, checks.c.opened).where(
    checks.c.closed.is_(None), checks.c.reason == "wrong"
)


class _Wrong(NamedTuple):
    """A fact said to be wrong, and when that was first said."""

    service_id: str
    field: str
    opened: datetime


class CheckStore:
    """Keeps the tasks. Called from worker threads."""

    def __init__(self, database: Database, *, recheck_s: float = 0.0) -> None:
        """What another process writes is noticed after at most `recheck_s` seconds."""
        self._database = database
        self._wrong = Recent(self._said_wrong, recheck_s)

    def open(self, flag: Flag, now: datetime) -> None:
        """Open a task; the same fact again counts once more, and "wrong" wins over "stale"."""
        self._open(flag, now)
        self._wrong.forget()

    def _open(self, flag: Flag, now: datetime) -> None:
        key = (checks.c.service_id == flag.service) & (checks.c.field == flag.field)
        row = {"service_id": flag.service, "field": flag.field, "reason": flag.reason}
        with self._database.begin() as connection:
            if insert_once(connection, checks, {**row, "opened": now, "asked": 1}):
                return
            before = connection.execute(select(checks).where(key)).one()
            again = before.closed is not None
            worse = again or flag.reason == "wrong"
            connection.execute(
                update(checks)
                .where(key)
                .values(
                    reason=flag.reason if worse else before.reason,
                    opened=now if again or worse else before.opened,
                    asked=1 if again else before.asked + 1,
                    closed=None,
                    closed_by=None,
                )
            )

    def listing(self) -> list[Row[tuple[object, ...]]]:
        """The open tasks, what is said to be wrong first, then what was asked for most."""
        with self._database.read() as connection:
            found = connection.execute(
                select(checks)
                .where(checks.c.closed.is_(None))
                .order_by(checks.c.reason.desc(), checks.c.asked.desc(), checks.c.opened)
            )
            return list(found)

    def wrong(self, records: Records) -> frozenset[tuple[str, str]]:
        """Service and field of every fact said to be wrong and not checked since."""
        found = self._wrong.get()
        if not found:
            return frozenset()
        services = by_id(records.services)
        return frozenset(
            (row.service_id, row.field)
            for row in found
            if row.service_id not in services
            or _still_open(row.opened, services[row.service_id].assured_date)
        )

    def _said_wrong(self) -> tuple[_Wrong, ...]:
        with self._database.read() as connection:
            rows = connection.execute(SAID_WRONG)
            return tuple(_Wrong(row.service_id, row.field, row.opened) for row in rows)

    def verified(self, service: str, by: str, now: datetime) -> int:
        """A person has checked a service: its facts are of today, its tasks are done.

        Returns how many tasks were closed. Raises `DataError` if there is no such service.
        """
        services = TABLES["services"]
        with self._database.begin() as connection:
            changed = connection.execute(
                update(services)
                .where(services.c.id == service)
                .values(assured_date=now.date().isoformat()),
            )
            if changed.rowcount != 1:
                raise DataError(
                    f"There is no service {service}; `directory check` names the ids there are."
                )
            done = connection.execute(
                update(checks)
                .where(checks.c.service_id == service, checks.c.closed.is_(None))
                .values(closed=now, closed_by=by)
            )
            touch(connection)
        self._wrong.forget()
        return done.rowcount


def _still_open(opened: datetime, assured: date | None) -> bool:
    """Whether nobody has checked a fact on a later day than it was said to be wrong."""
    return assured is None or assured <= opened.date()
