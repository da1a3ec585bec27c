"""The rows of the directory's tables, found by their id and by what they belong to. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from assistant.core.service import Translation
    from assistant.directory.nouns import Row


@dataclass(frozen=True, slots=True)
class Tables:
    """What the directory's tables hold, rows in the order they are to be given."""

    hsds: Mapping[str, Sequence[Row]]
    "By table stem; each row with its columns and `extra`."
    translations: Sequence[Translation] = ()


@dataclass(slots=True)
class RowIndex:
    """Rows found by what they belong to."""

    tables: Tables
    country: str
    by_id: dict[str, dict[str, Row]] = field(default_factory=dict)
    by_owner: dict[tuple[str, str, str], list[Row]] = field(default_factory=dict)
    translations: dict[tuple[str, str], list[Translation]] = field(default_factory=dict)

    def owned(self, stem: str, column: str, identifier: str) -> list[Row]:
        """The rows of a table that hold `identifier` in `column`."""
        return self.by_owner.get((stem, column, identifier), [])


OWNERS = {
    "service_at_location": ("service_id",),
    "addresses": ("location_id",),
    "phones": ("service_id", "service_at_location_id", "location_id", "organization_id"),
    "schedules": ("service_id", "service_at_location_id", "location_id"),
    "required_documents": ("service_id",),
    "cost_options": ("service_id",),
    "attributes": ("link_id",),
}


def row_index(tables: Tables, country: str) -> RowIndex:
    """Every row by its id and by its owners."""
    index = RowIndex(tables, country)
    for stem, rows in tables.hsds.items():
        index.by_id[stem] = {row["id"]: row for row in rows}
        for column in OWNERS.get(stem, ()):
            for row in rows:
                if row[column]:
                    index.by_owner.setdefault((stem, column, row[column]), []).append(row)
    for item in tables.translations:
        index.translations.setdefault((item.table, item.row), []).append(item)
    return index
