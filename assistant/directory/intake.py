"""Rows on their way into the directory, and what was found wrong with them. Pure.

Cells are cleaned and normalised as they are taken; a row without an id gets one made from what it
holds, so that the same row gets the same id again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import NAMESPACE_OID, uuid5

from assistant.directory.cells import clean, normalised
from assistant.directory.hsds import BY_STEM, NAMES

Json = str | int | float | bool | None | list["Json"] | dict[str, "Json"]

_ALPHABET = 26
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
    cell: str = ""
    "In a workbook or the office's own table: the cell, such as C7."

    def __str__(self) -> str:
        """`schedules.csv, line 7, closes_at: … ; …`."""
        where = [self.file]
        if self.line is not None:
            where.append(f"line {self.line}")
        if self.column:
            where.append(f"{self.column} (cell {self.cell})" if self.cell else self.column)
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
    headings: Mapping[str, str] | None = None
    "What columns are called in the file, where that is another name; under  that of all others."

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
    letters: dict[str, dict[str, int]] = field(default_factory=dict)
    "By file whose cells are named in messages: the place of each heading, from 0."
    made_anew: set[str] = field(default_factory=set)
    "Services of the office's own table: what belongs to them is what this table says, no more."

    def refuse(self, file: str, line: int | None, column: str, text: str, remedy: str) -> None:
        """Note something that makes the import impossible."""
        cell = self._cell(file, line, column)
        self.problems.append(Problem(file, line, column, text, remedy, fatal=True, cell=cell))

    def remark(self, row: Row, column: str, text: str, remedy: str) -> None:
        """Note something odd about a row that is taken all the same."""
        if row.line is None:
            text = f"{row.named()}: {text}"
        headings = row.headings or {}
        column = headings.get(column) or headings.get("") or column
        cell = self._cell(row.file, row.line, column)
        self.problems.append(Problem(row.file, row.line, column, text, remedy, cell=cell))

    def _cell(self, file: str, line: int | None, column: str) -> str:
        place = self.letters.get(file, {}).get(column)
        return "" if place is None or line is None else f"{letters(place)}{line}"


def letters(place: int) -> str:
    """What a spreadsheet calls a column: 0 is A, 26 is AA."""
    before, last = divmod(place, _ALPHABET)
    return (letters(before - 1) if before else "") + chr(ord("A") + last)


def heading(cell: str, number: int) -> str:
    """The name a column goes by: small letters, `_` between words, a number if it has none."""
    name = clean(cell)
    return name.casefold().replace(" ", "_") if name else f"column_{number}"


def take_row(
    stem: str,
    file: str,
    line: int | None,
    cells: dict[str, Json],
    intake: Intake,
    *,
    headings: Mapping[str, str] | None = None,
    again: bool = False,
) -> str:
    """Add one row to the intake; returns its id.

    `headings` are what the file calls the columns; with `again`, the row may have come before.
    """
    columns = BY_STEM[stem].columns
    cells = {heading(name, 0): cell for name, cell in cells.items()}
    written = {name: _text(cell) for name, cell in cells.items() if name in columns}
    extra = _unknown(cells, columns)
    kept = {name: cell for name, cell in written.items() if cell}
    identifier = _text(cells.get("id")) or str(
        uuid5(NAMESPACE_OID, json.dumps([stem, kept, extra], sort_keys=True))
    )
    row = Row(identifier, file, line, kept, extra, headings)
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
    _add(stem, row, intake, again=again)
    return identifier


def _unknown(cells: dict[str, Json], columns: tuple[str, ...]) -> dict[str, Json]:
    """Columns HSDS does not name; texts cleaned, empty ones left out."""
    rest = {name: cell for name, cell in cells.items() if name not in (*columns, "id")}
    texts = {name: clean(cell) if isinstance(cell, str) else cell for name, cell in rest.items()}
    return {name: cell for name, cell in texts.items() if cell not in ("", None)}


def _add(stem: str, row: Row, intake: Intake, *, again: bool) -> None:
    """Keep a row; one met before, as nested JSON repeats them, may fill gaps but not differ."""
    known = intake.rows.setdefault(stem, {})
    before = known.setdefault(row.id, row)
    if before is row:
        return
    if before.file == row.file and row.line is not None and not again:
        _refuse_twice(row, before, intake)
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


def _refuse_twice(row: Row, before: Row, intake: Intake) -> None:
    """Two rows of one file with the same id, or with the same name that an id was made of."""
    headings = row.headings or {}
    text = f"the id {row.id} stands on line {before.line} too"
    remedy = "give each row its own id"
    if "name" in headings and "id" not in headings:
        text = f"a service of this name stands on line {before.line} too"
        remedy = "make it one row, or give each its own number in a column 编号 (id)"
    intake.refuse(row.file, row.line, headings.get("name", "id"), text, remedy)


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
