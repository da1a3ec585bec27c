"""Nested HSDS JSON becomes rows: lists, pages (`contents`) and single objects of any table. Pure.

A child is linked to what it stood in by its parent's id; an object may stand in several places.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from assistant.directory.hsds import BY_STEM, NAMES
from assistant.directory.intake import Intake, Json, Problem, take_row

if TYPE_CHECKING:
    from collections.abc import Iterator

COMMUNITY = "community.json"
PACKAGE = "datapackage.json"
"Describes the other files of its folder; says nothing of services."


def read_json(name: str, text: str, intake: Intake) -> None:
    """Add everything in a JSON file to the intake; mistakes become problems."""
    try:
        found = _load(text)
    except ValueError as error:
        line = error.lineno if isinstance(error, json.JSONDecodeError) else None
        intake.refuse(name, line, "", "no valid JSON", "export it again, or mend that line")
        return
    if name.casefold() == PACKAGE and isinstance(found, dict) and "resources" in found:
        return
    if name.casefold() == COMMUNITY:
        if isinstance(found, dict):
            intake.community.append((name, found))
        else:
            intake.refuse(name, None, "", "not an object", "begin the file with {")
        return
    roots = list(_roots(name.casefold().removesuffix(".json"), found))
    if not roots and found != []:
        intake.problems.append(
            Problem(
                name,
                None,
                "",
                "no HSDS objects are in it, so it was left out",
                "give a list of HSDS services, each with its id",
            )
        )
    for stem, item in roots:
        if isinstance(item, dict):
            _take_nested(stem, item, {}, name, intake)
        else:
            intake.refuse(name, None, "", f"an item of {stem} is no object", "write each as {…}")


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
