"""`community.json`: what a community tells its residents beside its HSDS tables.

Facts of the site (emergency number, staff hours, polls), rosters and notices. Pure.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from assistant.directory.cells import WEEKDAYS, clean, read_date, read_days

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date

    from assistant.directory.intake import Intake, Json

FACTS: dict[str, Json] = {"emergency_number": None, "staff_hours": [], "polls": []}
"Always in the file, known or not."
TABLES = ("rosters", "notices")
_LAST_WEEKDAY = 6


@dataclass(frozen=True, slots=True)
class Community:
    """The contents of one or several `community.json`, as rows of the database."""

    facts: dict[str, Json]
    rosters: dict[str, dict[str, Any]]
    notices: dict[str, dict[str, Any]]


def read_community(intake: Intake) -> Community:
    """Understand every `community.json` of the intake; mistakes become fatal problems."""
    community = Community({}, {}, {})
    for file, found in intake.community:
        community.facts.update({k: v for k, v in found.items() if k not in TABLES})
        _each(file, "rosters", found, intake, lambda row: _take_roster(row, community))
        _each(file, "notices", found, intake, lambda row: _take_notice(row, community))
    return community


def _each(
    file: str,
    key: str,
    found: Mapping[str, Json],
    intake: Intake,
    take: Callable[[Mapping[str, Json]], None],
) -> None:
    items = found.get(key) or []
    for number, item in enumerate(items if isinstance(items, list) else [items], 1):
        try:
            if not isinstance(item, dict):
                raise _WrongError("", "is not an object", "write it as {…}")  # noqa: TRY301
            take(item)
        except _WrongError as wrong:
            intake.refuse(
                file, None, wrong.column, f"number {number} of {key} {wrong.text}", wrong.remedy
            )


class _WrongError(Exception):
    """An item that cannot be taken; becomes a `Problem`."""

    def __init__(self, column: str, text: str, remedy: str) -> None:
        super().__init__(text)
        self.column, self.text, self.remedy = column, text, remedy


def _take_roster(row: Mapping[str, Json], community: Community) -> None:
    name, service = _text(row, "roster"), _text(row, "service", needed=False)
    items = row.get("items")
    if not isinstance(items, list) or not all(isinstance(item, str) for item in items):
        raise _WrongError("items", "has no list of texts", 'write "items": ["…", "…"]')
    day, weekday = _optional_day(row), _weekday(row.get("weekday"))
    if (day is None) == (weekday is None):
        raise _WrongError("date", "needs a date or a weekday, and not both", "write one of them")
    when = weekday if day is None else day.isoformat()
    identifier = f"{name}/{service}/{when}"
    community.rosters[identifier] = {
        "id": identifier,
        "roster": name,
        "service_id": service,
        "date": day,
        "weekday": weekday,
        "items": [clean(item) for item in items if isinstance(item, str)],
    }


def _take_notice(row: Mapping[str, Json], community: Community) -> None:
    begins, ends = _day(row, "valid_from"), _day(row, "valid_to")
    if ends < begins:
        raise _WrongError("valid_to", "ends before it begins", "correct the days")
    identifier = _text(row, "id")
    community.notices[identifier] = {
        "id": identifier,
        "text": _text(row, "text"),
        "valid_from": begins,
        "valid_to": ends,
        "place": _text(row, "place", needed=False),
        "topic": _text(row, "topic", needed=False),
    }


def _text(row: Mapping[str, Json], key: str, *, needed: bool = True) -> str:
    value = row.get(key)
    text = clean(value) if isinstance(value, str) else ""
    if (needed and not text) or not isinstance(value, str | None):
        raise _WrongError(key, f"has no {key}", f'write "{key}": "…"')
    return text


def _day(row: Mapping[str, Json], key: str) -> date:
    day = read_date(_text(row, key))
    if day is None:
        raise _WrongError(key, f"has an unreadable {key}", "write year-month-day: 2026-03-05")
    return day


def _optional_day(row: Mapping[str, Json]) -> date | None:
    return _day(row, "date") if row.get("date") else None


def _weekday(value: Json) -> int | None:
    if value is None:
        return None
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _LAST_WEEKDAY:
        return value
    days = read_days(value) if isinstance(value, str) else None
    if days is None or len(days) != 1 or days[0] not in WEEKDAYS:
        raise _WrongError("weekday", "has an unreadable weekday", "write 0 (Monday) to 6, or MO")
    return WEEKDAYS.index(days[0])


def write_community(
    facts: Mapping[str, Json],
    rosters: Sequence[Mapping[str, Any]],
    notices: Sequence[Mapping[str, Any]],
) -> str:
    """The text of `community.json`; the same rows always give the same text."""
    known = {**FACTS, **facts}
    ordered = [*FACTS, *sorted(set(known) - set(FACTS))]
    whole: dict[str, Json] = {key: known[key] for key in ordered}
    whole["rosters"] = [_roster(row) for row in rosters]
    whole["notices"] = [_notice(row) for row in notices]
    return json.dumps(whole, ensure_ascii=False, indent=2) + "\n"


def _roster(row: Mapping[str, Any]) -> Json:
    found: dict[str, Json] = {"roster": row["roster"]}
    if row["service_id"]:
        found["service"] = row["service_id"]
    if row["date"] is None:
        found["weekday"] = row["weekday"]
    else:
        found["date"] = row["date"].isoformat()
    return {**found, "items": row["items"]}


def _notice(row: Mapping[str, Any]) -> Json:
    found: dict[str, Json] = {
        "id": row["id"],
        "text": row["text"],
        "valid_from": row["valid_from"].isoformat(),
        "valid_to": row["valid_to"].isoformat(),
    }
    return {**found, **{key: row[key] for key in ("place", "topic") if row[key]}}
