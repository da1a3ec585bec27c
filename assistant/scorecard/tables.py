"""Tables of figures: contacts without words or numbers, and what was counted of each day."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, Integer, Table, Text

from assistant.database import UtcDateTime, metadata

contact_facts = Table(
    "contact_facts",
    metadata,
    Column("id", Text, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("day", Text, nullable=False),
    Column("hour", Integer, nullable=False),
    Column("channel", Text, nullable=False),
    Column("line", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("person", Text, nullable=False),
    Column("topic", Text, nullable=False),
    Column("ending", Text, nullable=False),
    Column("step", Text, nullable=False),
    Column("heard", Integer, nullable=False),
    Column("understood", Integer, nullable=False),
    Column("waited_ms", Integer),
    Column("lasted_s", Integer, nullable=False),
    Column("offered", Integer, nullable=False),
    Column("confirmed", Integer, nullable=False),
    Column("offer_s", Integer),
    Column("again", Boolean),
    Index(None, "day"),
    Index(None, "person", "topic", "at"),
    Index(None, "at"),
)
"""`person` is a blind index, and empty once eight days are over: after that nothing in a row leads
to a resident. `again` is set when the same telephone asks for the same within seven days; where
no telephone was told to us it is empty for good."""

figure_days = Table(
    "figure_days",
    metadata,
    Column("day", Text, primary_key=True),
    Column("figure", Text, primary_key=True),
    Column("cut", Text, primary_key=True),
    Column("part", Integer, nullable=False),
    Column("whole", Integer, nullable=False),
)
"What `measures.counted` finds of each day."

figure_counts = Table(
    "figure_counts",
    metadata,
    Column("day", Text, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
)
"When each day was counted last; one counted eight days after it began is done with."
