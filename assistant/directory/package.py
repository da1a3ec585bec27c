"""The tabular data package that describes exported HSDS tables to other tools. Pure.

https://specs.frictionlessdata.io/tabular-data-package/, as HSDS 3 asks for its CSV form.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from assistant.directory.hsds import BY_STEM, REFERENCES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

VERSION = "3.1.1"
"Of HSDS."


def package(columns: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """The description of some tables; `columns` are those written, by table."""
    return {
        "name": "human-services-data",
        "title": "Human Services Data Specification",
        "profile": "tabular-data-package",
        "version": VERSION,
        "resources": [_resource(stem, names) for stem, names in columns.items()],
    }


def _resource(stem: str, names: Sequence[str]) -> dict[str, Any]:
    required = {"id", *BY_STEM[stem].required}
    fields = [
        {"name": name, "type": "string", **_constraints(name, name in required)} for name in names
    ]
    keys = [
        {"fields": name, "reference": {"resource": REFERENCES[name], "fields": "id"}}
        for name in names
        if name in REFERENCES
    ]
    return {
        "profile": "tabular-data-resource",
        "name": stem,
        "path": f"{stem}.csv",
        "format": "csv",
        "encoding": "utf-8",
        "schema": {"fields": fields, "primaryKey": "id", "foreignKeys": keys},
    }


def _constraints(name: str, required: bool) -> dict[str, Any]:  # noqa: FBT001 - of one field
    if not required:
        return {}
    return {"constraints": {"required": True, **({"unique": True} if name == "id" else {})}}
