"""Texts of the records in every language they are known in. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from assistant.core.values import Localised

if TYPE_CHECKING:
    from collections.abc import Iterable

    from assistant.core.service import Category, Notice, Records, Roster, Service, Translation

SERVICES, LOCATIONS, ADDRESSES = "services", "locations", "addresses"
SCHEDULES, DOCUMENTS, ATTRIBUTES = "schedules", "required_documents", "attributes"
TERMS, ROSTERS, NOTICES = "taxonomy_terms", "rosters", "notices"

_PARTS = re.compile(r"\s*[;；\n]\s*")


def split(text: str) -> tuple[str, ...]:
    """Texts written in one cell with ; or ； between."""
    return tuple(part for part in _PARTS.split(text.strip()) if part)


def localised(
    own: str, among: Iterable[Translation], place: tuple[str, str, str], records: Records
) -> Localised:
    """A text of the community's language with its translations; `place` is table, row, column."""
    table, row, column = place
    first = records.languages[0] if records.languages else "zh"
    found = {first: own} if own else {}
    for item in among:
        if (item.table, item.row, item.column) == (table, row, column) and item.text:
            found.setdefault(item.language, item.text)
    return Localised(tuple(found.items()))


def service_text(service: Service, column: str, own: str, records: Records) -> Localised:
    """One column of the service itself."""
    return localised(own, service.translations, (SERVICES, service.id, column), records)


def service_name(service: Service, records: Records) -> Localised:
    """The name residents hear."""
    return service_text(service, "name", service.name, records)


def category_name(category: Category, records: Records) -> Localised:
    """The name of a category."""
    return localised(category.name, records.translations, (TERMS, category.id, "name"), records)


def notice_text(notice: Notice, column: str, own: str, records: Records) -> Localised:
    """One text of a notice: `text`, `place` or `topic`."""
    return localised(own, records.translations, (NOTICES, notice.id, column), records)


def roster_row(roster: Roster) -> str:
    """The id of a row: what it is, whose, when, and where that does not tell it from others."""
    when = str(roster.weekday) if roster.date is None else roster.date.isoformat()
    begins = "" if roster.valid_from is None else f"from {roster.valid_from.isoformat()}"
    parts = (roster.roster, roster.service, when, begins, ";".join(roster.zone))
    return "/".join((*parts[:3], *(part for part in parts[3:] if part)))


def roster_items(roster: Roster, records: Records) -> tuple[Localised, ...]:
    """The items of a roster; a translation gives them in one text with ; between.

    A translation with another number of items is left out: nobody knows which is which.
    """
    row = roster_row(roster)
    first = records.languages[0] if records.languages else "zh"
    columns: list[tuple[str, tuple[str, ...]]] = [(first, roster.items)]
    for item in records.translations:
        if (item.table, item.row, item.column) == (ROSTERS, row, "items"):
            parts = split(item.text)
            if len(parts) == len(roster.items):
                columns.append((item.language, parts))
    return tuple(
        Localised(tuple((language, texts[number]) for language, texts in columns))
        for number in range(len(roster.items))
    )
