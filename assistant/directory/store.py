"""The directory in the database, as one value in memory that follows every change."""

from __future__ import annotations

import logging
from threading import Lock
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from assistant.directory.exchange import ImportReport, import_tables
from assistant.directory.freshness import Recent
from assistant.directory.reading import read_records
from assistant.directory.tables import TABLES, directory_state, site_facts

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Connection

    from assistant.core.service import Records
    from assistant.database import Database
    from assistant.directory.intake import Json

log = logging.getLogger(__name__)


class DirectoryStore:
    """Reads the directory. Called from worker threads; shares its records between them."""

    def __init__(
        self,
        database: Database,
        zone: str,
        languages: tuple[str, ...],
        country: str = "CN",
        *,
        recheck_s: float = 0.0,
    ) -> None:
        """A change is noticed after at most `recheck_s` seconds; 0 looks at every question."""
        self._database = database
        self._country = country
        self._zone = zone
        self._languages = languages
        self._lock = Lock()
        self._held: tuple[int, Records] | None = None
        self._recent = Recent(self._read, recheck_s)

    def version(self) -> int:
        """Goes up with every change of the directory; 0 while it is empty."""
        with self._database.read() as connection:
            return _version(connection)

    def records(self) -> Records:
        """The whole directory as it is now; the same object until it changes."""
        return self._recent.get()

    def current(self) -> Records:
        """The directory at this very moment: whoever has just saved sees what was saved."""
        self._recent.forget()
        return self._recent.get()

    def _read(self) -> Records:
        with self._database.read() as connection:
            version = _version(connection)
            held = self._held
            if held is not None and held[0] == version:
                return held[1]
            with self._lock:
                if self._held is None or self._held[0] != version:
                    found = read_records(connection, self._languages, self._zone, self._country)
                    self._held = (version, found)
                return self._held[1]

    def facts(self) -> dict[str, Json]:
        """What `community.json` says of the site: staff hours, polls and so on."""
        with self._database.read() as connection:
            found = connection.execute(select(site_facts.c.key, site_facts.c.value))
            return {row.key: row.value for row in found}

    def load_demo(self, folder: Path) -> ImportReport | None:
        """Fill an empty directory with the community in `folder`; `None` if it is not empty.

        Raises what `import_tables` raises. Two processes at once import the same rows twice,
        which is the same as once.
        """
        with self._database.read() as connection:
            services = TABLES["services"]
            if connection.execute(select(func.count()).select_from(services)).scalar_one():
                return None
        report = import_tables([folder], self._database)
        self._recent.forget()
        log.info("demo community loaded: %d services", report.counts.get("services", 0))
        return report


def _version(connection: Connection) -> int:
    return connection.execute(select(directory_state.c.version)).scalar() or 0
