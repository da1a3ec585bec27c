"""What is odd about imported rows: found, named with a remedy, and never dropped. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from assistant.core.service import Schedule
from assistant.directory.cells import read_flag, read_time, zone_behind
from assistant.directory.hsds import BY_STEM, NAMES, REFERENCES
from assistant.directory.intake import Row
from assistant.directory.plain_hours import week_value
from assistant.directory.seasons import usual_week
from assistant.directory.written import read_hours

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from assistant.directory.intake import Intake


SOME_DAY = date(2000, 1, 1)
"Rows read from a text hold on any day."


def remark_oddities(stem: str, rows: Iterable[Row], intake: Intake) -> None:
    """Add a problem to the intake for everything odd in the rows of one table."""
    for row in rows:
        _required(stem, row, intake)
        if stem == "schedules":
            _hours(row, intake)
        elif stem == "phones" and row.values.get("number"):
            _number(row, intake)
        elif stem == "cost_options":
            _amount(row, intake)


@dataclass(frozen=True, slots=True)
class Reference:
    """A cell that holds the id of a row elsewhere."""

    row: Row
    "Without its cells."
    column: str
    table: str
    identifier: str


def references(stem: str, row: Row) -> Iterator[Reference]:
    """What a row refers to."""
    for column, identifier in row.values.items():
        target = REFERENCES.get(column)
        if stem == "attributes" and column == "link_id":
            target = NAMES.get(row.values.get("link_entity", ""))
        if stem == "metadata" and column == "resource_id":
            target = NAMES.get(row.values.get("resource_type", ""))
        if target is not None:
            bare = Row(row.id, row.file, row.line, {}, {}, row.headings)
            yield Reference(bare, column, target, identifier)


def translated(intake: Intake) -> Iterator[Reference]:
    """The rows that translations are of."""
    for (stem, identifier, _column, _language), row in intake.translations.items():
        if stem in BY_STEM:
            yield Reference(row, "row_id", stem, identifier)


def remark_dangling(reference: Reference, intake: Intake) -> None:
    """Add a problem for a reference to a row that is nowhere."""
    intake.remark(
        reference.row,
        reference.column,
        f"there is no row {reference.identifier[:80]} in {reference.table}",
        "import that table too, or correct the id",
    )


def _required(stem: str, row: Row, intake: Intake) -> None:
    for column in BY_STEM[stem].required:
        if not row.values.get(column):
            intake.remark(row, column, "this is missing", "fill it in")


def _number(row: Row, intake: Intake) -> None:
    if not any(letter.isdigit() for letter in row.values["number"]):
        intake.remark(row, "number", "there is no digit in it", "write the telephone number")


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
        intake.remark(row, "description", *_as_text(row.values.get("description", "")))
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


def _as_text(text: str) -> tuple[str, str]:
    """What is said of hours without times, and the remedy."""
    read = read_hours(text, Schedule("")) if text else None
    if read:
        week = week_value(usual_week(read, SOME_DAY)) or "days of a month or of the lunar calendar"
        return f"hours are given only as text, read as {week}", "correct the text if that is wrong"
    written = "hours are given only as text" if text else "no hours"
    return written, "add byday, opens_at and closes_at; until then the text is read out"


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
