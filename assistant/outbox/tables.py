"""The tables of the outbox and what their rows are outside; numbers and what is said are sealed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import Column, Index, Integer, Table, Text

from assistant.database import UtcDateTime, metadata

if TYPE_CHECKING:
    from datetime import datetime

    from assistant.core.texts import TextKind
    from assistant.outbox.delivery import State

outbox = Table(
    "outbox",
    metadata,
    Column("key", Text, primary_key=True),
    Column("contact", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("asked", UtcDateTime, nullable=False),
    Column("service", Text),
    Column("segments", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("due", UtcDateTime, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("tries_later", Integer, nullable=False),
    Column("held_until", UtcDateTime),
    Column("begun", UtcDateTime),
    Column("sid", Text),
    Column("error", Integer),
    Column("why", Text),
    Column("updated", UtcDateTime, nullable=False),
    Column("contact_index", Text),
    Index(None, "state", "due"),
    Index(None, "contact_index", "begun"),
    Index(None, "sid"),
)
early_reports = Table(
    "outbox_early_reports",
    metadata,
    Column("sid", Text, primary_key=True),
    Column("status", Text, nullable=False),
    Column("error", Integer),
    Column("at", UtcDateTime, nullable=False),
)
no_texts = Table(
    "no_texts",
    metadata,
    Column("contact_index", Text, primary_key=True),
    Column("contact", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Held:
    """A text that is ours to send until the lease ends."""

    key: str
    contact: str
    body: str
    language: str
    kind: TextKind
    asked: datetime
    service: str | None
    attempt: int
    "1 for the first asking; fences whatever an earlier holder may still write."
    tries_later: int
    unknown_since: datetime | None
    "When an asking began of which nobody knows how it ended; `None` when there was none."


@dataclass(frozen=True, slots=True)
class Kept:
    """A text as staff see it."""

    key: str
    contact: str
    kind: TextKind
    state: State
    segments: int
    attempt: int
    tries_later: int
    error: int | None
    why: str | None
    "What a person should know, in the program's words; never what the text says."
    updated: datetime
