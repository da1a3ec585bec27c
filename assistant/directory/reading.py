"""The directory's tables read as one value, some hundred services at a time.

All rows of a large city at once would take gigabytes; so only the services themselves stay.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from assistant.core.service import Notice, Records, Roster, Translation
from assistant.directory.pronunciation import read_pronunciations
from assistant.directory.records import categories_of, rosters_of, services_of
from assistant.directory.row_index import OWNERS, Tables
from assistant.directory.shelf import batches, shelved
from assistant.directory.tables import TABLES, notices, rosters, site_facts, translations
from assistant.directory.texts import NOTICES, ROSTERS, TERMS, split

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from sqlalchemy import ColumnElement, Connection

    from assistant.core.service import Service

    Rows = Sequence[Mapping[str, Any]]

AT_ONCE = 400
"Services read together."
TOGETHER = (TERMS, ROSTERS, NOTICES, "polls")
"Tables whose translations belong to the directory as a whole."


def read_records(
    connection: Connection, languages: tuple[str, ...], zone: str, country: str
) -> Records:
    """The whole directory; `languages` begins with that of the HSDS columns."""
    terms = _ordered(connection, "taxonomy_terms")
    services = shelved(_services(connection, terms, country))
    return Records(
        services=services,
        categories=categories_of(terms),
        rosters=rosters_of(_rosters(connection), services),
        notices=tuple(_notices(connection)),
        translations=tuple(_translations(connection, translations.c.table_name, TOGETHER)),
        languages=languages,
        timezone=zone,
        country=country,
        pronunciations=read_pronunciations(
            connection.execute(
                select(site_facts.c.value).where(site_facts.c.key == "pronunciations")
            ).scalar()
        ),
    )


def _services(connection: Connection, terms: Rows, country: str) -> Iterator[Service]:
    ids = connection.execute(
        select(TABLES["services"].c.id).order_by(TABLES["services"].c.position)
    ).scalars()
    for some in batches(ids.all(), AT_ONCE):
        yield from services_of(around(connection, some, terms), country)


def around(connection: Connection, ids: Sequence[str], terms: Rows) -> Tables:
    """The rows of some services and every row they belong together with; `terms` as they are."""
    services = _where(connection, "services", "id", ids)
    links = _where(connection, "service_at_location", "service_id", ids)
    places = _values(links, "location_id")
    owners = {
        "service_id": ids,
        "link_id": ids,
        "service_at_location_id": _values(links, "id"),
        "location_id": places,
        "organization_id": _values(services, "organization_id"),
    }
    hsds: dict[str, Rows] = {
        "services": services,
        "service_at_location": links,
        "organizations": _where(connection, "organizations", "id", owners["organization_id"]),
        "locations": _where(connection, "locations", "id", places),
        "taxonomy_terms": terms,
    }
    for stem, columns in OWNERS.items():
        if stem not in hsds:
            hsds[stem] = _once(
                row for name in columns for row in _where(connection, stem, name, owners[name])
            )
    named = [row["id"] for stem, rows in hsds.items() if stem != "taxonomy_terms" for row in rows]
    return Tables(hsds, tuple(_translations(connection, translations.c.row_id, named)))


def _once(rows: Iterable[Mapping[str, Any]]) -> Rows:
    """Every row once, in the order of the imported file."""
    found = {row["id"]: row for row in rows}
    return sorted(found.values(), key=lambda row: int(row["position"]))


def _where(connection: Connection, stem: str, column: str, values: Sequence[str]) -> Rows:
    table = TABLES[stem]
    found: list[Mapping[str, Any]] = []
    for some in batches(values, AT_ONCE):
        statement = select(table).where(table.c[column].in_(some))
        found += connection.execute(statement).mappings().all()  # type: ignore[arg-type]
    return sorted(found, key=lambda row: int(row["position"]))


def _ordered(connection: Connection, stem: str) -> Rows:
    table = TABLES[stem]
    return connection.execute(select(table).order_by(table.c.position)).mappings().all()  # type: ignore[return-value]


def _values(rows: Rows, column: str) -> list[str]:
    return list(dict.fromkeys(row[column] for row in rows if row[column]))


def _translations(
    connection: Connection, column: ColumnElement[str], values: Sequence[str]
) -> Iterator[Translation]:
    for some in batches(values, AT_ONCE):
        for row in connection.execute(select(translations).where(column.in_(some))):
            yield Translation(row.table_name, row.row_id, row.column_name, row.language, row.text)


def _rosters(connection: Connection) -> list[Roster]:
    return [
        Roster(
            row.roster,
            row.service_id,
            tuple(row.items),
            row.date,
            row.weekday,
            row.valid_from,
            row.valid_to,
            split(row.zone or ""),
        )
        for row in connection.execute(select(rosters).order_by(rosters.c.id))
    ]


def _notices(connection: Connection) -> Iterator[Notice]:
    for row in connection.execute(select(notices).order_by(notices.c.valid_from)):
        yield Notice(
            row.id,
            row.text,
            row.valid_from,
            row.valid_to,
            row.place,
            row.topic,
            split(row.zone or ""),
        )
