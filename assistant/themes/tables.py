"""Tables of themes. No resident's word stands in them: codes lead to what was said."""

from __future__ import annotations

from sqlalchemy import JSON, Column, Index, Table, Text

from assistant.database import UtcDateTime, metadata

themes = Table(
    "themes",
    metadata,
    Column("id", Text, primary_key=True),
    Column("names", JSON, nullable=False),
    Column("state", Text, nullable=False),
    Column("told", JSON, nullable=False),
    Column("poll", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("made", UtcDateTime, nullable=False),
    Column("decided", UtcDateTime),
)
"Names and what is told of it by language, in the office's words."

theme_voices = Table(
    "theme_voices",
    metadata,
    Column("code", Text, primary_key=True),
    Column("theme", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("how", Text, nullable=False),
    Column("told", UtcDateTime),
    Index(None, "theme"),
    Index(None, "how", "told"),
)
"""A suggestion belongs to one theme at most, and there by a person's word; theme `""` holds what
somebody has set apart. `how` she is told what became of it: empty until that is decided."""
