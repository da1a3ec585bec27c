"""Files of a service directory become rows: HSDS tables old and new, workbooks, the office's own.

Reading never stops at the first mistake: everything found wrong is noted as a `Problem` with its
file, line and remedy. `community.json` is only loaded here; `community.py` understands it.
"""

from __future__ import annotations

import csv
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.directory import office
from assistant.directory.cells import clean
from assistant.directory.day_tables import DAY_TABLES, day_rows
from assistant.directory.files import UnreadableError, opened, sheets
from assistant.directory.formulas import harmless_no_more
from assistant.directory.hsds import BY_STEM, NAMES
from assistant.directory.intake import (
    Intake,
    Json,
    Problem,
    heading,
    take_row,
    take_translation,
)
from assistant.directory.nested import read_json
from assistant.directory.older import OLDER, newer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

TRANSLATIONS = "translations"
KINDS = (".csv", ".json", ".xlsx")
ORDER = {stem: number for number, stem in enumerate(BY_STEM)}

Line = tuple[int, dict[str, str]]
"A row of a table: the line it begins on, and its cells by their headings."


def read_files(
    paths: Sequence[Path], intake: Intake, settle: Callable[[str], None] | None = None
) -> Intake:
    """Read files, and those of folders, into the intake.

    `settle` is called for a table as soon as no further row of it can come, so that its rows need
    not be kept until the end; with nested JSON, workbooks or older tables that is at the end.
    """
    files = list(_files(paths, intake))
    at_once = settle is not None and all(_is_one_table(file) for file in files)
    for place, file in enumerate(files):
        _read_file(file, intake)
        table = _table(file)
        if at_once and settle and table in BY_STEM and table not in map(_table, files[place + 1 :]):
            settle(table)
    if settle is not None:
        for stem in sorted(intake.rows, key=ORDER.__getitem__):
            settle(stem)
    return intake


def _files(paths: Sequence[Path], intake: Intake) -> list[Path]:
    """The files to read, tables in HSDS's order: what is referred to comes first."""
    found: list[Path] = []
    for path in paths:
        if not path.exists():
            intake.refuse(path.name, None, "", f"{path} is not there", "check the path")
        for file in sorted(path.iterdir()) if path.is_dir() else [path]:
            if file.suffix.lower() in KINDS and not file.name.startswith(("~$", ".")):
                found.append(file)
            elif file == path and file.exists():
                remedy = "save it as CSV or XLSX"
                intake.refuse(file.name, None, "", "neither CSV nor JSON nor XLSX", remedy)
    return sorted(found, key=lambda file: ORDER.get(_table(file), len(ORDER)))


def _table(file: Path) -> str:
    return NAMES.get(file.stem.casefold(), file.stem.casefold())


def _is_one_table(file: Path) -> bool:
    """Whether a file adds to the table it is named after alone."""
    plain = _table(file) in {*BY_STEM, *DAY_TABLES, TRANSLATIONS, "community", "datapackage"}
    return plain and file.suffix.lower() != ".xlsx"


def _read_file(path: Path, intake: Intake) -> None:
    try:
        match path.suffix.lower():
            case ".xlsx":
                for title, rows in sheets(path):
                    named = f"{path.name}, {title}"
                    lines = ((number, row) for number, row in enumerate(rows, 1))
                    _read_table(named, title, lines, intake, cells=True)
            case ".csv":
                with opened(path) as file:
                    _read_table(path.name, path.stem, _lines(file), intake)
            case _:
                with opened(path) as file:
                    read_json(path.name, file.read().removeprefix("\ufeff"), intake)
    except UnreadableError as wrong:
        intake.refuse(path.name, wrong.line, "", wrong.text, wrong.remedy)
    except csv.Error as error:
        intake.refuse(path.name, None, "", f"no valid CSV ({error})", "save it as CSV again")
    except RecursionError:
        remedy = "export it again in the HSDS shape"
        intake.refuse(path.name, None, "", "objects stand too deep in one another", remedy)


def _lines(file: Iterable[str]) -> Iterator[tuple[int, list[str]]]:
    """Rows of a CSV file with the line each begins on."""
    reader = csv.reader(file)
    begins = 1
    for row in reader:
        yield begins, [harmless_no_more(cell) for cell in row]
        begins = reader.line_num + 1


def _read_table(
    file: str,
    title: str,
    lines: Iterator[tuple[int, list[str]]],
    intake: Intake,
    *,
    cells: bool = False,
) -> None:
    """Add a table to the intake: by its title, or by its headings if it is the office's own.

    With `cells`, mistakes name the cell of the sheet.
    """
    first = next(((line, row) for line, row in lines if any(map(clean, row))), None)
    if first is None:
        return
    names = _headings(file, first, intake)
    if names is None:
        return
    name = title.strip().casefold().replace(" ", "_")
    known = name in {*NAMES, *OLDER, *DAY_TABLES, TRANSLATIONS}
    own = office.is_office_table(names) and (not known or office.is_surely_ours(names))
    if cells or own:
        intake.letters[file] = {heading: place for place, heading in enumerate(names)}
    rows = _rows(file, names, lines, intake)
    if own and name not in DAY_TABLES:
        for line, found in rows:
            _take_own(file, line, found, intake)
    elif known:
        _take_known(file, name, rows, intake)
    else:
        tables = f"{', '.join(BY_STEM)} or {TRANSLATIONS}"
        remedy = f"name it after its table ({tables}), or use the template"
        text = "no HSDS table has this name and no heading is a service's name, so it was left out"
        intake.problems.append(Problem(file, None, "", text, remedy))


def _headings(file: str, first: tuple[int, list[str]], intake: Intake) -> list[str] | None:
    line, row = first
    while row and not clean(row[-1]):
        row = row[:-1]
    names = [heading(cell, number) for number, cell in enumerate(row, 1)]
    if len(names) == 1 and any(mark in names[0] for mark in ";\t|；，"):
        remedy = "save it as CSV again, with commas"
        intake.refuse(file, line, "", "the columns are not parted by commas", remedy)
        return None
    if twice := {name for name in names if names.count(name) > 1}:
        intake.refuse(file, line, min(twice), "this column occurs twice", "rename or remove one")
        return None
    return names


def _rows(
    file: str, names: Sequence[str], lines: Iterable[tuple[int, list[str]]], intake: Intake
) -> Iterator[Line]:
    """Each row under its headings; empty cells and rows are left out."""
    for line, row in lines:
        cells = [clean(cell) for cell in row]
        if any(cells[len(names) :]):
            intake.refuse(
                file,
                line,
                "",
                f"{len(cells)} cells under {len(names)} headings",
                "put quotation marks around texts with commas",
            )
        elif any(cells):
            yield line, {name: cell for name, cell in zip(names, cells, strict=False) if cell}


def _take_known(file: str, name: str, rows: Iterator[Line], intake: Intake) -> None:
    if name in DAY_TABLES:
        entries = chain.from_iterable(day_rows(name, line, cells) for line, cells in rows)
        intake.community.append((file, {name: [*entries]}))
        return
    for line, cells in rows:
        found: dict[str, Json] = dict(cells)
        if name == TRANSLATIONS:
            take_translation(file, line, cells, intake)
        elif name in OLDER:
            for stem, row in newer(OLDER[name], found):
                take_row(stem, file, line, row, intake)
        else:
            take_row(NAMES[name], file, line, _up_to_date(name, found), intake)


def _up_to_date(name: str, row: dict[str, Json]) -> dict[str, Json]:
    """A row of a table that kept its name, with the columns older versions called otherwise."""
    if name in {"schedule", "schedules"} and "weekday" in row:
        (_, row), *_ = newer("regular_schedules", row)
    return row


def _take_own(file: str, line: int, cells: dict[str, str], intake: Intake) -> None:
    """Add one row of the office's own table."""
    written = {office.COLUMNS[name]: name for name in cells if name in office.COLUMNS}
    if "name" not in written:
        named = next(n for n in intake.letters[file] if office.COLUMNS.get(n) == "name")
        intake.refuse(file, line, named, "the service has no name", "write it, or empty the row")
        return
    for stem, row in office.hsds_rows(cells):
        once = stem == "services"
        headings = written if once else {"": written.get(office.CELL_OF.get(stem, ""), "")}
        identifier = take_row(stem, file, line, row, intake, headings=headings, again=not once)
        if once:
            intake.made_anew.add(identifier)
