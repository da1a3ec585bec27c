"""Files into the service directory: HSDS tables, nested JSON, workbooks, the office's own.

An import is all or nothing. Rows with a known id are replaced, others are added, none removed but
those an office's own table no longer has for a service. Tables are written one after the other
while they are read, so that a city's directory needs little memory.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, select, update

from assistant.core.errors import DataError
from assistant.database import insert_once, upsert
from assistant.directory.community import read_community
from assistant.directory.history import History
from assistant.directory.hsds import BY_STEM
from assistant.directory.intake import Intake
from assistant.directory.oddities import (
    Reference,
    references,
    remark_dangling,
    remark_oddities,
    translated,
)
from assistant.directory.office import MADE_OF
from assistant.directory.rows import read_files
from assistant.directory.shelf import batches
from assistant.directory.tables import (
    TABLES,
    directory_state,
    notices,
    rosters,
    site_facts,
    translations,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from sqlalchemy import Connection, Table

    from assistant.database import Database
    from assistant.directory.community import Community
    from assistant.directory.intake import Problem, Row

NAMED = 5
"So many problems stand in the message of a refused import; the rest in its `problems`."
TRANSLATION_COLUMNS = ("table_name", "row_id", "column_name", "language", "text")
AT_ONCE = 500
"Rows written together."


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import took in, or would take in."""

    counts: dict[str, int]
    "Rows by table."
    problems: tuple[Problem, ...] = ()
    "Oddities: taken as they are, for a person to look at."
    replaced: dict[str, int] = field(default_factory=dict)
    "How many of the rows were there before, by table."
    removed: int = 0
    "Rows of services of the office's own table that it no longer has."
    number: int | None = None
    "In the history, where it can be undone; `None` where it was not kept there."


class ImportRefusedError(DataError):
    """Files that cannot be imported; nothing was changed. `problems` names every reason."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        fatal = [str(problem) for problem in problems if problem.fatal]
        more = f" And {len(fatal) - NAMED} more." if len(fatal) > NAMED else ""
        super().__init__(f"Nothing was imported. {' '.join(fatal[:NAMED])}{more}")


def import_tables(
    paths: Sequence[Path],
    database: Database,
    *,
    at: datetime | None = None,
    preview: bool = False,
    watch: Callable[[str, int], None] | None = None,
) -> ImportReport:
    """Read files, or folders of them, into the directory.

    With `at`, the moment it is now, the import is kept in the history and can be undone. A
    `preview` reports what would happen and changes nothing. `watch` is told the table and the
    number of rows each time some are written.

    Raises:
        ImportRefusedError: a file is missing or cannot be read, or holds one id twice.
        DatabaseError: the database failed.
    """
    with database.begin() as connection:
        history = History(connection, at, [path.name for path in paths])
        report = _Import(connection, history, watch).run(paths)
        touch(connection)
        if preview:
            connection.rollback()
    return report


def import_rows(
    connection: Connection,
    intake: Intake,
    *,
    at: datetime,
    label: str,
    gone: Mapping[str, Sequence[str]],
) -> ImportReport:
    """Write rows that somebody typed, as an import of them would, inside a transaction.

    Rows must be whole: a column left out is emptied. `gone` are ids to remove, by table. The change
    stands in the history as `label` and can be undone.

    Raises:
        ImportRefusedError: something in the intake cannot be kept.
    """
    report = _Import(connection, History(connection, at, [label]), None).take(intake, gone)
    touch(connection)
    return report


def touch(connection: Connection) -> None:
    """Say that the directory changed: records kept in memory anywhere are read again."""
    table = directory_state
    if not insert_once(connection, table, {"id": 1, "version": 1}):
        connection.execute(update(table).values(version=table.c.version + 1))


class _Import:
    """One import on its way into the database."""

    def __init__(
        self,
        connection: Connection,
        history: History,
        watch: Callable[[str, int], None] | None,
    ) -> None:
        self._connection = connection
        self._history = history
        self._watch = watch or (lambda _table, _rows: None)
        self._intake = Intake()
        self._known = {
            stem: set(connection.execute(select(table.c.id)).scalars())
            for stem, table in TABLES.items()
        }
        self._unresolved: list[Reference] = []
        self._counts: dict[str, int] = {}
        self._replaced: dict[str, int] = {}
        self._removed = 0

    def run(self, paths: Sequence[Path]) -> ImportReport:
        """Read and write everything. Raises `ImportRefusedError`."""
        return self._rest(read_files(paths, self._intake, self._settle))

    def take(self, intake: Intake, gone: Mapping[str, Sequence[str]]) -> ImportReport:
        """Write rows that were read already, remove others. Raises `ImportRefusedError`."""
        self._intake = intake
        for stem in list(intake.rows):
            self._settle(stem)
        for stem, ids in gone.items():
            self._remove(stem, ids)
        return self._rest(intake)

    def _rest(self, intake: Intake) -> ImportReport:
        """Write what is no HSDS table, and report."""
        community = read_community(intake)
        if any(problem.fatal for problem in intake.problems):
            raise ImportRefusedError(intake.problems)
        for reference in (*self._unresolved, *translated(intake)):
            if reference.identifier not in self._known[reference.table]:
                remark_dangling(reference, intake)
        self._write_others(community)
        counts = {
            **self._counts,
            "translations": len(intake.translations),
            "rosters": len(community.rosters),
            "notices": len(community.notices),
        }
        return ImportReport(
            {name: count for name, count in counts.items() if count},
            tuple(intake.problems),
            self._replaced,
            self._removed,
            self._history.number,
        )

    def _settle(self, stem: str) -> None:
        """Write the rows of a table that was read to its end."""
        rows = self._intake.rows.pop(stem, {})
        if any(problem.fatal for problem in self._intake.problems):
            return
        remark_oddities(stem, rows.values(), self._intake)
        known = self._known[stem]
        replaced = [identifier for identifier in rows if identifier in known]
        self._history.remember(stem, replaced)
        if stem in MADE_OF:
            self._remove_others(stem, rows)
        self._write_rows(stem, list(rows.values()))
        known.update(rows)
        self._counts[stem] = self._counts.get(stem, 0) + len(rows)
        if replaced:
            self._replaced[stem] = self._replaced.get(stem, 0) + len(replaced)
        self._unresolved += (
            reference
            for row in rows.values()
            for reference in references(stem, row)
            if reference.identifier not in self._known[reference.table]
        )

    def _remove_others(self, stem: str, rows: dict[str, Row]) -> None:
        """Remove what was made for a service of the office's own table and is not in it now."""
        table = TABLES[stem]
        column = {"attributes": "link_id", "addresses": "location_id"}.get(stem, "service_id")
        ending = "/place" if stem == "addresses" else ""
        for some in batches(sorted(self._intake.made_anew), AT_ONCE):
            owners = [f"{service}{ending}" for service in some]
            found = self._connection.execute(
                select(table.c.id, table.c[column]).where(table.c[column].in_(owners))
            )
            gone = [
                row.id
                for row in found
                if row.id.startswith(f"{row[1].removesuffix(ending)}/") and row.id not in rows
            ]
            self._remove(stem, gone)

    def _remove(self, stem: str, gone: Sequence[str]) -> None:
        """Remove rows of one table; the history keeps them."""
        table = TABLES[stem]
        self._history.remember(stem, gone)
        for ids in batches(gone, AT_ONCE):
            self._connection.execute(delete(table).where(table.c.id.in_(ids)))
        self._known[stem].difference_update(gone)
        self._removed += len(gone)

    def _write_rows(self, stem: str, rows: Sequence[Row]) -> None:
        table = TABLES[stem]
        last = self._connection.execute(select(func.max(table.c.position))).scalar()
        begin = 0 if last is None else last + 1
        self._history.begin(stem, begin)
        empty = dict.fromkeys(BY_STEM[stem].columns)
        place = begin
        for some in batches(rows, AT_ONCE):
            found = []
            for row in some:
                own = {"id": row.id, "position": place, "extra": row.extra or None}
                found.append({**own, **empty, **row.values})
                place += 1
            upsert(self._connection, table, found, keep=("position",))
            self._watch(stem, len(some))

    def _write_others(self, community: Community) -> None:
        keys = TRANSLATION_COLUMNS[:-1]
        told: list[dict[str, Any]] = [
            {**dict(zip(keys, key, strict=True)), **row.values}
            for key, row in self._intake.translations.items()
        ]
        facts: list[dict[str, Any]] = [
            {"key": key, "value": value} for key, value in community.facts.items()
        ]
        written: tuple[tuple[Table, list[dict[str, Any]]], ...] = (
            (translations, told),
            (rosters, list(community.rosters.values())),
            (notices, list(community.notices.values())),
            (site_facts, facts),
        )
        for table, rows in written:
            self._history.remember_keyed(table, rows)
            upsert(self._connection, table, rows)
