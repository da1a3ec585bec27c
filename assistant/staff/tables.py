"""The tables of the staff room. Secrets are kept as hashes only, or as seeds that need the key."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, Table, Text

from assistant.database import UtcDateTime, metadata

staff = Table(
    "staff",
    metadata,
    Column("key", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("password", Text),
    Column("seed", Text),
    Column("confirmed", Boolean, nullable=False),
    Column("last_step", BigInteger, nullable=False),
    Column("link", Text),
    Column("link_until", UtcDateTime),
    Column("active", Boolean, nullable=False),
    Column("created", UtcDateTime, nullable=False),
    Index(None, "link"),
)
recovery_codes = Table(
    "staff_recovery_codes",
    metadata,
    Column("hash", Text, primary_key=True),
    Column("key", Text, nullable=False),
    Index(None, "key"),
)
sessions = Table(
    "staff_sessions",
    metadata,
    Column("hash", Text, primary_key=True),
    Column("key", Text, nullable=False),
    Column("stage", Text, nullable=False),
    Column("created", UtcDateTime, nullable=False),
    Column("seen", UtcDateTime, nullable=False),
    Column("device", Text, nullable=False),
    Index(None, "key"),
)
failures = Table(
    "staff_failures",
    metadata,
    Column("scope", Text, primary_key=True),
    Column("failed", Integer, nullable=False),
    Column("last", UtcDateTime, nullable=False),
)
tokens = Table(
    "staff_tokens",
    metadata,
    Column("id", Text, primary_key=True),
    Column("hash", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("made_by", Text, nullable=False),
    Column("created", UtcDateTime, nullable=False),
    Column("until", UtcDateTime, nullable=False),
    Column("revoked", UtcDateTime),
)
drafts = Table(
    "staff_drafts",
    metadata,
    Column("key", Text, primary_key=True),
    Column("path", Text, primary_key=True),
    Column("fields", Text, nullable=False),
    Column("kept", UtcDateTime, nullable=False),
)
"`fields` is an object as JSON."
presence = Table(
    "staff_presence",
    metadata,
    Column("code", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("until", UtcDateTime, nullable=False),
)
approvals = Table(
    "staff_approvals",
    metadata,
    Column("id", Text, primary_key=True),
    Column("deed", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("asked_by", Text, nullable=False),
    Column("asked", UtcDateTime, nullable=False),
    Column("decided_by", Text),
    Column("decided", UtcDateTime),
    Column("granted", Boolean),
    Column("used", UtcDateTime),
    Index(None, "asked"),
)
