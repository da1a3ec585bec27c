"""Tables of Human Services Data Specification 1.0 to 2.0, which many tools still write. Pure.

`regular_schedules` and `holiday_schedules` became `schedules` in HSDS 3, two tables of addresses
became one, `fees`, `eligibility` and `payments_accepted` became texts and prices of the service.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from uuid import NAMESPACE_OID, uuid5

from assistant.directory.cells import WEEKDAYS, read_days, read_flag

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from assistant.directory.intake import Json

OLDER: Final = {
    "regular_schedule": "regular_schedules",
    "regular_schedules": "regular_schedules",
    "holiday_schedule": "holiday_schedules",
    "holiday_schedules": "holiday_schedules",
    "physical_address": "physical_addresses",
    "physical_addresses": "physical_addresses",
    "postal_address": "postal_addresses",
    "postal_addresses": "postal_addresses",
    "fee": "fees",
    "fees": "fees",
    "payment_accepted": "payments_accepted",
    "payments_accepted": "payments_accepted",
    "eligibility": "eligibility",
    "eligibilities": "eligibility",
    "taxonomy": "taxonomy",
    "service_taxonomy": "service_taxonomy",
    "services_taxonomy": "service_taxonomy",
    "service_taxonomies": "service_taxonomy",
}
"Every name of such a table, with its own."


def newer(table: str, cells: Mapping[str, Json]) -> Iterator[tuple[str, dict[str, Json]]]:
    """What a row of an older table is in HSDS 3: tables and their rows, its own columns kept."""
    row = dict(cells)
    if table in {"regular_schedules", "holiday_schedules"}:
        yield "schedules", _hours(table, row)
    elif table in {"physical_addresses", "postal_addresses"}:
        kind = table.partition("_")[0]
        yield "addresses", {**row, "address_type": row.get("address_type") or kind}
    elif table == "fees":
        price = row.pop("fee", None)
        yield "cost_options", {**row, "amount_description": price} if price else row
    elif table == "taxonomy":
        row["taxonomy"] = row.pop("vocabulary", None) or row.get("taxonomy")
        yield "taxonomy_terms", row
    elif table == "service_taxonomy":
        yield "attributes", _attribute(row)
    else:
        yield "attributes", _remark(table, row)


def _hours(table: str, row: dict[str, Json]) -> dict[str, Json]:
    if table == "holiday_schedules":
        begins, ends = row.pop("start_date", None), row.pop("end_date", None)
        closed = read_flag(str(row.get("closed") or ""))
        return {**row, "valid_from": begins, "valid_to": ends, "closed": closed or None}
    days = weekdays(str(row.pop("weekday", "") or ""))
    return {"freq": "WEEKLY", **row, "byday": row.get("byday") or days}


def weekdays(text: str) -> str:
    """`Monday`, `Mon`, `MO` or ISO's 1 to 7 (0 is Sunday, too) as `MO`; others as they are."""
    number = text.strip().removesuffix(".0")
    if number.isdecimal() and int(number) <= len(WEEKDAYS):
        return WEEKDAYS[(int(number) - 1) % len(WEEKDAYS)]
    found = read_days(text) if text.strip() else None
    return text if found is None else ",".join(found)


def _attribute(row: dict[str, Json]) -> dict[str, Json]:
    service, term = row.pop("service_id", None), row.pop("taxonomy_id", None)
    return {
        **row,
        "link_id": service,
        "link_entity": "service",
        "taxonomy_term_id": term,
        "label": row.pop("taxonomy_detail", None),
    }


def _remark(table: str, row: dict[str, Json]) -> dict[str, Json]:
    """A text about a service that HSDS 3 has no table for: kept as an attribute of its kind."""
    column = "payment" if table == "payments_accepted" else "eligibility"
    service, text = row.pop("service_id", None), row.pop(column, None)
    identifier = row.pop("id", None) or str(uuid5(NAMESPACE_OID, f"{table}/{service}/{text}"))
    return {
        **row,
        "id": identifier,
        "link_id": service,
        "link_entity": "service",
        "link_type": column,
        "value": text,
    }
