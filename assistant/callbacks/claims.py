"""Who rings, and that nobody else does: leases on due callbacks, and the intent before the ring.

Whoever rings claims a callback for a while; the claim's number (fence) grows, so that an earlier
holder's word no longer counts. The intent to ring is committed before the carrier is asked. If its
holder vanishes in between, nobody knows whether a telephone rang: the callback becomes *unknown*,
and nothing rings until the carrier's list or a person says what happened.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import and_, case, exists, func, or_, select, update

from assistant.callbacks import events
from assistant.callbacks.life import DEFAULT_RULES
from assistant.callbacks.roster import take
from assistant.callbacks.row import BEING_RUNG, WAITING, Claimed
from assistant.callbacks.tables import (
    callback_of,
    callback_rings,
    callbacks,
    database_clock,
)
from assistant.callbacks.writing import locked, mean_ring, write
from assistant.database import storable

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection

    from assistant.callbacks.events import Event
    from assistant.callbacks.people import Person
    from assistant.callbacks.row import Callback, Party, Ring
    from assistant.callbacks.rules import Rules
    from assistant.database import Database

A_BATCH = 200
"Callbacks moved in one transaction; other writers on SQLite wait some 50 ms for it."
RING_LEASE_S = 120.0
"A meant ring is given up for lost after this: longer than any answer of a carrier is waited for."


class Claims:
    """Gives due callbacks out for ringing. Called from worker threads of any number of processes.

    Leases run by the database's own clock, whatever `now` says: a simulated day that passes at once
    ends none.
    """

    def __init__(
        self,
        database: Database,
        rules: Rules = DEFAULT_RULES,
        *,
        ring_lease_s: float = RING_LEASE_S,
    ) -> None:
        self._database, self._rules, self._ring_lease_s = database, rules, ring_lease_s

    def open_windows(self, now: datetime, limit: int = A_BATCH) -> int:
        """Make those due whose moment has come, and lift those that aged; how many were moved.

        To be called again until it returns 0.
        """
        come = and_(callbacks.c.next_at <= now, callbacks.c.state.in_(tuple(WAITING)))
        old = and_(
            callbacks.c.state == "due", callbacks.c.priority == "P3", callbacks.c.lifts_at <= now
        )
        return self._move(come, events.WindowOpened(), now, limit) + self._move(
            old, events.Aged(), now, limit
        )

    def _move(self, which: ColumnElement[bool], event: Event, now: datetime, limit: int) -> int:
        chosen = select(callbacks).where(which).limit(limit).with_for_update(skip_locked=True)
        with self._database.begin() as connection:
            rows = connection.execute(chosen).all()
            found = [callback_of(row, self._database.vault) for row in rows]
            for before in found:
                write(connection, before, event, now, self._rules, "clock")
        return len(found)

    def claim(self, owner: str, lease_s: float) -> Claimed | None:
        """The due callback that comes first by fairness, ours for so many seconds; else `None`."""
        with self._database.begin() as connection:
            clock = database_clock(connection)
            free = or_(callbacks.c.acquired_until.is_(None), callbacks.c.acquired_until < clock)
            first = (
                select(callbacks.c.code)
                .where(callbacks.c.state == "due", free)
                .order_by(callbacks.c.rank, callbacks.c.asked, callbacks.c.code)
                .limit(1)
                .with_for_update(skip_locked=True)
            )
            claimed = connection.execute(
                update(callbacks)
                .where(callbacks.c.code == first.scalar_subquery())
                .values(
                    acquired_by=owner,
                    acquired_until=clock + lease_s,
                    fence=callbacks.c.fence + 1,
                )
                .returning(callbacks)
            ).first()
        if claimed is None:
            return None
        callback = callback_of(claimed, self._database.vault)
        return Claimed(callback, callback.fence)

    def take(self, code: str, by: str, now: datetime, lease_s: float) -> Claimed | None:
        """The callback this member of staff has, due at once and ours to ring; else `None`."""
        with self._database.begin() as connection:
            before = locked(connection, code)
            if before is None:
                return None
            step = write(connection, before, events.StaffReady(by), now, self._rules, "desk")
            if not step.accepted:
                return None
            held = (
                update(callbacks)
                .where(callbacks.c.code == before.code)
                .values(
                    acquired_by=storable(by),
                    acquired_until=database_clock(connection) + lease_s,
                    fence=callbacks.c.fence + 1,
                )
                .returning(callbacks)
            )
            callback = callback_of(connection.execute(held).one(), self._database.vault)
        return Claimed(callback, callback.fence)

    def extend(self, code: str, fence: int, lease_s: float) -> bool:
        """Hold it for so many seconds from now; whether it is still ours."""
        with self._database.begin() as connection:
            until = database_clock(connection) + lease_s
            return self._lease(connection, code, fence, acquired_until=until)

    def release(self, code: str, fence: int) -> bool:
        """Give it back; whether it was still ours."""
        with self._database.begin() as connection:
            return self._lease(connection, code, fence, acquired_until=None, acquired_by=None)

    def _lease(self, connection: Connection, code: str, fence: int, **changes: object) -> bool:
        mine = and_(
            callbacks.c.code == storable(code),
            callbacks.c.fence == fence,
            callbacks.c.acquired_until.is_not(None),
        )
        return connection.execute(update(callbacks).where(mine).values(**changes)).rowcount == 1

    def intend(
        self,
        code: str,
        attempt: int,
        party: Party,
        fence: int | None,
        now: datetime,
        *,
        by: Person | str = "",
        cause: str = "ringing",
    ) -> Ring | None:
        """Write down that a telephone is going to ring; only then may the carrier be asked.

        `by` is the member of staff who is rung, as the roster had them when they were chosen, or
        the name alone where nobody else chooses. A webhook, which holds no lease, gives no fence:
        state and attempt number decide alone. `None`: it must not ring — the fence is over, the
        attempt was made, the state or the rules forbid it, or another dialler has rung that person
        since.
        """
        name = by if isinstance(by, str) else by.name
        event: Event = events.StaffRung(name) if party == "staff" else events.ResidentRung()
        with self._database.begin() as connection:
            before = locked(connection, code)
            if before is None or before.attempt + 1 != attempt:
                return None
            if fence is not None and before.fence != fence:
                return None
            if not isinstance(by, str) and not take(connection, by, now):
                return None
            if not write(connection, before, event, now, self._rules, cause).accepted:
                return None
            self._hold_for_ring(connection, code)
            return mean_ring(connection, code, attempt, party, now)

    def _hold_for_ring(self, connection: Connection, code: str) -> None:
        """The lease lasts at least as long as a carrier's answer may take."""
        until = database_clock(connection) + self._ring_lease_s
        table = callbacks.c
        longer = case((table.acquired_until > until, table.acquired_until), else_=until)
        connection.execute(
            update(callbacks)
            .where(table.code == storable(code))
            .values(acquired_until=longer, acquired_by=func.coalesce(table.acquired_by, "webhook"))
        )

    def placed(self, code: str, attempt: int, party: Party, carrier_id: str, now: datetime) -> bool:
        """The carrier rings, under this id; whether such a ring was meant.

        Settles a ring that was given up for lost meanwhile. A report that was faster than the
        carrier's answer has moved the callback already; then only the id is added.
        """
        table = callback_rings
        mine = and_(
            table.c.code == storable(code), table.c.attempt == attempt, table.c.party == party
        )
        with self._database.begin() as connection:
            before = locked(connection, code)
            nth = connection.execute(select(func.max(table.c.nth)).where(mine)).scalar()
            if before is None or nth is None:
                return False
            placed = case((table.c.state == "placing", "placed"), else_=table.c.state)
            connection.execute(
                update(table)
                .where(mine, table.c.nth == nth)
                .values(carrier_id=storable(carrier_id), state=placed)
            )
            if before.lost == party:
                known = events.Reconciled(found=True, over=False)
                write(connection, before, known, now, self._rules, "carrier")
        return True

    def expired(self, now: datetime, limit: int = A_BATCH) -> tuple[Callback, ...]:
        """Rings that were meant and whose holder has vanished: unknown from now on."""
        table = callbacks.c
        with self._database.begin() as connection:
            party = case((table.state == "ringing_staff", "staff"), else_="resident")
            meant = exists().where(
                callback_rings.c.code == table.code,
                callback_rings.c.state == "placing",
                callback_rings.c.party == party,
            )
            gone = and_(
                table.state.in_(("ringing_staff", "ringing_resident")),
                table.acquired_until < database_clock(connection),
                meant,
            )
            chosen = select(callbacks).where(gone).limit(limit).with_for_update(skip_locked=True)
            rows = connection.execute(chosen).all()
            found = [callback_of(row, self._database.vault) for row in rows]
            return tuple(self._lose(connection, before, now) for before in found)

    def _lose(self, connection: Connection, before: Callback, now: datetime) -> Callback:
        party: Party = "staff" if before.state == "ringing_staff" else "resident"
        event = events.LostTrack(party)
        return write(connection, before, event, now, self._rules, "lease").row

    def silent(self, since: datetime, limit: int = A_BATCH) -> tuple[Callback, ...]:
        """Telephones in use of which nothing was heard since then: the carrier must be asked."""
        table = callbacks.c
        quiet = and_(table.state.in_(tuple(BEING_RUNG)), table.updated < since)
        with self._database.read() as connection:
            found = connection.execute(select(callbacks).where(quiet).limit(limit))
            return tuple(callback_of(row, self._database.vault) for row in found)
