"""The directory's tables: Open Referral HSDS 3, and what a community adds to it.

HSDS columns are kept as text, normalised where they could be read: HSDS is a format of texts, and
a value nobody can read ("25:00") must come out of an export as it went in. References between HSDS
tables are checked by the importer and reported, not enforced, because real feeds dangle. Columns
HSDS does not know stand in `extra`; `position` keeps the order of the imported file.
"""

from __future__ import annotations

from sqlalchemy import JSON, Column, Date, Integer, Table, Text

from assistant.database import metadata
from assistant.directory.hsds import HSDS, HsdsTable


def _table(hsds: HsdsTable) -> Table:
    # `contacts` are the residents who wrote or rang; HSDS means the staff of an organization.
    name = "contact_persons" if hsds.stem == "contacts" else hsds.stem
    return Table(
        name,
        metadata,
        Column("id", Text, primary_key=True),
        Column("position", Integer, nullable=False),
        *(Column(column, Text) for column in hsds.columns),
        Column("extra", JSON(none_as_null=True)),
    )


TABLES = {hsds.stem: _table(hsds) for hsds in HSDS}

translations = Table(
    "translations",
    metadata,
    Column("table_name", Text, primary_key=True),
    Column("row_id", Text, primary_key=True),
    Column("column_name", Text, primary_key=True),
    Column("language", Text, primary_key=True),
    Column("text", Text, nullable=False),
)
rosters = Table(
    "rosters",
    metadata,
    Column("id", Text, primary_key=True),
    Column("roster", Text, nullable=False),
    Column("service_id", Text, nullable=False),
    Column("date", Date),
    Column("weekday", Integer),
    Column("items", JSON, nullable=False),
)
notices = Table(
    "notices",
    metadata,
    Column("id", Text, primary_key=True),
    Column("text", Text, nullable=False),
    Column("valid_from", Date, nullable=False),
    Column("valid_to", Date, nullable=False),
    Column("place", Text, nullable=False),
    Column("topic", Text, nullable=False),
)
site_facts = Table(
    "site_facts",
    metadata,
    Column("key", Text, primary_key=True),
    Column("value", JSON, nullable=False),
)
directory_state = Table(
    "directory_state",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("version", Integer, nullable=False),
)
"One row; its version goes up with every change, so that whoever keeps records in memory knows."
