"""The audit log in the database. The table refuses changes and removals by itself (migration)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from sqlalchemy import Column, Integer, Table, Text, func, insert, select

from assistant.audit.chain import START, Entry, Head, first_fault, hash_of, seal_of
from assistant.database import UtcDateTime, lock_seed, metadata, storable, upsert

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sqlalchemy import Connection, Row

    from assistant.database import Database

audit = Table(
    "audit",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", UtcDateTime, nullable=False),
    Column("who", Text, nullable=False),
    Column("what", Text, nullable=False),
    Column("which", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("previous", Text, nullable=False),
    Column("hash", Text, nullable=False),
)
audit_seal = Table(
    "audit_seal",
    metadata,
    Column("only", Integer, primary_key=True, autoincrement=False),
    Column("number", Integer, nullable=False),
    Column("seal", Text, nullable=False),
)

ONLY: Final = 1
LOCK: Final = 0x61756474
"Key of the PostgreSQL advisory lock under which one node adds while the others wait."
FIELD_MOST: Final = 120
PAGE: Final = 1000


class AuditLog:
    """Adds to the chain, reads and checks it. `key` lies outside the database."""

    def __init__(self, database: Database, key: str) -> None:
        self._database = database
        self._key = key

    def note(self, who: str, what: str, now: datetime, *, which: str = "", why: str = "") -> Head:
        """Add one entry. Raises `DatabaseError`; then the deed must not be done either."""
        fields = (_field(who), _field(what), _field(which), _field(why))
        with self._database.begin() as connection:
            _alone(connection)
            before = _head(connection)
            number, at = before.number + 1, now.astimezone(UTC)
            head = Head(number, hash_of(number, at, fields, before.hash))
            row = dict(zip(("who", "what", "which", "why"), fields, strict=True))
            connection.execute(
                insert(audit).values(
                    number=number, at=at, previous=before.hash, hash=head.hash, **row
                )
            )
            seal = {"only": ONLY, "number": number, "seal": seal_of(head, self._key)}
            upsert(connection, audit_seal, [seal])
        return head

    def head(self) -> Head:
        """The end of the chain as it stands."""
        with self._database.read() as connection:
            return _head(connection)

    def latest(self, before: int | None = None, most: int = 100) -> tuple[Entry, ...]:
        """Entries for a reader, the newest first, those earlier than number `before`."""
        wanted = select(audit).order_by(audit.c.number.desc()).limit(most)
        if before is not None:
            wanted = wanted.where(audit.c.number < before)
        with self._database.read() as connection:
            return tuple(_entry(row) for row in connection.execute(wanted))

    def about(self, things: Iterable[str]) -> tuple[Entry, ...]:
        """Every entry on one of these things, the oldest first."""
        named = [_field(thing) for thing in things]
        wanted = select(audit).where(audit.c.which.in_(named)).order_by(audit.c.number)
        with self._database.read() as connection:
            return tuple(_entry(row) for row in connection.execute(wanted))

    def fault(self, known: Head | None = None) -> str | None:
        """What is wrong with the log, in a phrase, or `None`; `known` is a head printed earlier."""
        with self._database.read() as connection:
            fault, head = first_fault(_all(connection), known)
            sealed = connection.execute(select(audit_seal)).first()
        if fault is not None:
            return fault
        if sealed is None:
            return None if head.number == 0 else "the seal of the log is missing"
        if sealed.number > head.number:
            return f"entries {head.number + 1} to {sealed.number} were cut off"
        fits = sealed.number == head.number and sealed.seal == seal_of(head, self._key)
        return None if fits else "the seal of the log was not made by this program"


def _all(connection: Connection) -> Iterator[Entry]:
    """Every entry in order, a page at a time: a log of years does not lie in memory at once."""
    after = 0
    while True:
        wanted = select(audit).where(audit.c.number > after).order_by(audit.c.number).limit(PAGE)
        rows = connection.execute(wanted).all()
        yield from (_entry(row) for row in rows)
        if len(rows) < PAGE:
            return
        after = rows[-1].number


def _head(connection: Connection) -> Head:
    last = select(func.max(audit.c.number)).scalar_subquery()
    row = connection.execute(select(audit).where(audit.c.number == last)).first()
    return Head(0, START) if row is None else Head(row.number, row.hash)


def _alone(connection: Connection) -> None:
    """On SQLite the writing transaction is alone already."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(LOCK ^ lock_seed(connection))))


def _field(text: str) -> str:
    return storable(text)[:FIELD_MOST]


def _entry(row: Row[tuple[object, ...]]) -> Entry:
    return Entry(**row._mapping)  # noqa: SLF001 - the public name of a row's columns in SQLAlchemy
