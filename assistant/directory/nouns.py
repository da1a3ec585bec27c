"""One row of an HSDS table becomes one noun of `assistant.core.service`. Pure.

Cells that cannot be read count as absent.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

from assistant.core.service import Address, Location, Organization, Phone, Schedule, Status
from assistant.directory.cells import (
    WEEKDAYS,
    read_date,
    read_days,
    read_flag,
    read_number,
    read_numbers,
    read_time,
)
from assistant.directory.written import columns
from assistant.directory.written.plain import without_markup

if TYPE_CHECKING:
    from collections.abc import Sequence

Row = Mapping[str, Any]
"A row by its columns, `extra` among them."

_PARTS = re.compile(r"\s*[;；\n]\s*")


def organization(identifier: str | None, row: Row | None) -> Organization:
    """An organization; one that dangles keeps its id and has no name."""
    if row is None:
        return Organization(identifier or "", "")
    names = ("name", "description", "alternate_name", "email", "website")
    return Organization(row["id"], **{name: row[name] or "" for name in names})


def phone(row: Row) -> Phone:
    """A telephone number."""
    return Phone(
        id=row["id"],
        number=row["number"] or "",
        extension=row["extension"] or "",
        type=row["type"] or "voice",
        description=row["description"] or "",
    )


def schedule(row: Row, country: str) -> Schedule:
    """Opening hours; what cannot be read is absent, `DAILY` is every day of every week.

    `closed`, `holidays`, `festival` and `lunar` are columns of ours. `country` is where it stands.
    """
    more = row["extra"] or {}
    every_day = (row["freq"] or "").upper() == "DAILY"
    days = read_days(row["byday"]) if row["byday"] else None
    return Schedule(
        id=row["id"],
        freq=_frequency(row, every_day=every_day),
        interval=read_number(row["interval"] or "") or 1,
        byday=days or (WEEKDAYS if every_day and not row["byday"] else ()),
        bymonthday=(read_numbers(row["bymonthday"]) if row["bymonthday"] else None) or (),
        dtstart=read_date(row["dtstart"] or ""),
        until=read_date(row["until"] or ""),
        count=read_number(row["count"] or ""),
        valid_from=read_date(row["valid_from"] or ""),
        valid_to=read_date(row["valid_to"] or ""),
        opens_at=read_time(row["opens_at"] or ""),
        closes_at=read_time(row["closes_at"] or ""),
        timezone=row["timezone"] or "",
        description=without_markup(row["description"] or row["notes"] or ""),
        closed=read_flag(str(more.get("closed", ""))),
        holidays=columns.holiday_rule(str(more.get("holidays", ""))),
        country=country,
        festival=columns.festival(str(more.get("festival", ""))),
        lunar=columns.lunar_days(str(more.get("lunar", ""))),
    )


def _frequency(row: Row, *, every_day: bool) -> Literal["WEEKLY", "MONTHLY"] | None:
    if row["freq"] == "MONTHLY":
        return "MONTHLY"
    weekly = row["freq"] == "WEEKLY" or every_day or (not row["freq"] and row["byday"])
    return "WEEKLY" if weekly else None


def status(text: str | None) -> Status:
    """A status; one HSDS does not know counts as active."""
    if text == "inactive":
        return "inactive"
    if text == "defunct":
        return "defunct"
    return "temporarily closed" if text == "temporarily closed" else "active"


def location(
    row: Row,
    addresses: Sequence[Row],
    phones: Sequence[Row],
    schedules: tuple[Schedule, ...],
) -> Location:
    """A place with the rows that belong to it."""
    names = ("address_2", "city", "region", "state_province", "postal_code", "country")
    return Location(
        id=row["id"],
        name=row["name"] or "",
        location_type=row["location_type"] or "physical",
        description=row["description"] or "",
        transportation=row["transportation"] or "",
        addresses=tuple(
            Address(
                address_1=item["address_1"] or "",
                address_type=item["address_type"] or "physical",
                **{name: item[name] or "" for name in names},
            )
            for item in addresses
        ),
        phones=tuple(map(phone, phones)),
        schedules=schedules,
    )


def parts(text: str | None) -> tuple[str, ...]:
    """Texts written in one cell with ; or ； between."""
    return tuple(dict.fromkeys(part for part in _PARTS.split(text or "") if part))
