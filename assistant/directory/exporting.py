"""The service directory out: HSDS 3 tables with a data package, nested HSDS JSON, `community.json`.

What goes out comes in again unchanged: export, import into an empty database and export again give
the same bytes. Cells a spreadsheet program would run are made harmless in CSV.
"""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import select

from assistant.core.errors import DataError
from assistant.directory.community import write_community
from assistant.directory.exchange import TRANSLATION_COLUMNS
from assistant.directory.formulas import harmless
from assistant.directory.hsds import HSDS
from assistant.directory.nested import COMMUNITY, PACKAGE
from assistant.directory.package import package
from assistant.directory.tables import TABLES, notices, rosters, site_facts, translations
from assistant.directory.trees import nested_services

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from sqlalchemy import Connection, Table

    from assistant.database import Database
    from assistant.directory.intake import Json

Format = Literal["csv", "json"]


def export_tables(
    database: Database,
    folder: Path,
    facts: Mapping[str, Json] | None = None,
    form: Format = "csv",
) -> dict[str, int]:
    """Write the directory to `folder`; returns the rows by table.

    `csv` are the tables of HSDS with `datapackage.json`; `json` is `services.json`, a page of
    nested services as the HSDS API gives them, and what belongs to no service beside it. Both come
    with `translations.csv` and `community.json`. `facts` fill in what `community.json` should say
    and the directory does not hold, such as the site's emergency number.

    Raises:
        DataError: the folder cannot be written to.
    """
    counts: dict[str, int] = {}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with database.read() as connection:
            if form == "csv":
                counts |= _tables(connection, folder)
            else:
                counts |= _trees(connection, folder)
            others = _rows(connection, translations, *TRANSLATION_COLUMNS[:-1])
            told = list(others)
            _write_csv(folder / "translations.csv", TRANSLATION_COLUMNS, told)
            counts["translations"] = len(told)
            (folder / COMMUNITY).write_bytes(_community(connection, facts or {}).encode())
    except OSError as error:
        raise DataError(
            f"The export cannot be written to {folder} ({error.strerror}); "
            "choose a folder you may write to."
        ) from error
    return {name: count for name, count in counts.items() if count}


def _tables(connection: Connection, folder: Path) -> dict[str, int]:
    counts, columns = {}, {}
    for hsds in HSDS:
        table = TABLES[hsds.stem]
        more = _unknown(connection, table)
        columns[hsds.stem] = ("id", *hsds.columns, *more)
        flat = (
            {**row, **(row["extra"] or {})} for row in _rows(connection, table, "position", "id")
        )
        path = folder / f"{hsds.stem}.csv"
        counts[hsds.stem] = _write_csv(path, columns[hsds.stem], flat)
    written = json.dumps(package(columns), ensure_ascii=False, indent=2) + "\n"
    (folder / PACKAGE).write_bytes(written.encode())
    return counts


def _trees(connection: Connection, folder: Path) -> dict[str, int]:
    tables = {
        hsds.stem: list(_rows(connection, TABLES[hsds.stem], "position", "id")) for hsds in HSDS
    }
    page, rest = nested_services(tables)
    for name, found in (("services.json", page), ("others.json", rest)):
        written = json.dumps(found, ensure_ascii=False, indent=1) + "\n"
        (folder / name).write_bytes(written.encode())
    return {stem: len(rows) for stem, rows in tables.items()}


def _community(connection: Connection, facts: Mapping[str, Json]) -> str:
    held = {
        row["key"]: row["value"]
        for row in _rows(connection, site_facts, "key")
        if row["value"] is not None
    }
    return write_community(
        {**facts, **held},
        list(_rows(connection, rosters, "roster", "id")),
        list(_rows(connection, notices, "valid_from", "id")),
    )


def _unknown(connection: Connection, table: Table) -> list[str]:
    """Columns HSDS does not know, in the order of their names."""
    found = connection.execute(select(table.c.extra).where(table.c.extra.is_not(None)))
    return sorted({name for extra in found.scalars() for name in extra or {}})


def _rows(connection: Connection, table: Table, *order: str) -> Iterator[dict[str, Any]]:
    statement = select(table).order_by(*(table.c[name] for name in order))
    return (dict(row) for row in connection.execute(statement).mappings())


def _write_csv(path: Path, columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> int:
    """Write a table row by row; returns how many there were."""
    count = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        for row in rows:
            writer.writerow([harmless(_cell(row.get(name))) for name in columns])
            count += 1
    return count


def _cell(value: Json) -> str:
    if value is None or isinstance(value, str):
        return value or ""
    return json.dumps(value, ensure_ascii=False)
