"""Tables of wishes about what is kept, and of those who may ask for somebody else."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, Table, Text

from assistant.database import UtcDateTime, metadata

rights = Table(
    "rights",
    metadata,
    Column("code", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("contact", Text, nullable=False),
    Column("contact_index", Text),
    Column("language", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("conversation", Text, nullable=False),
    Column("asked", UtcDateTime, nullable=False),
    Column("due", UtcDateTime, nullable=False),
    Column("shared", Boolean, nullable=False),
    Column("proofs", Text, nullable=False),
    Column("ended", UtcDateTime),
    Column("outcome", Text),
    Column("why", Text, nullable=False),
    Column("paper_due", UtcDateTime),
    Column("paper_at", UtcDateTime),
    Index(None, "contact_index"),
    Index(None, "ended", "due"),
)
helpers = Table(
    "helpers",
    metadata,
    Column("code", Text, primary_key=True),
    Column("helper", Text, nullable=False),
    Column("helper_index", Text),
    Column("until", UtcDateTime, nullable=False),
    Index(None, "helper_index"),
)
"""Who may ask for the resident of the wish with this code, from which telephone, and how long."""
