"""The print queue in the database; whose a card is and what it says are sealed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import Column, Index, Table, Text, select, update

from assistant.database import UtcDateTime, insert_once, metadata, storable
from assistant.vault.rows import UNREADABLE, close, open_row

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Row

    from assistant.database import Database

Status = Literal["waiting", "printed", "fetched"]

cards = Table(
    "cards",
    metadata,
    Column("key", Text, primary_key=True),
    Column("contact", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("lines", Text, nullable=False),
    Column("created", UtcDateTime, nullable=False),
    Column("status", Text, nullable=False),
    Column("contact_index", Text),
    Index(None, "contact_index"),
    Index(None, "status", "created"),
)
"`lines` is a list as JSON."


@dataclass(frozen=True, slots=True)
class Card:
    """What is printed for one resident."""

    key: str
    "That of the text it stands for."
    contact: str
    "Whose it is; only the last digits are printed, so that the counter can tell two cards apart."
    language: str
    lines: tuple[str, ...]
    "Whole sentences, the answer first."
    created: datetime
    "In UTC."
    status: Status = "waiting"


class CardStore:
    """Keeps cards until they have been handed over."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, card: Card) -> bool:
        """Queue a card; whether its key was new."""
        row = {
            "key": storable(card.key),
            "contact": storable(card.contact),
            "language": card.language,
            "lines": json.dumps([storable(line) for line in card.lines], ensure_ascii=False),
            "created": card.created,
            "status": card.status,
        }
        with self._database.begin() as connection:
            return insert_once(connection, cards, close(self._database.vault, cards.name, row))

    def listing(self, *statuses: Status) -> tuple[Card, ...]:
        """Cards in these states, the oldest first."""
        statement = (
            select(cards).where(cards.c.status.in_(statuses)).order_by(cards.c.created, cards.c.key)
        )
        with self._database.read() as connection:
            rows = connection.execute(statement).all()
        return tuple(self._card(row) for row in rows)

    def mark(self, key: str, status: Status) -> bool:
        """Printed, or fetched by the resident; whether there is such a card."""
        statement = update(cards).where(cards.c.key == storable(key)).values(status=status)
        with self._database.begin() as connection:
            return connection.execute(statement).rowcount == 1

    def _card(self, row: Row[*tuple[Any, ...]]) -> Card:
        values = open_row(self._database.vault, cards.name, row)
        lines = values.pop("lines")
        return Card(**values, lines=(lines,) if lines == UNREADABLE else tuple(json.loads(lines)))
