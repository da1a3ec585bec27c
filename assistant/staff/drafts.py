"""What was typed into a form whose session had ended: kept a day for the person who typed it.

It may be what a resident said, so it is sealed.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import delete, select

from assistant.database import storable, upsert
from assistant.staff.tables import drafts
from assistant.vault.rows import UNREADABLE, close, open_row

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Row

    from assistant.database import Database

LASTS: Final = timedelta(hours=24)


class DraftStore:
    """Keeps one draft a person and address of a form."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, key: str, path: str, fields: Mapping[str, str], now: datetime) -> None:
        """Keep what was typed instead of what was kept there before; forget what is a day old."""
        plain = {storable(name): storable(value) for name, value in fields.items()}
        typed = json.dumps(plain, ensure_ascii=False)
        row = {"key": key, "path": storable(path), "fields": typed, "kept": now}
        closed = close(self._database.vault, drafts.name, row)
        with self._database.begin() as connection:
            connection.execute(delete(drafts).where(drafts.c.kept < now - LASTS))
            upsert(connection, drafts, [closed])

    def look(self, key: str, path: str, now: datetime) -> dict[str, str]:
        """What is kept there, which stays; empty where there is nothing."""
        ours = (drafts.c.key == key, drafts.c.path == storable(path))
        with self._database.read() as connection:
            row = connection.execute(select(drafts).where(*ours)).first()
        return self._typed(row) if row is not None and now - row.kept <= LASTS else {}

    def take(self, key: str, path: str, now: datetime) -> dict[str, str]:
        """Hand the draft back, and forget it; empty where there is none."""
        ours = (drafts.c.key == key, drafts.c.path == storable(path))
        with self._database.read() as connection:
            row = connection.execute(select(drafts).where(*ours)).first()
        if row is None:
            return {}
        with self._database.begin() as connection:
            connection.execute(delete(drafts).where(*ours))
        return self._typed(row) if now - row.kept <= LASTS else {}

    def _typed(self, row: Row[*tuple[Any, ...]]) -> dict[str, str]:
        """The fields; none where they cannot be opened."""
        fields = open_row(self._database.vault, drafts.name, row)["fields"]
        return {} if fields == UNREADABLE else dict(json.loads(fields))
