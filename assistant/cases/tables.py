"""Tables of cases: how each stands, what happened to it, what residents said after it."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Float, Index, Integer, Table, Text

from assistant.database import UtcDateTime, metadata

cases = Table(
    "cases",
    metadata,
    Column("code", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("topic", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("since", UtcDateTime, nullable=False),
    Column("begun", UtcDateTime, nullable=False),
    Column("take_by", UtcDateTime, nullable=False),
    Column("due", UtcDateTime, nullable=False),
    Column("sorted", Boolean, nullable=False),
    Column("owner", Text),
    Column("assigned", UtcDateTime),
    Column("extended", Boolean, nullable=False),
    Column("moved", Boolean, nullable=False),
    Column("closings", Integer, nullable=False),
    Column("merged_into", Text),
    Column("public_id", Text, nullable=False),
    Index(None, "state", "due"),
    Index(None, "merged_into", "due", "code"),
    Index(None, "public_id", unique=True),
)
"One row for every request of a resident; a drill has none."

case_history = Table(
    "case_history",
    metadata,
    Column("code", Text, primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("deed", Text, nullable=False),
    Column("before", Text, nullable=False),
    Column("after", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("why", Text, nullable=False),
)

case_feedback = Table(
    "case_feedback",
    metadata,
    Column("code", Text, primary_key=True),
    Column("closing", Integer, primary_key=True),
    Column("how", Text, nullable=False),
    Column("asked", UtcDateTime),
    Column("solved", Boolean),
    Column("score", Float),
    Column("of", Integer),
    Column("words", Text, nullable=False),
    Column("given", UtcDateTime),
)
"""Once for every closing. `how` she is asked: `sms`, `voice` (when she rings next), or `told` where
she gave a mark of her own accord; one without a case is kept under its conversation's id."""
