"""Words looked for in what a resident said, and the days she asked about. Pure."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from assistant.directory.units import units
from assistant.directory.zones import zone_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from assistant.core.answer import Lookup
    from assistant.core.service import Records


def spaced(text: str) -> str:
    """A text to look for words in: Chinese without gaps, words of other scripts between blanks."""
    parts = (item.surface if item.hanzi else f" {item.surface} " for item in units(text))
    return "".join(parts).replace("  ", " ")


def contains(heard: str, terms: Iterable[str]) -> bool:
    """Whether one of the terms stands in a text made by `spaced`."""
    return any(term.strip() and term in heard for term in map(spaced, terms))


def days(records: Records, query: Lookup, now: datetime) -> tuple[date, date] | None:
    """The first and the last day asked about; `None` when no time was said."""
    zone, when = zone_of((), records.timezone), query.when
    if when is None or (when.start is None and when.end is None):
        return None
    first = today(records, now) if when.start is None else when.start.astimezone(zone).date()
    if when.end is None:
        return first, date.max
    last = (when.end - timedelta(microseconds=1)).astimezone(zone).date()
    return first, max(first, last)


def today(records: Records, now: datetime) -> date:
    """The date on the community's wall."""
    return now.astimezone(zone_of((), records.timezone)).date()
