"""Which columns are sealed, as data: one line a table.

Tables are sealed for the first time in this order. docs/privacy.md, "To seal a column", says what
else a table needs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class SealedTable:
    """A table with sealed columns."""

    name: str
    key: str
    "The primary key, to which the values are bound."
    columns: tuple[str, ...]
    "Text columns that are sealed; what is `NULL` or empty stays so."
    index: str | None = None
    "The column with the blind index, which may be the primary key."
    of: str | None = None
    "The sealed column it is the index of."
    more: tuple[str, ...] = ()
    "The other columns of a primary key of several."

    @property
    def keys(self) -> tuple[str, ...]:
        """Every column of the primary key."""
        return (self.key, *self.more)

    def place(self, row: Mapping[str, Any]) -> str:
        """The primary key of a row as text; no part of it can hold the NUL between them."""
        return "\0".join(str(row[name]) for name in self.keys)


SEALED = (
    SealedTable("alarms", "code", ("contact", "words", "note"), "contact_index", "contact"),
    SealedTable("caller_preferences", "contact_index", ("contact",), "contact_index", "contact"),
    SealedTable("hearings", "id", ("words",)),
    SealedTable("conversations", "id", ("contact", "state"), "contact_index", "contact"),
    SealedTable("webhooks", "key", ("text",)),
    SealedTable("contacts", "contact_index", ("contact",), "contact_index", "contact"),
    SealedTable(
        "requests", "code", ("contact", "words", "place", "nickname"), "contact_index", "contact"
    ),
    SealedTable("request_closings", "code", ("note",)),
    SealedTable("case_history", "code", ("why",), more=("seq",)),
    SealedTable("case_feedback", "code", ("words",), more=("closing",)),
    SealedTable(
        "callbacks", "code", ("phone", "words", "safe_word", "jump_reason"), "phone_index", "phone"
    ),
    SealedTable("callback_history", "code", ("why",), more=("seq",)),
    SealedTable("callback_outcomes", "code", ("note",), more=("nth",)),
    SealedTable("roster_people", "name", ("phone",)),
    SealedTable("outbox", "key", ("contact", "body"), "contact_index", "contact"),
    SealedTable("no_texts", "contact_index", ("contact",), "contact_index", "contact"),
    SealedTable("cards", "key", ("contact", "lines"), "contact_index", "contact"),
    SealedTable("corrections", "id", ("words", "changes"), "words_index", "words"),
    SealedTable("staff_drafts", "key", ("fields",), more=("path",)),
    SealedTable("legal_holds", "id", ("reason",)),
    SealedTable("rights", "code", ("contact",), "contact_index", "contact"),
    SealedTable("poll_ballots", "id", ("choice",)),
    SealedTable("poll_news", "id", ("contact",), "contact_index", "contact"),
    SealedTable("vault_secrets", "name", ("secret",)),
    SealedTable("helpers", "code", ("helper",), "helper_index", "helper"),
)

BY_NAME = {item.name: item for item in SEALED}
