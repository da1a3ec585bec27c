"""How callers like to be spoken to, kept with their consent, in the database.

A caller's number is found by its blind index, and sealed; it is kept at all so that the index can
be made anew under another key.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Boolean, Column, Float, Table, Text, delete, select

from assistant.core.conversation import Pace, Preferences
from assistant.database import UtcDateTime, metadata, storable, upsert

if TYPE_CHECKING:
    from datetime import datetime

    from assistant.database import Database

preferences = Table(
    "caller_preferences",
    metadata,
    Column("contact_index", Text, primary_key=True),
    Column("contact", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("rate", Float, nullable=False),
    Column("gain_db", Float, nullable=False),
    Column("patient", Boolean, nullable=False),
    Column("other_voice", Boolean, nullable=False),
    Column("updated", UtcDateTime, nullable=False),
)


class PreferenceStore:
    """Keeps one row a caller who agreed to it; `assistant.core.ports.PreferenceStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def load(self, contact: str) -> Preferences | None:
        """What this contact agreed to have kept, or `None`."""
        index = self._database.vault.index(storable(contact))
        statement = select(preferences).where(preferences.c.contact_index == index)
        with self._database.read() as connection:
            row = connection.execute(statement).first()
        if row is None:
            return None
        pace = Pace(row.rate, row.gain_db, row.patient, row.other_voice)
        return Preferences(row.language, pace)

    def keep(self, contact: str, liked: Preferences, now: datetime) -> None:
        """Keep these for this contact; the newest wins."""
        vault, number = self._database.vault, storable(contact)
        index = vault.index(number)
        row = {
            "contact_index": index,
            "contact": vault.seal(preferences.name, "contact", index, number),
            "language": storable(liked.language),
            "rate": liked.pace.rate,
            "gain_db": liked.pace.gain_db,
            "patient": liked.pace.patient,
            "other_voice": liked.pace.other_voice,
            "updated": now,
        }
        with self._database.begin() as connection:
            upsert(connection, preferences, [row], newer="updated")

    def forget(self, contact: str) -> None:
        """Keep nothing of this contact any more; does nothing where nothing was kept."""
        index = self._database.vault.index(storable(contact))
        with self._database.begin() as connection:
            connection.execute(delete(preferences).where(preferences.c.contact_index == index))
