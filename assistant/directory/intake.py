"""Rows on their way into the directory, and what was found wrong with them. Pure.

Cells are cleaned and normalised as they are taken; a row without an id gets one made from what it
holds, so that the same row gets the same id again.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from uuid import NAMESPACE_OID, uuid5

from assistant.directory.cells import clean, normalised
from assistant.directory.hsds import BY_STEM, NAMES

Json = str | int | float | bool | None | list["Json"] | dict[str, "Json"]

TRANSLATION_NAMES = {
    "table_name": ("table_name", "table"),
    "row_id": ("row_id", "row", "id"),
    "column_name": ("column_name", "column"),
    "language": ("language",),
    "text": ("text", "translation"),
}


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in an imported file that a person should look at."""

    file: str
    line: int | None
    "Of a CSV file, the heading being line 1; `None` in JSON."
    column: str
    "Empty where a whole row or file is meant."
    text: str
    "What is wrong, with the row's id where there is no line."
    remedy: str
    fatal: bool = False
    "Whether the import is refused because of it."

    def __str__(self) -> str:
        """`schedules.csv, line 7, closes_at: … ; …`."""
        where = [self.file]
        if self.line is not None:
            where.append(f"line {self.line}")
        if self.column:
            where.append(self.column)
        return f"{', '.join(where)}: {self.text}; {self.remedy}."


@dataclass(slots=True)
class Row:
    """One row on its way into the database."""

    id: str
    file: str
    line: int | None
    values: dict[str, str]
    "Known columns that hold something, normalised."
    extra: dict[str, Json]
    "Columns HSDS does not know, as they came."

    def named(self) -> str:
        """The row in a message about it."""
        return f"row {self.id}"


@dataclass(slots=True)
class Intake:
    """Everything read from the files of one import."""

    rows: dict[str, dict[str, Row]] = field(default_factory=dict)
    "By table stem, then by id, in the order of the files."
    translations: dict[tuple[str, str, str, str], Row] = field(default_factory=dict)
    "By table stem, row, column and language; the text stands in `values`."
    community: list[tuple[str, dict[str, Json]]] = field(default_factory=list)
    "Each `community.json`, with its name."
    problems: list[Problem] = field(default_factory=list)

    def refuse(self, file: str, line: int | None, column: str, text: str, remedy: str) -> None:
        """Note something that makes the import impossible."""
        self.problems.append(Problem(file, line, column, text, remedy, fatal=True))

    def remark(self, row: Row, column: str, text: str, remedy: str) -> None:
        """Note something odd about a row that is taken all the same."""
        if row.line is None:
            text = f"{row.named()}: {text}"
        self.problems.append(Problem(row.file, row.line, column, text, remedy))


def heading(cell: str, number: int) -> str:
    """The name a column goes by: small letters, `_` between words, a number if it has none."""
    name = clean(cell)
    return name.casefold().replace(" ", "_") if name else f"column_{number}"


def take_row(stem: str, file: str, line: int | None, cells: dict[str, Json], intake: Intake) -> str:
    """Add one row to the intake; returns its id."""
    columns = BY_STEM[stem].columns
    cells = {heading(name, 0): cell for name, cell in cells.items()}
    written = {name: _text(cell) for name, cell in cells.items() if name in columns}
    extra = _unknown(cells, columns)
    kept = {name: cell for name, cell in written.items() if cell}
    identifier = _text(cells.get("id")) or str(
        uuid5(NAMESPACE_OID, json.dumps([stem, kept, extra], sort_keys=True))
    )
    row = Row(identifier, file, line, kept, extra)
    if not _text(cells.get("id")):
        intake.remark(
            row,
            "id",
            "no id, so one was made from the row",
            f"write {identifier} there, or another id, before you change the row",
        )
    for column, cell in kept.items():
        row.values[column], remedy = normalised(stem, column, cell)
        if remedy:
            intake.remark(row, column, f"“{cell[:80]}” cannot be read and is kept as it is", remedy)
    _add(stem, row, intake)
    return identifier


def _unknown(cells: dict[str, Json], columns: tuple[str, ...]) -> dict[str, Json]:
    """Columns HSDS does not name; texts cleaned, empty ones left out."""
    rest = {name: cell for name, cell in cells.items() if name not in (*columns, "id")}
    texts = {name: clean(cell) if isinstance(cell, str) else cell for name, cell in rest.items()}
    return {name: cell for name, cell in texts.items() if cell not in ("", None)}


def _add(stem: str, row: Row, intake: Intake) -> None:
    """Keep a row; one met before, as nested JSON repeats them, may fill gaps but not differ."""
    known = intake.rows.setdefault(stem, {})
    before = known.setdefault(row.id, row)
    if before is row:
        return
    if before.file == row.file and row.line is not None:
        intake.refuse(
            row.file,
            row.line,
            "id",
            f"the id {row.id} stands on line {before.line} too",
            "give each row its own id",
        )
        return
    for column, cell in row.values.items():
        if before.values.setdefault(column, cell) != cell:
            intake.remark(
                row,
                column,
                f"“{cell[:80]}” differs from {before.file}, which is kept",
                "make the two agree",
            )
    for column, value in row.extra.items():
        before.extra.setdefault(column, value)


def _text(cell: Json) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return clean(cell)
    if isinstance(cell, list) and all(isinstance(item, str | int | float) for item in cell):
        return ",".join(_text(item) for item in cell)
    return json.dumps(cell, ensure_ascii=False)


def take_translation(file: str, line: int, cells: dict[str, str], intake: Intake) -> None:
    """Add one row of `translations.csv` to the intake."""
    found: dict[str, str] = {}
    for name, others in TRANSLATION_NAMES.items():
        cell = next((cells[other] for other in others if other in cells), "")
        if not cell:
            intake.refuse(file, line, name, "this cell is empty", "fill it in or remove the row")
            return
        found[name] = cell
    table = NAMES.get(found["table_name"].casefold(), found["table_name"].casefold())
    key = (table, found["row_id"], found["column_name"].casefold(), found["language"])
    row = Row(found["row_id"], file, line, {"text": found["text"]}, {})
    before = intake.translations.setdefault(key, row)
    if before.values != row.values:
        intake.refuse(
            file, line, "text", f"another text stands on line {before.line}", "keep one of the two"
        )
