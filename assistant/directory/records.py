"""Rows of the directory's tables become `Records`, the value the pure parts work on. Pure.

A service's own hours and numbers, and those of the service at a location, come first; only a
service that has none takes those of its locations, and for numbers then its organization's.
Cells that cannot be read count as absent.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.core.service import (
    Category,
    Document,
    Location,
    Roster,
    Service,
    Translation,
)
from assistant.directory import nouns
from assistant.directory.cells import read_date, read_number
from assistant.directory.opening_rows import opening_rows
from assistant.directory.row_index import RowIndex, Tables, row_index

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from assistant.directory.nouns import Row

NEED = "need"
"`link_type` of an attribute, or `taxonomy` of its term, that says what residents need it for."
NEED_COLUMNS = ("need", "needs", "keywords")
"Further columns of `services` that office spreadsheets keep the same words in."


def services_of(tables: Tables, country: str = "CN") -> tuple[Service, ...]:
    """The services of some tables; `country` is where places are whose address names none."""
    index = row_index(tables, country)
    return tuple(_service(row, index) for row in tables.hsds.get("services", ()))


def rosters_of(rosters: Sequence[Roster], services: Sequence[Service]) -> tuple[Roster, ...]:
    """Rosters by the id of their service; an office's own table may give its name."""
    ids: set[str] = set()
    named: dict[str, str] = {}
    for one in services if rosters else ():
        ids.add(one.id)
        for name in (*one.alternate_names[::-1], one.name):
            named[name] = one.id
    return tuple(
        row
        if row.service in ids or row.service not in named
        else replace(row, service=named[row.service])
        for row in rosters
    )


def _service(row: Row, index: RowIndex) -> Service:
    identifier = row["id"]
    organization = index.by_id.get("organizations", {}).get(row["organization_id"] or "")
    links = index.owned("service_at_location", "service_id", identifier)
    places = [
        place
        for place_id in dict.fromkeys(link["location_id"] for link in links)
        if (place := index.by_id.get("locations", {}).get(place_id or ""))
    ]
    documents = index.owned("required_documents", "service_id", identifier)
    phones = _phones(identifier, row["organization_id"], links, places, index)
    schedules = _schedules(identifier, links, places, index)
    owned = [("services", row), *(("service_at_location", link) for link in links)]
    owned += [("organizations", organization)] if organization else []
    owned += [("locations", place) for place in places]
    owned += [("phones", phone) for phone in phones]
    owned += [("schedules", schedule) for schedule in schedules]
    owned += [("required_documents", document) for document in documents]
    owned += [
        ("cost_options", cost) for cost in index.owned("cost_options", "service_id", identifier)
    ]
    return Service(
        id=identifier,
        name=row["name"] or (organization or {}).get("name") or identifier,
        organization=nouns.organization(row["organization_id"], organization),
        spoken_name=str((row["extra"] or {}).get("spoken_name", "")),
        alternate_names=nouns.parts(row["alternate_name"]),
        description=row["description"] or "",
        status=nouns.status(row["status"]),
        alert=row["alert"] or "",
        fees_description=_fees(row, index),
        eligibility_description=row["eligibility_description"] or "",
        minimum_age=read_number(row["minimum_age"] or ""),
        maximum_age=read_number(row["maximum_age"] or ""),
        application_process=row["application_process"] or "",
        assured_date=read_date(row["assured_date"] or ""),
        phones=tuple(nouns.phone(phone) for phone in phones),
        schedules=opening_rows(schedules, _country(places, index)),
        locations=tuple(_location(place, index) for place in places),
        documents=tuple(Document(item["id"], item["document"] or "") for item in documents),
        categories=_terms(identifier, index),
        keywords=_keywords(row, index),
        translations=_translations(owned, places, index),
    )


def _phones(
    service: str,
    organization: str | None,
    links: Sequence[Row],
    places: Sequence[Row],
    index: RowIndex,
) -> list[Row]:
    own = _own("phones", service, links, index)
    if not own:
        own = [
            phone for place in places for phone in index.owned("phones", "location_id", place["id"])
        ]
    if not own and organization:
        own = index.owned("phones", "organization_id", organization)
    return [phone for phone in _once(own) if phone["number"]]


def _schedules(
    service: str,
    links: Sequence[Row],
    places: Sequence[Row],
    index: RowIndex,
) -> list[Row]:
    own = _own("schedules", service, links, index)
    if not own:
        own = [
            hours
            for place in places
            for hours in index.owned("schedules", "location_id", place["id"])
        ]
    return _once(own)


def _own(stem: str, service: str, links: Sequence[Row], index: RowIndex) -> list[Row]:
    """Rows of the service itself and of the service at each of its locations."""
    at_places = [
        row for link in links for row in index.owned(stem, "service_at_location_id", link["id"])
    ]
    return [*index.owned(stem, "service_id", service), *at_places]


def _once(rows: Iterable[Row]) -> list[Row]:
    return list({row["id"]: row for row in rows}.values())


def _fees(row: Row, index: RowIndex) -> str:
    """What it costs in words; else the structured prices, one after the other."""
    written: str = row["fees_description"] or row["fees"] or ""
    if written:
        return written
    columns = ("option", "amount", "currency", "amount_description")
    prices = (
        " ".join(cost[column] for column in columns if cost[column])
        for cost in index.owned("cost_options", "service_id", row["id"])
    )
    return "; ".join(price for price in prices if price)


def _location(row: Row, index: RowIndex) -> Location:
    addresses, phones, schedules = (
        index.owned(stem, "location_id", row["id"]) for stem in ("addresses", "phones", "schedules")
    )
    hours = opening_rows(schedules, _country([row], index))
    return nouns.location(row, addresses, phones, hours)


def _country(places: Sequence[Row], index: RowIndex) -> str:
    """Where a service is given, two letters: as its first address says, else the directory's."""
    for place in places:
        for address in index.owned("addresses", "location_id", place["id"]):
            written: str = (address["country"] or "").strip().upper()
            if len(written) == len("CN"):
                return written
    return index.country


def categories_of(terms: Sequence[Row]) -> tuple[Category, ...]:
    """Every term but those that name needs; `order` is a column of ours, else the file's order."""
    found = []
    for number, term in enumerate(terms):
        if term["taxonomy"] != NEED:
            order = read_number(str((term["extra"] or {}).get("order", "")))
            found.append(
                Category(
                    term["id"],
                    term["name"] or "",
                    term["parent_id"] or None,
                    number if order is None else order,
                )
            )
    return tuple(found)


def _terms(service: str, index: RowIndex) -> tuple[str, ...]:
    """Ids of the categories of a service."""
    known = index.by_id.get("taxonomy_terms", {})
    links = index.owned("attributes", "link_id", service)
    ids = (link["taxonomy_term_id"] for link in links if link["link_type"] != NEED)
    return tuple(dict.fromkeys(i for i in ids if i in known and known[i]["taxonomy"] != NEED))


def _keywords(row: Row, index: RowIndex) -> tuple[str, ...]:
    known = index.by_id.get("taxonomy_terms", {})
    words: list[str] = []
    for link in index.owned("attributes", "link_id", row["id"]):
        term = known.get(link["taxonomy_term_id"] or "")
        if link["link_type"] == NEED or (term is not None and term["taxonomy"] == NEED):
            words += nouns.parts(link["value"] or link["label"] or (term or {}).get("name"))
    for column in NEED_COLUMNS:
        words += nouns.parts(str((row["extra"] or {}).get(column, "")))
    return tuple(dict.fromkeys(words))


def _translations(
    owned: Sequence[tuple[str, Row]],
    places: Sequence[Row],
    index: RowIndex,
) -> tuple[Translation, ...]:
    """Of the service and of the rows it owns; an address goes by the id of its location too."""
    found = [item for stem, row in owned for item in index.translations.get((stem, row["id"]), ())]
    for place in places:
        for address in index.owned("addresses", "location_id", place["id"]):
            found += [
                Translation(item.table, identifier, item.column, item.language, item.text)
                for item in index.translations.get(("addresses", address["id"]), ())
                for identifier in (address["id"], place["id"])
            ]
    for link in index.owned("attributes", "link_id", owned[0][1]["id"]):
        found += index.translations.get(("attributes", link["id"]), ())
    return tuple(found)
