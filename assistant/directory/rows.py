"""Files of a service directory become rows: HSDS CSV tables, nested HSDS JSON, translations.

Reading never stops at the first mistake: everything found wrong is noted as a `Problem` with its
file, line and remedy. `community.json` is only loaded here; `community.py` understands it.
"""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING

from assistant.directory.cells import clean
from assistant.directory.hsds import BY_STEM, NAMES
from assistant.directory.intake import Intake, Json, Problem, heading, take_row, take_translation

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

COMMUNITY = "community.json"
TRANSLATIONS = "translations"


def read_files(paths: Sequence[Path]) -> Intake:
    """Read files, and the CSV and JSON files of folders, in the order of their names."""
    intake = Intake()
    for path in paths:
        if not path.exists():
            intake.refuse(path.name, None, "", f"{path} is not there", "check the path")
        for file in sorted(path.iterdir()) if path.is_dir() else [path]:
            if file.suffix.lower() in (".csv", ".json"):
                _read_file(file, intake)
            elif file == path and file.exists():
                intake.refuse(file.name, None, "", "neither CSV nor JSON", "save it as CSV")
    return intake


def _read_file(path: Path, intake: Intake) -> None:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        intake.refuse(path.name, line, "", "not written in UTF-8", "save it as “CSV UTF-8”")
        return
    except OSError as error:
        intake.refuse(path.name, None, "", f"cannot be read ({error.strerror})", "check its rights")
        return
    try:
        if path.suffix.lower() == ".csv":
            _read_csv(path, text, intake)
        else:
            _read_json(path, text, intake)
    except csv.Error as error:
        intake.refuse(path.name, None, "", f"no valid CSV ({error})", "save it as CSV again")
    except RecursionError:
        intake.refuse(
            path.name,
            None,
            "",
            "objects stand too deep in one another",
            "export it again in the HSDS shape",
        )


def _read_csv(path: Path, text: str, intake: Intake) -> None:
    name = path.stem.casefold()
    if name != TRANSLATIONS and name not in NAMES:
        intake.problems.append(
            Problem(
                path.name,
                None,
                "",
                "no HSDS table has this name, so it was left out",
                f"name it after its table: {', '.join(BY_STEM)} or translations",
            )
        )
        return
    for line, cells in _csv_rows(path.name, text, intake):
        if name == TRANSLATIONS:
            take_translation(path.name, line, cells, intake)
        else:
            found: dict[str, Json] = dict(cells)
            take_row(NAMES[name], path.name, line, found, intake)


def _csv_rows(file: str, text: str, intake: Intake) -> Iterator[tuple[int, dict[str, str]]]:
    """Each row of a CSV text with the line it begins on; empty cells and rows are left out."""
    reader = csv.reader(io.StringIO(text, newline=""))
    first = next(reader, [])
    names = [heading(cell, number) for number, cell in enumerate(first, 1)]
    if len(names) == 1 and any(mark in names[0] for mark in ";\t|"):
        intake.refuse(file, 1, "", "the columns are not parted by commas", "save it as CSV again")
        return
    if twice := {name for name in names if names.count(name) > 1}:
        intake.refuse(file, 1, min(twice), "this column occurs twice", "rename or remove one")
        return
    line = reader.line_num + 1
    for cells in reader:
        if len(cells) > len(names) and any(map(clean, cells[len(names) :])):
            intake.refuse(
                file,
                line,
                "",
                f"{len(cells)} cells under {len(names)} headings",
                "put quotation marks around texts with commas",
            )
        elif any(map(clean, cells)):
            pairs = zip(names, map(clean, cells), strict=False)
            yield line, {name: cell for name, cell in pairs if cell}
        line = reader.line_num + 1


def _read_json(path: Path, text: str, intake: Intake) -> None:
    try:
        found = _load(text)
    except ValueError as error:
        line = error.lineno if isinstance(error, json.JSONDecodeError) else None
        intake.refuse(path.name, line, "", "no valid JSON", "export it again, or mend that line")
        return
    if path.name.casefold() == COMMUNITY:
        if isinstance(found, dict):
            intake.community.append((path.name, found))
        else:
            intake.refuse(path.name, None, "", "not an object", "begin the file with {")
        return
    roots = list(_roots(path.stem.casefold(), found))
    if not roots and found != []:
        intake.problems.append(
            Problem(
                path.name,
                None,
                "",
                "no HSDS objects are in it, so it was left out",
                "give a list of HSDS services, each with its id",
            )
        )
    for stem, item in roots:
        if isinstance(item, dict):
            _take_nested(stem, item, {}, path.name, intake)
        else:
            intake.refuse(
                path.name, None, "", f"an item of {stem} is no object", "write each as {…}"
            )


def _load(text: str) -> Json:
    """Parse JSON; halves of characters become `?`, and what is no number raises `ValueError`."""
    whole = json.dumps(json.loads(text), ensure_ascii=False, allow_nan=False)
    found: Json = json.loads(whole.encode("utf-8", "replace"))
    return found


def _roots(name: str, found: Json) -> Iterator[tuple[str, Json]]:
    """The outermost objects of an HSDS JSON file, with the tables they belong to."""
    if isinstance(found, dict):
        lists = {key: value for key, value in found.items() if isinstance(value, list)}
        if "contents" in found:
            yield from _roots(name, found["contents"])
        elif "id" not in found and any(key in NAMES for key in lists):
            for key, items in lists.items():
                if key in NAMES:
                    yield from ((NAMES[key], item) for item in items)
        elif "id" in found or name in NAMES:
            yield _stem_of(name, found), found
    elif isinstance(found, list):
        for item in found:
            yield _stem_of(name, item), item
    else:
        yield "services", found


def _stem_of(name: str, item: Json) -> str:
    """The table of an outermost object: by the file's name, else by what only it has."""
    if name in NAMES:
        return NAMES[name]
    if isinstance(item, dict) and "status" not in item and "services" in item:
        return "organizations"
    return "services"


def _take_nested(
    stem: str, item: dict[str, Json], links: dict[str, Json], file: str, intake: Intake
) -> str:
    """Add an object and the objects inside it; children are linked to it by its id."""
    links = dict(links)
    cells: dict[str, Json] = {}
    inside: list[tuple[str, dict[str, Json]]] = []
    for key, value in item.items():
        children = _children(key, value, stem)
        if children is None:
            cells[key] = value
        elif isinstance(value, dict) and _reference(key) in BY_STEM[stem].columns:
            links[_reference(key)] = _take_nested(NAMES[key], value, {}, file, intake)
        else:
            inside.extend((NAMES[key], child) for child in children)
    for column, value in links.items():
        if not cells.get(column):
            cells[column] = value
    identifier = take_row(stem, file, None, cells, intake)
    for child_stem, child_item in inside:
        _take_nested(child_stem, child_item, _links(stem, identifier, child_stem), file, intake)
    return identifier


def _reference(key: str) -> str:
    return f"{BY_STEM[NAMES[key]].singular}_id"


def _children(key: str, value: Json, stem: str) -> list[dict[str, Json]] | None:
    """The rows of another table under `key`, or `None` if it is a column of this one."""
    if key not in NAMES or key in BY_STEM[stem].columns:
        return None
    items = value if isinstance(value, list) else [value]
    objects = [item for item in items if isinstance(item, dict)]
    return objects if len(objects) == len(items) else None


def _links(stem: str, identifier: str, child: str) -> dict[str, Json]:
    """The columns by which a child row points back at its parent."""
    singular = BY_STEM[stem].singular
    if child == "attributes":
        return {"link_id": identifier, "link_entity": singular}
    if child == "metadata":
        return {"resource_id": identifier, "resource_type": singular}
    column = f"{singular}_id"
    return {column: identifier} if column in BY_STEM[child].columns else {}
