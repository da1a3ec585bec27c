"""Cases as rows: read, written together with what happened to them, and the history read back."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, insert, select, update

from assistant.cases.tables import case_history, cases
from assistant.core.case import Case
from assistant.database import storable, vault_of
from assistant.vault.rows import close, open_row

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection, Row

NAMES = tuple(item.name for item in fields(Case))
LINE = "line"
"Who did what nobody at the desk did."


@dataclass(frozen=True, slots=True)
class Happened:
    """What was done with a case, by whom, why and when."""

    deed: str
    by: str
    why: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the history of a case."""

    at: datetime
    deed: str
    before: str
    after: str
    by: str
    why: str


def case_of(row: Row[tuple[Any, ...]]) -> Case:
    """The case of a row that holds all columns of `cases`."""
    known = row._mapping  # noqa: SLF001 - SQLAlchemy's name for it
    return Case(**{name: known[cases.c[name]] for name in NAMES})


def read(connection: Connection, code: str, *, lock: bool = False) -> Case | None:
    """One case; with `lock`, nobody else changes it before this transaction ends."""
    wanted = select(cases).where(cases.c.code == code)
    row = connection.execute(wanted.with_for_update() if lock else wanted).first()
    return None if row is None else case_of(row)


def insert_case(connection: Connection, case: Case, public_id: str) -> None:
    """Write a case that was not there."""
    connection.execute(insert(cases).values(**_row(case), public_id=public_id))


def write(connection: Connection, before: Case, after: Case, happened: Happened) -> None:
    """Replace a case and note what happened, in the caller's transaction."""
    ours = cases.c.code == after.code
    connection.execute(update(cases).where(ours).values(**_row(after)))
    note(connection, after.code, happened, before.state, after.state)


def note(connection: Connection, code: str, happened: Happened, before: str, after: str) -> None:
    """Add a line to the history of a case."""
    table = case_history
    last = select(func.coalesce(func.max(table.c.seq), 0)).where(table.c.code == code)
    line = {
        "code": code,
        "seq": connection.execute(last).scalar_one() + 1,
        "at": happened.at,
        "deed": happened.deed,
        "before": before,
        "after": after,
        "by": storable(happened.by),
        "why": storable(happened.why),
    }
    connection.execute(insert(table).values(**close(vault_of(connection), table.name, line)))


def history(connection: Connection, code: str) -> tuple[Entry, ...]:
    """Everything that happened to a case, in order."""
    table = case_history
    ordered = select(table).where(table.c.code == code).order_by(table.c.seq)
    vault, names = vault_of(connection), [item.name for item in fields(Entry)]
    lines = (open_row(vault, table.name, row) for row in connection.execute(ordered))
    return tuple(Entry(**{name: line[name] for name in names}) for line in lines)


def _row(case: Case) -> dict[str, Any]:
    row = asdict(case)
    owner = row["owner"]
    return {**row, "owner": None if owner is None else storable(owner)}


def close_in(connection: Connection, code: str, by: str, why: str, now: datetime) -> None:
    """Close the case of a request in the transaction that closes the request."""
    before = read(connection, code, lock=True)
    if before is not None and before.state != "closed":
        after = replace(before, state="closed", since=now, closings=before.closings + 1)
        write(connection, before, after, Happened("close", by, why, now))
