"""What is odd about imported rows: found, named with a remedy, and never dropped. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.directory.cells import read_flag, read_time, zone_behind
from assistant.directory.hsds import BY_STEM, NAMES, REFERENCES

if TYPE_CHECKING:
    from collections.abc import Mapping
    from collections.abc import Set as AbstractSet

    from assistant.directory.intake import Intake, Row


def remark_oddities(intake: Intake, known: Mapping[str, AbstractSet[str]]) -> None:
    """Add a problem to the intake for every odd row; `known` are the ids in the database."""
    for stem, rows in intake.rows.items():
        for row in rows.values():
            _required(stem, row, intake)
            _references(stem, row, intake, known)
    for row in intake.rows.get("schedules", {}).values():
        _hours(row, intake)
    for row in intake.rows.get("phones", {}).values():
        if row.values.get("number") and not any(c.isdigit() for c in row.values["number"]):
            intake.remark(row, "number", "there is no digit in it", "write the telephone number")
    for row in intake.rows.get("cost_options", {}).values():
        _amount(row, intake)
    for (stem, identifier, _column, _language), row in intake.translations.items():
        if stem in BY_STEM and not _exists(stem, identifier, intake, known):
            intake.remark(
                row,
                "row_id",
                f"there is no row {identifier} in {stem}",
                "import that table too, or correct the id",
            )


def _required(stem: str, row: Row, intake: Intake) -> None:
    for column in BY_STEM[stem].required:
        if not row.values.get(column):
            intake.remark(row, column, "this is missing", "fill it in")


def _references(stem: str, row: Row, intake: Intake, known: Mapping[str, AbstractSet[str]]) -> None:
    for column, identifier in row.values.items():
        target = REFERENCES.get(column)
        if stem == "attributes" and column == "link_id":
            target = NAMES.get(row.values.get("link_entity", ""))
        if stem == "metadata" and column == "resource_id":
            target = NAMES.get(row.values.get("resource_type", ""))
        if target is not None and not _exists(target, identifier, intake, known):
            intake.remark(
                row,
                column,
                f"there is no row {identifier[:80]} in {target}",
                "import that table too, or correct the id",
            )


def _exists(
    stem: str, identifier: str, intake: Intake, known: Mapping[str, AbstractSet[str]]
) -> bool:
    return identifier in intake.rows.get(stem, {}) or identifier in known.get(stem, ())


def _hours(row: Row, intake: Intake) -> None:
    """Hours that cannot be used to say whether a service is open."""
    opens, closes = (read_time(row.values.get(name, "")) for name in ("opens_at", "closes_at"))
    for column in ("opens_at", "closes_at"):
        if zone := zone_behind(row.values.get(column, "")):
            intake.remark(
                row,
                column,
                f"the zone {zone} behind it is not heeded",
                "write the time on the office's own clock, without a zone",
            )
    if read_flag(str(row.extra.get("closed", ""))):
        return
    days = any(row.values.get(name) for name in ("byday", "bymonthday", "dtstart", "valid_from"))
    if opens is None and closes is None:
        written = "hours are given only as text" if row.values.get("description") else "no hours"
        intake.remark(
            row,
            "description",
            written,
            "add byday, opens_at and closes_at; until then the text is read out",
        )
    elif opens is None or closes is None:
        intake.remark(
            row, "opens_at" if opens is None else "closes_at", "this is missing", "write both times"
        )
    elif closes <= opens:
        intake.remark(
            row,
            "closes_at",
            f"closes at {closes:%H:%M}, before it opens at {opens:%H:%M}",
            "correct the times; until then they are not vouched for",
        )
    elif not days:
        intake.remark(row, "byday", "hours without a day", "write the days, such as MO,TU")


def _amount(row: Row, intake: Intake) -> None:
    written = row.values.get("amount")
    if written is None:
        return
    try:
        fine = float(written) >= 0
    except ValueError:
        fine = False
    if not fine:
        intake.remark(row, "amount", f"“{written[:80]}” is no price", "write a number, 0 or more")
