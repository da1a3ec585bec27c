"""One service, or one notice, corrected by hand.

What is typed goes the way of an import: normalised alike, remarked on alike, kept in the same
history, undone alike. Whoever saves says which state of the service was corrected, so that two
people at two desks do not overwrite each other.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import uuid4

from assistant.core.errors import DataError
from assistant.directory.cells import clean
from assistant.directory.day_tables import day_rows
from assistant.directory.exchange import ImportReport, import_rows
from assistant.directory.hsds import BY_STEM
from assistant.directory.intake import Intake, Row, take_row
from assistant.directory.reading import around
from assistant.directory.texts import split

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from assistant.core.service import Translation
    from assistant.database import Database
    from assistant.directory.intake import Json

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "services": (
        "name", "alternate_name", "description", "status", "alert", "fees_description",
        "eligibility_description", "minimum_age", "maximum_age", "application_process",
        "assured_date",
    ),
    "phones": ("number", "extension", "description"),
    "schedules": (
        "byday", "opens_at", "closes_at", "freq", "bymonthday", "valid_from", "valid_to",
        "description",
    ),
    "locations": ("name", "description", "transportation"),
    "addresses": ("address_1", "address_2", "city"),
    "required_documents": ("document",),
}  # fmt: skip
"By table: what a person corrects. Other columns stay as they are."
ADDED = frozenset({"phones", "schedules", "required_documents"})
"Tables in which a service may get one more row, or one less."
LONGEST = 2000
"Characters of one cell; nothing longer is read out to anybody."


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row of a service's sheet."""

    table: str
    id: str
    cells: tuple[tuple[str, str], ...]
    "Column and what stands in it, in the order of `COLUMNS`."
    texts: tuple[tuple[str, str, str], ...] = ()
    "Column, language and text of its translations."


@dataclass(frozen=True, slots=True)
class Sheet:
    """What can be corrected of one service."""

    service: str
    rows: tuple[SheetRow, ...]
    state: str
    "Names this state of the service; another one after any change."


@dataclass(frozen=True, slots=True)
class Change:
    """What somebody typed into the sheet."""

    cells: Mapping[tuple[str, str, str], str]
    "By table, row and column; a row that begins with `new` is added."
    texts: Mapping[tuple[str, str, str, str], str]
    "By table, row, column and language."
    gone: Mapping[str, Sequence[str]]
    "Rows to remove, by table."


def sheet(database: Database, service: str) -> Sheet:
    """A service as it can be corrected. Raises `DataError` if there is none with this id."""
    with database.read() as connection:
        rows, texts = _around(connection, service)
    return _sheet(service, rows, texts)


def save(
    database: Database, service: str, state: str, change: Change, *, by: str, at: datetime
) -> ImportReport:
    """Write what was typed, if the service is still as it was when the sheet was opened.

    The report names what could not be read. Raises `DataError` where the service has changed
    since, and for a table, row or column that cannot be corrected here.
    """
    with database.begin() as connection:
        rows, texts = _around(connection, service)
        if _sheet(service, rows, texts).state != state:
            raise DataError(
                "Somebody else changed this service a moment ago; look at it anew, "
                "then save what is still to be changed."
            )
        intake = Intake()
        for row in _typed(service, rows, change.cells):
            take_row(row[0], f"desk, {by}", None, row[1], intake)
        for (table, row_id, column, language), text in change.texts.items():
            _check(rows, table, row_id, column)
            key = (table, row_id, column, language)
            intake.translations[key] = Row(row_id, "", None, {"text": _cell(text)}, {})
        for table, ids in change.gone.items():
            _check_gone(rows, table, ids)
        return import_rows(connection, intake, at=at, label=f"desk, {by}", gone=change.gone)


def add_name(
    database: Database, service: str, name: str, language: str, *, own: str, by: str, at: datetime
) -> ImportReport:
    """One more name residents use for a service; `own` is the language of the HSDS columns.

    Raises `DataError` if there is no such service, or it has that name already.
    """
    now = sheet(database, service)
    head = next(row for row in now.rows if row.table == "services")
    known = (
        dict(head.cells)["alternate_name"]
        if language == own
        else next((text for *of, text in head.texts if of == ["alternate_name", language]), "")
    )
    names = split(known)
    if name.casefold() in (item.casefold() for item in names):
        raise DataError(f"The service is called {name} already.")
    text = "；".join([*names, name]) if language == "zh" else "; ".join([*names, name])
    key = ("services", service, "alternate_name")
    change = (
        Change({key: text}, {}, {}) if language == own else Change({}, {(*key, language): text}, {})
    )
    return save(database, service, now.state, change, by=by, at=at)


def save_notice(
    database: Database, cells: Mapping[str, str], *, by: str, at: datetime
) -> ImportReport:
    """Announce something, or change what was announced: text, valid_from, valid_to, place, topic.

    Raises `DataError` where a day or the text is missing or cannot be read.
    """
    intake = Intake()
    found: list[Json] = [*day_rows("notices", 1, {k: _cell(v) for k, v in cells.items()})]
    intake.community.append((f"desk, {by}", {"notices": found}))
    with database.begin() as connection:
        return import_rows(connection, intake, at=at, label=f"desk, {by}", gone={})


_Rows = dict[tuple[str, str], "Mapping[str, Json]"]


def _around(connection: Connection, service: str) -> tuple[_Rows, tuple[Translation, ...]]:
    """The rows of a service in the tables that can be corrected, by table and id."""
    found = around(connection, [service], ())
    rows: _Rows = {
        (table, row["id"]): row for table in COLUMNS for row in found.hsds.get(table, ())
    }
    if ("services", service) not in rows:
        raise DataError(f"There is no service {service}; it may have been removed.")
    return rows, tuple(found.translations)


def _sheet(service: str, rows: _Rows, texts: Sequence[Translation]) -> Sheet:
    listed = tuple(
        SheetRow(
            table,
            row_id,
            tuple((column, str(row[column] or "")) for column in COLUMNS[table]),
            tuple(
                (item.column, item.language, item.text)
                for item in texts
                if (item.table, item.row) == (table, row_id)
            ),
        )
        for (table, row_id), row in rows.items()
    )
    plain = json.dumps([(r.table, r.id, r.cells, r.texts) for r in listed], ensure_ascii=False)
    return Sheet(service, listed, hashlib.sha256(plain.encode()).hexdigest()[:16])


def _typed(
    service: str, rows: _Rows, cells: Mapping[tuple[str, str, str], str]
) -> Iterator[tuple[str, dict[str, Json]]]:
    """Whole rows with what was typed into them, by table."""
    changed: dict[tuple[str, str], dict[str, str]] = {}
    for (table, row_id, column), text in cells.items():
        if not (table in ADDED and row_id.startswith("new")):
            _check(rows, table, row_id, column)
        elif column not in COLUMNS[table]:
            raise DataError(f"{table} has no column {column} that is corrected here.")
        changed.setdefault((table, row_id), {})[column] = _cell(text)
    for (table, row_id), typed in changed.items():
        before = rows.get((table, row_id))
        if before is None:
            if any(typed.values()):
                yield table, {"id": str(uuid4()), "service_id": service, **typed}
            continue
        extra = before["extra"]
        kept = {name: before[name] for name in ("id", *BY_STEM[table].columns)}
        yield table, {**(extra if isinstance(extra, dict) else {}), **kept, **typed}


def _check(rows: _Rows, table: str, row_id: str, column: str) -> None:
    if (table, row_id) not in rows or column not in COLUMNS.get(table, ()):
        raise DataError(f"{table}, row {row_id}, column {column} is not part of this service.")


def _check_gone(rows: _Rows, table: str, ids: Sequence[str]) -> None:
    if table not in ADDED or any((table, row_id) not in rows for row_id in ids):
        raise DataError(f"These rows of {table} cannot be removed from this service.")


def _cell(text: str) -> str:
    """What was typed, without what no voice can read; raises `DataError` if it is too long."""
    if len(text) > LONGEST:
        raise DataError(f"That is {len(text)} characters; at most {LONGEST} can be read out.")
    return clean(text)
