"""What came of the drills, in the database; and taking out what their callers left there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, Boolean, Column, Table, Text, delete, or_, select

from assistant.alarms.store import alarms
from assistant.cases.store import requests
from assistant.database import UtcDateTime, metadata, upsert
from assistant.drill.numbers import CALL, MARK
from assistant.memory.hearings import hearings
from assistant.memory.store import conversations, webhooks

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from assistant.database import Database

drills = Table(
    "drills",
    metadata,
    Column("at", UtcDateTime, primary_key=True),
    Column("good", Boolean, nullable=False),
    Column("summary", Text, nullable=False),
    Column("details", JSON, nullable=False),
)
KEPT = 60
"Two months of nights."


@dataclass(frozen=True, slots=True)
class Kept:
    """One drill as it is remembered."""

    at: datetime
    "In UTC, as every moment here."
    good: bool
    summary: str
    details: Mapping[str, Any]


class DrillStore:
    """Keeps results. Called from worker threads."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, at: datetime, details: Mapping[str, Any], *, good: bool, summary: str) -> None:
        """Keep a result; only the newest `KEPT` stay."""
        row = {"at": at, "good": good, "summary": summary, "details": dict(details)}
        newest = select(drills.c.at).order_by(drills.c.at.desc()).limit(KEPT)
        with self._database.begin() as connection:
            upsert(connection, drills, [row])
            connection.execute(delete(drills).where(drills.c.at.not_in(newest)))

    def last(self) -> Kept | None:
        """The newest result, or `None` before the first drill."""
        statement = select(drills).order_by(drills.c.at.desc()).limit(1)
        with self._database.read() as connection:
            row = connection.execute(statement).first()
        return None if row is None else Kept(**row._mapping)  # noqa: SLF001 - SQLAlchemy's public name of a row's columns

    def sweep(self) -> None:
        """Take out every conversation with its hearings, request, alarm and webhook of drills.

        They are known by the name of a drill's call: numbers are sealed.
        """
        ours = select(conversations.c.id).where(conversations.c.id.startswith(CALL))
        with self._database.begin() as connection:
            closed = alarms.c.closed_by == MARK
            left = alarms.c.conversation_id.in_(ours)  # by a drill that was cut off
            connection.execute(delete(alarms).where(or_(closed, left)))
            connection.execute(delete(hearings).where(hearings.c.conversation_id.in_(ours)))
            for talk in (conversations.c.id, requests.c.conversation_id):
                connection.execute(delete(talk.table).where(talk.startswith(CALL)))
            for kind in ("voice", "keys"):
                key = webhooks.c.key.startswith(f"{kind}:{CALL}")
                connection.execute(delete(webhooks).where(key))
