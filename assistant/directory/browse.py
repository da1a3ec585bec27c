"""The directory as a tree to walk by keys. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.core.answer import Choice
from assistant.directory import texts

if TYPE_CHECKING:
    from assistant.core.service import Records, Service

GONE = frozenset({"inactive", "defunct"})


def browse(records: Records, category: str | None) -> tuple[Choice, ...]:
    """The categories below `category` (`None`: the top), then the services that stand in it.

    In the office's order; a category without any service below it is left out, and so is a
    service that is no longer given. An unknown category has no choices.
    """
    below = [item for item in records.categories if item.parent == category]
    found = [
        Choice(item.id, texts.category_name(item, records), is_service=False)
        for item in sorted(below, key=lambda item: item.order)
        if _has_services(records, item.id, frozenset())
    ]
    found += [
        Choice(item.id, texts.service_name(item, records), is_service=True)
        for item in records.services
        if category is not None and category in item.categories and _given(item)
    ]
    return tuple(found)


def _has_services(records: Records, category: str, above: frozenset[str]) -> bool:
    """Whether a service stands in the category or below it; a circle in the tree has none."""
    if category in above:
        return False
    if any(category in item.categories and _given(item) for item in records.services):
        return True
    return any(
        _has_services(records, item.id, above | {category})
        for item in records.categories
        if item.parent == category
    )


def _given(service: Service) -> bool:
    return service.status not in GONE
