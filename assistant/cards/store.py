"""The print queue in the database."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from sqlalchemy import JSON, Column, Index, Table, Text, select, update

from assistant.database import UtcDateTime, insert_once, metadata, storable

if TYPE_CHECKING:
    from datetime import datetime

    from assistant.database import Database

Status = Literal["waiting", "printed", "fetched"]

cards = Table(
    "cards",
    metadata,
    Column("key", Text, primary_key=True),
    Column("contact", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("lines", JSON, nullable=False),
    Column("created", UtcDateTime, nullable=False),
    Column("status", Text, nullable=False),
    Index(None, "status", "created"),
)


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
            "lines": [storable(line) for line in card.lines],
            "created": card.created,
            "status": card.status,
        }
        with self._database.begin() as connection:
            return insert_once(connection, cards, row)

    def listing(self, *statuses: Status) -> tuple[Card, ...]:
        """Cards in these states, the oldest first."""
        statement = (
            select(cards).where(cards.c.status.in_(statuses)).order_by(cards.c.created, cards.c.key)
        )
        with self._database.read() as connection:
            return tuple(
                Card(row.key, row.contact, row.language, tuple(row.lines), row.created, row.status)
                for row in connection.execute(statement)
            )

    def mark(self, key: str, status: Status) -> bool:
        """Printed, or fetched by the resident; whether there is such a card."""
        statement = update(cards).where(cards.c.key == storable(key)).values(status=status)
        with self._database.begin() as connection:
            return connection.execute(statement).rowcount == 1
