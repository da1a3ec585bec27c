"""Holds, tombstones, and what each run of retention removed."""

from __future__ import annotations

from sqlalchemy import Column, Integer, Table, Text

from assistant.database import UtcDateTime, metadata

legal_holds = Table(
    "legal_holds",
    metadata,
    Column("id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("which", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("placed_by", Text, nullable=False),
    Column("placed", UtcDateTime, nullable=False),
    Column("lifted_by", Text),
    Column("lifted", UtcDateTime),
)
tombstones = Table(
    "tombstones",
    metadata,
    Column("contact_index", Text, primary_key=True),
    Column("reference", Text, nullable=False),
    Column("buried", UtcDateTime, nullable=False),
)
"""Whose records were deleted at their wish, by blind index: after a backup is restored they are
deleted once more."""
retention_runs = Table(
    "retention_runs",
    metadata,
    Column("began", UtcDateTime, primary_key=True),
    Column("rule", Text, primary_key=True),
    Column("rows", Integer, nullable=False),
    Column("held", Integer, nullable=False),
)
