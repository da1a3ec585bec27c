"""The directory as a tree to walk by keys. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.core.answer import Choice
from assistant.directory import texts
from assistant.directory.shelf import by_category

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from assistant.core.service import Records, Service

GONE = frozenset({"inactive", "defunct"})


def browse(records: Records, category: str | None) -> tuple[Choice, ...]:
    """The categories below `category` (`None`: the top), then the services that stand in it.

    In the office's order; a category without any service below it is left out, and so is a
    service that is no longer given. An unknown category has no choices.
    """
    below = [item for item in records.categories if item.parent == category]
    members = by_category(records.services)
    found = [
        Choice(item.id, texts.category_name(item, records), is_service=False)
        for item in sorted(below, key=lambda item: item.order)
        if _filled(item.id, records, members, frozenset())
    ]
    found += [
        Choice(item.id, texts.service_name(item, records), is_service=True)
        for item in members.get(category or "", ())
        if _given(item)
    ]
    return tuple(found)


def _filled(
    category: str,
    records: Records,
    members: Mapping[str, Iterable[Service]],
    above: frozenset[str],
) -> bool:
    """Whether a service stands in the category or below it; a circle in the tree has none."""
    if category in above:
        return False
    if any(_given(item) for item in members.get(category, ())):
        return True
    return any(
        _filled(item.id, records, members, above | {category})
        for item in records.categories
        if item.parent == category
    )


def _given(service: Service) -> bool:
    return service.status not in GONE
