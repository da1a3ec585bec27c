"""Which columns are sealed, as data: one line a table.

Tables are sealed for the first time in this order. docs/privacy.md, "To seal a column", says what
else a table needs.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SealedTable:
    """A table with sealed columns. Its primary key is one column of text."""

    name: str
    key: str
    "The primary key, to which the values are bound."
    columns: tuple[str, ...]
    "Text columns that are sealed; what is `NULL` or empty stays so."
    index: str | None = None
    "The column with the blind index, which may be the primary key."
    of: str | None = None
    "The sealed column it is the index of."


SEALED = (
    SealedTable("alarms", "code", ("contact", "words", "note"), "contact_index", "contact"),
    SealedTable("caller_preferences", "contact_index", ("contact",), "contact_index", "contact"),
    SealedTable("hearings", "id", ("words",)),
)
