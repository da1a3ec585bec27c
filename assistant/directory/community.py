"""`community.json`: what a community tells its residents beside its HSDS tables.

Facts of the site (emergency number, staff hours, polls), rosters and notices. Pure.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from assistant.core.service import Roster
from assistant.directory.cells import WEEKDAYS, clean, read_date, read_days
from assistant.directory.day_tables import LINE
from assistant.directory.texts import roster_row, split

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date

    from assistant.directory.intake import Intake, Json

FACTS: dict[str, Json] = {"emergency_number": None, "staff_hours": [], "polls": []}
"Always in the file, known or not."
TABLES = ("rosters", "notices")
_LAST_WEEKDAY = 6
ZONES = ";"
"Between buildings or streets in one cell."


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
            line = item.get(LINE) if isinstance(item, dict) else None
            where = f"number {number} of {key} {wrong.text}" if line is None else wrong.text
            on = line if isinstance(line, int) else None
            intake.refuse(file, on, wrong.column, where, wrong.remedy)


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
    begins, ends = _optional_day(row, "valid_from"), _optional_day(row, "valid_to")
    if begins is not None and ends is not None and ends < begins:
        raise _WrongError("valid_to", "ends before it begins", "correct the days")
    kept = tuple(clean(item) for item in items if isinstance(item, str))
    found = Roster(name, service, kept, day, weekday, begins, ends, _zone(row))
    community.rosters[roster_row(found)] = {
        "id": roster_row(found),
        "roster": name,
        "service_id": service,
        "date": day,
        "weekday": weekday,
        "items": list(kept),
        "valid_from": begins,
        "valid_to": ends,
        "zone": ZONES.join(found.zone),
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
        "zone": ZONES.join(_zone(row)),
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


def _optional_day(row: Mapping[str, Json], key: str = "date") -> date | None:
    return _day(row, key) if row.get(key) else None


def _zone(row: Mapping[str, Json]) -> tuple[str, ...]:
    """Buildings or streets: a list of texts, or one text with ; between."""
    value = row.get("zone")
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return tuple(clean(item) for item in value if isinstance(item, str) and clean(item))
    return split(_text(row, "zone", needed=False))


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
    valid = {key: row[key].isoformat() for key in ("valid_from", "valid_to") if row[key]}
    return {**found, **valid, **_zone_list(row), "items": row["items"]}


def _notice(row: Mapping[str, Any]) -> Json:
    found: dict[str, Json] = {
        "id": row["id"],
        "text": row["text"],
        "valid_from": row["valid_from"].isoformat(),
        "valid_to": row["valid_to"].isoformat(),
    }
    told = {key: row[key] for key in ("place", "topic") if row[key]}
    return {**found, **told, **_zone_list(row)}


def _zone_list(row: Mapping[str, Any]) -> dict[str, Json]:
    return {"zone": list(split(row["zone"]))} if row["zone"] else {}
