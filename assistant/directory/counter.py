"""The directory as the office works on it at the desk: what to look at first, one sheet, imports.

Everything goes the way an import goes, so that it stands in the history and can be taken back.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from assistant.core.errors import DataError
from assistant.directory import editing, history
from assistant.directory.day_store import DayStore
from assistant.directory.exchange import import_tables, touch
from assistant.directory.review import ORDER, review
from assistant.directory.tables import imports
from assistant.directory.texts import service_name
from assistant.directory.vouching import Vouching

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime
    from pathlib import Path

    from assistant.core.service import Notice, Records, Service
    from assistant.core.values import Localised
    from assistant.database import Database
    from assistant.directory.checks import CheckStore
    from assistant.directory.exchange import ImportReport
    from assistant.directory.review import Finding
    from assistant.directory.store import DirectoryStore

CALM = len(ORDER)
"Rank of a service that nothing was found about."


@dataclass(frozen=True, slots=True)
class Listed:
    """One service in the list of the desk."""

    id: str
    name: Localised
    assured: date | None
    findings: tuple[Finding, ...]
    searched: str
    "Everything it can be found by, in lower case."

    @property
    def rank(self) -> int:
        """Where it stands: 0 is looked at first."""
        return min((ORDER.index(item.kind) for item in self.findings), default=CALM)


@dataclass(frozen=True, slots=True)
class Change:
    """One change of the directory that can be taken back."""

    number: int
    at: datetime
    what: tuple[str, ...]
    "Names of files, or who typed it."


class Counter:
    """Works on one directory. Called from worker threads."""

    def __init__(
        self, database: Database, store: DirectoryStore, checks: CheckStore, stale_days: int
    ) -> None:
        self._database = database
        self._store = store
        self._checks = checks
        self._stale_days = stale_days
        self._days = DayStore(database)
        self._guard = threading.Lock()
        self._kept: tuple[object, tuple[Listed, ...]] = (None, ())

    @property
    def added(self) -> Mapping[str, tuple[str, ...]]:
        """Columns of the tables in which a service may get one more row."""
        return {table: editing.COLUMNS[table] for table in sorted(editing.ADDED)}

    # -- the list ---------------------------------------------------------------------------

    def listing(self, words: str, today: date) -> tuple[Listed, ...]:
        """Services that fit all of the words: said to be wrong and stale ones first."""
        wanted = words.casefold().split()
        found = [item for item in self._all(today) if all(word in item.searched for word in wanted)]
        return tuple(found)

    def service(self, identity: str, today: date) -> Listed:
        """One service of the list. Raises `DataError` if there is none with this id."""
        for item in self._all(today):
            if item.id == identity:
                return item
        raise DataError(f"There is no service {identity}; it may have been removed.")

    def _all(self, today: date) -> tuple[Listed, ...]:
        """The whole list, made anew only where the directory or the day has changed."""
        records = self._store.current()
        wrong = self._checks.wrong(records)
        state = (self._store.version(), today, wrong)
        with self._guard:
            if self._kept[0] != state:
                self._kept = (state, self._look(records, wrong, today))
            return self._kept[1]

    def _look(
        self, records: Records, wrong: frozenset[tuple[str, str]], today: date
    ) -> tuple[Listed, ...]:
        by_service: dict[str, list[Finding]] = {}
        for finding in review(records, Vouching(self._stale_days, wrong), today):
            by_service.setdefault(finding.service, []).append(finding)
        listed = [
            _listed(service, by_service.get(service.id, ()), records)
            for service in records.services
        ]
        return tuple(sorted(listed, key=lambda item: item.rank))

    # -- one service ------------------------------------------------------------------------

    def sheet(self, identity: str) -> editing.Sheet:
        """What can be corrected of a service. Raises `DataError` if there is none with this id."""
        return editing.sheet(self._database, identity)

    def save(
        self,
        sheet: editing.Sheet,
        cells: Mapping[tuple[str, str, str], str],
        texts: Mapping[tuple[str, str, str, str], str],
        gone: Mapping[str, Sequence[str]],
        *,
        by: str,
        at: datetime,
    ) -> ImportReport:
        """Write what was typed into a sheet; see `editing.Change`. Raises `DataError`."""
        change = editing.Change(cells, texts, gone)
        return editing.save(self._database, sheet.service, sheet.state, change, by=by, at=at)

    def verified(self, identity: str, by: str, now: datetime) -> int:
        """Somebody has checked a service today; how many tasks that closed. Raises `DataError`."""
        return self._checks.verified(identity, by, now)

    # -- notices ----------------------------------------------------------------------------

    def notices(self, today: date) -> tuple[Notice, ...]:
        """What is announced today or later, the first day first."""
        coming = [item for item in self._store.current().notices if item.valid_to >= today]
        return tuple(sorted(coming, key=lambda item: (item.valid_from, item.id)))

    def put_notice(self, cells: Mapping[str, str], *, by: str, at: datetime) -> ImportReport:
        """Announce something; see `editing.save_notice`. Raises `DataError`."""
        return editing.save_notice(self._database, cells, by=by, at=at)

    def remove_notice(self, identity: str) -> bool:
        """Take a notice down; whether it was up."""
        return self._days.remove("notices", identity)

    # -- imports ----------------------------------------------------------------------------

    def take(self, files: Sequence[Path], at: datetime, *, preview: bool) -> ImportReport:
        """Import files, or say what that would do. Raises `ImportRefusedError`."""
        return import_tables(files, self._database, at=at, preview=preview)

    def changes(self) -> tuple[Change, ...]:
        """What can be taken back, the latest first."""
        wanted = select(imports).order_by(imports.c.id.desc())
        with self._database.read() as connection:
            rows = connection.execute(wanted).all()
        return tuple(Change(row.id, row.at, tuple(row.files)) for row in rows)

    def undo(self, number: int) -> None:
        """Take back the latest change, which must be this one. Raises `DataError`."""
        with self._database.begin() as connection:
            history.undo(connection, number)
            touch(connection)


def _listed(service: Service, findings: Sequence[Finding], records: Records) -> Listed:
    name = service_name(service, records)
    said = [text for _, text in name.texts]
    phones = [phone.number for phone in service.phones]
    searched = [service.id, *said, *service.alternate_names, *service.keywords, *phones]
    return Listed(
        service.id, name, service.assured_date, tuple(findings), "\n".join(searched).casefold()
    )
