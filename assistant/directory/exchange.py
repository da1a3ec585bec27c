"""The service directory in and out: HSDS 3 CSV and JSON, `translations.csv`, `community.json`.

An import is all or nothing. Rows with a known id are replaced, others are added, none removed.
What goes out comes in again unchanged: export, import into an empty database and export again
give the same bytes.
"""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select, update

from assistant.core.errors import DataError
from assistant.database import insert_once, upsert
from assistant.directory.community import read_community, write_community
from assistant.directory.hsds import HSDS
from assistant.directory.oddities import remark_oddities
from assistant.directory.rows import COMMUNITY, read_files
from assistant.directory.tables import (
    TABLES,
    directory_state,
    notices,
    rosters,
    site_facts,
    translations,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from sqlalchemy import Connection, Table

    from assistant.database import Database
    from assistant.directory.community import Community
    from assistant.directory.hsds import HsdsTable
    from assistant.directory.intake import Intake, Json, Problem, Row

NAMED = 5
"So many problems stand in the message of a refused import; the rest in its `problems`."
TRANSLATION_COLUMNS = ("table_name", "row_id", "column_name", "language", "text")


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import took in."""

    counts: dict[str, int]
    "Rows by table."
    problems: tuple[Problem, ...] = ()
    "Oddities: taken as they are, for a person to look at."


class ImportRefusedError(DataError):
    """Files that cannot be imported; nothing was changed. `problems` names every reason."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        fatal = [str(problem) for problem in problems if problem.fatal]
        more = f" And {len(fatal) - NAMED} more." if len(fatal) > NAMED else ""
        super().__init__(f"Nothing was imported. {' '.join(fatal[:NAMED])}{more}")


def import_tables(paths: Sequence[Path], database: Database) -> ImportReport:
    """Read HSDS files, or folders of them, into the directory.

    Raises:
        ImportRefusedError: a file is missing, no CSV or JSON in UTF-8, or holds one id twice.
        DatabaseError: the database failed.
    """
    intake = read_files(paths)
    community = read_community(intake)
    if any(problem.fatal for problem in intake.problems):
        raise ImportRefusedError(intake.problems)
    with database.begin() as connection:
        remark_oddities(intake, _known(connection))
        for hsds in HSDS:
            _write_rows(connection, hsds, list(intake.rows.get(hsds.stem, {}).values()))
        _write_others(connection, intake, community)
        touch(connection)
    counts = {stem: len(rows) for stem, rows in intake.rows.items()}
    counts |= {
        "translations": len(intake.translations),
        "rosters": len(community.rosters),
        "notices": len(community.notices),
    }
    return ImportReport(
        {name: count for name, count in counts.items() if count}, tuple(intake.problems)
    )


def touch(connection: Connection) -> None:
    """Say that the directory changed: records kept in memory anywhere are read again."""
    table = directory_state
    if not insert_once(connection, table, {"id": 1, "version": 1}):
        connection.execute(update(table).values(version=table.c.version + 1))


def _known(connection: Connection) -> dict[str, set[str]]:
    return {
        stem: set(connection.execute(select(table.c.id)).scalars())
        for stem, table in TABLES.items()
    }


def _write_rows(connection: Connection, hsds: HsdsTable, rows: Sequence[Row]) -> None:
    table = TABLES[hsds.stem]
    last = connection.execute(select(func.max(table.c.position))).scalar()
    begin = 0 if last is None else last + 1
    empty = dict.fromkeys(hsds.columns)
    found = [
        {
            "id": row.id,
            "position": begin + number,
            **empty,
            **row.values,
            "extra": row.extra or None,
        }
        for number, row in enumerate(rows)
    ]
    upsert(connection, table, found, keep=("position",))


def _write_others(connection: Connection, intake: Intake, community: Community) -> None:
    keys = TRANSLATION_COLUMNS[:-1]
    upsert(
        connection,
        translations,
        [
            {**dict(zip(keys, key, strict=True)), **row.values}
            for key, row in intake.translations.items()
        ],
    )
    upsert(connection, rosters, list(community.rosters.values()))
    upsert(connection, notices, list(community.notices.values()))
    upsert(
        connection,
        site_facts,
        [{"key": key, "value": value} for key, value in community.facts.items()],
    )


def export_tables(
    database: Database, folder: Path, facts: Mapping[str, Json] | None = None
) -> dict[str, int]:
    """Write every table as HSDS CSV, with `translations.csv` and `community.json`, to `folder`.

    `facts` fill in what `community.json` should say and the directory does not hold, such as the
    site's emergency number. Returns the rows by table. Raises `DataError` if the folder cannot be
    written to.
    """
    texts: dict[str, str] = {}
    counts: dict[str, int] = {}
    with database.read() as connection:
        for hsds in HSDS:
            rows = _rows(connection, TABLES[hsds.stem], "position", "id")
            texts[f"{hsds.stem}.csv"] = _hsds_csv(hsds, rows)
            counts[hsds.stem] = len(rows)
        others = _rows(connection, translations, *TRANSLATION_COLUMNS[:-1])
        texts["translations.csv"] = _csv(TRANSLATION_COLUMNS, others)
        counts["translations"] = len(others)
        held = {
            row["key"]: row["value"]
            for row in _rows(connection, site_facts, "key")
            if row["value"] is not None
        }
        texts[COMMUNITY] = write_community(
            {**(facts or {}), **held},
            _rows(connection, rosters, "roster", "id"),
            _rows(connection, notices, "valid_from", "id"),
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in texts.items():
            (folder / name).write_bytes(text.encode("utf-8"))
    except OSError as error:
        raise DataError(
            f"The export cannot be written to {folder} ({error.strerror}); "
            "choose a folder you may write to."
        ) from error
    return {name: count for name, count in counts.items() if count}


def _rows(connection: Connection, table: Table, *order: str) -> list[dict[str, Any]]:
    statement = select(table).order_by(*(table.c[name] for name in order))
    return [dict(row) for row in connection.execute(statement).mappings()]


def _hsds_csv(hsds: HsdsTable, rows: Iterable[Mapping[str, Any]]) -> str:
    """One table; columns HSDS does not know stand behind its own, in the order of their names."""
    flat = [{**row, **(row["extra"] or {})} for row in rows]
    more = sorted({name for row in rows for name in row["extra"] or {}})
    return _csv(("id", *hsds.columns, *more), flat)


def _csv(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> str:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_cell(row.get(name)) for name in columns] for row in rows)
    return out.getvalue()


def _cell(value: Json) -> str:
    if value is None or isinstance(value, str):
        return value or ""
    return json.dumps(value, ensure_ascii=False)
