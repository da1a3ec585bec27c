"""Changes of a callback inside a transaction: the row, its history and its rings move together."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, insert, select, update

from assistant.callbacks import events
from assistant.callbacks.fairness import lifts_at
from assistant.callbacks.life import advance
from assistant.callbacks.row import BEING_RUNG
from assistant.callbacks.tables import (
    callback_history,
    callback_of,
    callback_rings,
    callbacks,
    ring_of,
    values_of,
)
from assistant.database import lock_seed, storable, vault_of
from assistant.vault.rows import close

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from assistant.callbacks.events import Event
    from assistant.callbacks.row import Callback, Party, Ring
    from assistant.callbacks.rules import Rules
    from assistant.callbacks.steps import Step
    from assistant.core.callback import State

HELD_IN = BEING_RUNG | {"due"}
"States in which a lease means something; leaving them gives it up."
_REACHED: dict[type, bool] = {
    events.StaffAnswered: True,
    events.StaffRefused: True,
    events.StaffDidNotAnswer: False,
    events.ResidentAnswered: True,
    events.Talked: True,
    events.DroppedEarly: True,
    events.MachineAnswered: False,
    events.NoAnswer: False,
}
"What an event says of the ring it ends or answers."


def lock(connection: Connection, name: str) -> None:
    """Let nobody else hold this name until the transaction ends; SQLite has one writer anyway."""
    if connection.dialect.name == "postgresql":
        key = func.hashtextextended(storable(name), lock_seed(connection))
        connection.execute(select(func.pg_advisory_xact_lock(key)))


def locked(connection: Connection, code: str) -> Callback | None:
    """The callback as it is, unchanged by anybody else until the transaction ends."""
    found = connection.execute(
        select(callbacks).where(callbacks.c.code == storable(code)).with_for_update()
    ).first()
    return None if found is None else callback_of(found, vault_of(connection))


def add(
    connection: Connection, callback: Callback, now: datetime, rules: Rules, cause: str
) -> Callback:
    """A new callback without a promise yet, and the first line of its history."""
    lifts = callback.lifts_at or lifts_at(callback.asked, rules)
    state: State = "offered" if callback.offered else "new"
    fresh = replace(callback, state=state, window=None, lifts_at=lifts, version=1, updated=now)
    values = values_of(fresh, vault_of(connection))
    connection.execute(insert(callbacks).values(**values, fence=fresh.fence))
    _note(connection, None, fresh, "Wanted", cause)
    return fresh


def write(
    connection: Connection,
    before: Callback,
    event: Event,
    now: datetime,
    rules: Rules,
    cause: str,
    kept: Callback | None = None,
) -> Step:
    """Advance a locked callback by an event, write down both, and what it says of the rings.

    `kept` is what lies there, where `before` is not that any more.
    """
    step = advance(before, event, now, rules)
    after = step.row
    values = values_of(after, vault_of(connection), kept or before)
    if after.state not in HELD_IN:
        values |= {"acquired_by": None, "acquired_until": None}
    connection.execute(update(callbacks).where(callbacks.c.code == before.code).values(**values))
    decided = event if isinstance(event, (events.Jumped, events.StaffDecision)) else None
    _note(
        connection,
        before,
        after,
        type(event).__name__,
        cause,
        accepted=step.accepted,
        by=getattr(event, "by", None),
        why=None if decided is None else decided.why,
    )
    if step.accepted:
        _move_rings(connection, before, event, after, now)
    return step


def _note(
    connection: Connection,
    before: Callback | None,
    after: Callback,
    event: str,
    cause: str,
    **more: object,
) -> None:
    line = {
        "code": after.code,
        "seq": after.version,
        "at": after.updated,
        "before": None if before is None else before.state,
        "after": after.state,
        "event": event,
        "cause": cause,
        "accepted": True,
        "window_start": None if after.window is None else after.window.start,
        "window_end": None if after.window is None else after.window.end,
        **more,
    }
    closed = close(vault_of(connection), callback_history.name, line)
    connection.execute(insert(callback_history).values(**closed))


def _move_rings(
    connection: Connection, before: Callback, event: Event, after: Callback, now: datetime
) -> None:
    """Answered, over, or never made; a ring by hand is added."""
    if isinstance(event, events.StaffDialled):
        connection.execute(insert(callback_rings).values(**_by_hand(after, event, now)))
    party = "staff" if isinstance(event, _OF_STAFF) or before.lost == "staff" else "resident"
    changes: dict[str, Any] = {}
    if type(event) in _REACHED:
        changes = {"state": "placed", "reached": _REACHED[type(event)]}
    elif isinstance(event, events.Reconciled):
        changes = _as_listed(event)
    mine = (callback_rings.c.code == after.code) & callback_rings.c.state.in_(("placing", "placed"))
    if changes:
        connection.execute(
            update(callback_rings).where(mine, callback_rings.c.party == party).values(**changes)
        )
    if after.state not in BEING_RUNG | {"unknown"}:
        connection.execute(update(callback_rings).where(mine).values(state="over"))


_OF_STAFF = (events.StaffAnswered, events.StaffRefused, events.StaffDidNotAnswer)


def _as_listed(event: events.Reconciled) -> dict[str, Any]:
    if not event.found:
        return {"state": "never"}
    answered = {"reached": event.answered} if event.answered or event.over else {}
    return {"state": "placed", **answered}


def _by_hand(after: Callback, event: events.StaffDialled, now: datetime) -> dict[str, Any]:
    return {
        "code": after.code,
        "attempt": after.attempt,
        "party": "resident",
        "nth": 1,
        "state": "over",
        "carrier_id": None,
        "began": now,
        "reached": event.outcome == "talked",
        "by_staff": True,
    }


def mean_ring(connection: Connection, code: str, attempt: int, party: Party, now: datetime) -> Ring:
    """The row whose key makes a second ring for one attempt impossible."""
    table = callback_rings
    earlier = (
        select(func.count())
        .select_from(table)
        .where(table.c.code == storable(code), table.c.attempt == attempt, table.c.party == "staff")
    )
    nth = 1 if party == "resident" else connection.execute(earlier).scalar_one() + 1
    row = {
        "code": storable(code),
        "attempt": attempt,
        "party": party,
        "nth": nth,
        "state": "placing",
        "began": now,
        "by_staff": False,
    }
    return ring_of(connection.execute(insert(table).values(**row).returning(table)).one())
