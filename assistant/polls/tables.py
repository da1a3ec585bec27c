"""Tables of votes. A ballot knows neither the number nor the name it came from."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Index, Table, Text

from assistant.database import UtcDateTime, metadata

ballots = Table(
    "poll_ballots",
    metadata,
    Column("id", Text, primary_key=True),
    Column("poll", Text, nullable=False),
    Column("household", Text, nullable=False),
    Column("choice", Text, nullable=False),
    Column("day", UtcDateTime, nullable=False),
    Index(None, "poll", "household"),
    sqlite_with_rowid=False,
)
"""One voice in one poll. `id` and `household` are keyed hashes over the poll and the number, so
that ballots of two polls cannot be told to be one person's; `choice` is sealed; of the moment only
the day is kept, and no row number, since either could be laid beside a list of calls."""

results = Table(
    "poll_results",
    metadata,
    Column("poll", Text, primary_key=True),
    Column("tallies", JSON, nullable=False),
    Column("published", UtcDateTime, nullable=False),
    Column("by", Text, nullable=False),
)
"What staff have published of a poll that is over: votes by choice, small ones hidden."

news = Table(
    "poll_news",
    metadata,
    Column("id", Text, primary_key=True),
    Column("poll", Text, nullable=False),
    Column("contact", Text, nullable=False),
    Column("contact_index", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("wanted", Boolean, nullable=False),
    Column("asked", UtcDateTime, nullable=False),
    Column("told", UtcDateTime),
    Index(None, "poll", "wanted", "told"),
    Index(None, "contact_index"),
)
"Who was asked, after voting, whether she wants the result by text. Nothing of what she chose."
