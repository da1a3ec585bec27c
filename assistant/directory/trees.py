"""HSDS rows as nested JSON: services with all that belongs to them, as in the HSDS API. Pure.

A row stands in the first object it belongs to; a row that belongs to nothing written comes apart,
so that nothing is lost.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from assistant.directory.hsds import BY_STEM

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    Row = Mapping[str, Any]
    Tables = Mapping[str, Sequence[Row]]

INSIDE: Final[dict[str, tuple[tuple[str, str, str], ...]]] = {
    "services": (
        ("phones", "phones", "service_id"),
        ("schedules", "schedules", "service_id"),
        ("service_areas", "service_areas", "service_id"),
        ("service_at_location", "service_at_locations", "service_id"),
        ("languages", "languages", "service_id"),
        ("funding", "funding", "service_id"),
        ("cost_options", "cost_options", "service_id"),
        ("required_documents", "required_documents", "service_id"),
        ("contacts", "contacts", "service_id"),
        ("url", "additional_urls", "service_id"),
        ("service_capacity", "capacities", "service_id"),
        ("attributes", "attributes", "link_id"),
    ),
    "service_at_location": (
        ("phones", "phones", "service_at_location_id"),
        ("schedules", "schedules", "service_at_location_id"),
        ("contacts", "contacts", "service_at_location_id"),
        ("service_areas", "service_areas", "service_at_location_id"),
        ("attributes", "attributes", "link_id"),
    ),
    "locations": (
        ("addresses", "addresses", "location_id"),
        ("phones", "phones", "location_id"),
        ("schedules", "schedules", "location_id"),
        ("languages", "languages", "location_id"),
        ("contacts", "contacts", "location_id"),
        ("accessibility", "accessibility", "location_id"),
        ("attributes", "attributes", "link_id"),
    ),
    "organizations": (
        ("phones", "phones", "organization_id"),
        ("contacts", "contacts", "organization_id"),
        ("funding", "funding", "organization_id"),
        ("programs", "programs", "organization_id"),
        ("organization_identifiers", "organization_identifiers", "organization_id"),
        ("url", "additional_websites", "organization_id"),
        ("attributes", "attributes", "link_id"),
    ),
    "contacts": (("phones", "phones", "contact_id"),),
    "phones": (("languages", "languages", "phone_id"),),
}
"By table: what stands in its objects, under which name, and the column that says where."
ABOVE: Final = {
    "services": (("organizations", "organization", "organization_id"),),
    "service_at_location": (("locations", "location", "location_id"),),
    "attributes": (("taxonomy_terms", "taxonomy_term", "taxonomy_term_id"),),
    "taxonomy_terms": (("taxonomies", "taxonomy_detail", "taxonomy_id"),),
}
"By table: the one object its own refer to, which stands in the first of them."


def nested_services(tables: Tables) -> tuple[dict[str, Any], dict[str, list[Any]]]:
    """A page with all services, and what belongs to none of them, by table."""
    tree = _Tree(tables)
    services = [tree.grown("services", row) for row in tables.get("services", ())]
    rest: dict[str, list[Any]] = {}
    for stem, rows in tables.items():
        apart = [row for row in rows if (stem, row["id"]) not in tree.placed]
        if apart:
            rest[stem] = [tree.grown(stem, row) for row in apart if tree.is_free(stem, row)]
    page = {
        "total_items": len(services),
        "total_pages": 1,
        "page_number": 1,
        "size": len(services),
        "first_page": True,
        "last_page": True,
        "empty": not services,
        "contents": services,
    }
    return page, {stem: found for stem, found in rest.items() if found}


class _Tree:
    def __init__(self, tables: Tables) -> None:
        self.placed: set[tuple[str, str]] = set()
        self._by_id = {stem: {row["id"]: row for row in rows} for stem, rows in tables.items()}
        self._owned: dict[tuple[str, str, str], list[Row]] = {}
        for stem, column in {(s, c) for inside in INSIDE.values() for s, _, c in inside}:
            for row in tables.get(stem, ()):
                if row[column]:
                    self._owned.setdefault((stem, column, row[column]), []).append(row)

    def is_free(self, stem: str, row: Row) -> bool:
        """Whether a row has not been written yet."""
        return (stem, row["id"]) not in self.placed

    def grown(self, stem: str, row: Row) -> dict[str, Any]:
        """A row with what belongs to it, as long as that stands nowhere else."""
        self.placed.add((stem, row["id"]))
        columns = BY_STEM[stem].columns
        own = {name: row[name] for name in ("id", *columns) if row[name] is not None}
        whole: dict[str, Any] = {**(row["extra"] or {}), **own}
        for above, name, column in ABOVE.get(stem, ()):
            found = self._by_id.get(above, {}).get(row[column] or "")
            if found is not None and self.is_free(above, found):
                whole[name] = self.grown(above, found)
        for inside, name, column in INSIDE.get(stem, ()):
            items = self._owned.get((inside, column, row["id"]), ())
            free = [item for item in items if self.is_free(inside, item)]
            if free:
                whole[name] = [self.grown(inside, item) for item in free]
        return whole
