"""The directory's tables: Open Referral HSDS 3, and what a community adds to it.

HSDS columns are kept as text, normalised where they could be read: HSDS is a format of texts, and
a value nobody can read ("25:00") must come out of an export as it went in. References between HSDS
tables are checked by the importer and reported, not enforced, because real feeds dangle. Columns
HSDS does not know stand in `extra`; `position` keeps the order of the imported file.
"""

from __future__ import annotations

from sqlalchemy import JSON, Column, Date, Index, Integer, Table, Text

from assistant.database import UtcDateTime, metadata
from assistant.directory.hsds import HSDS, HsdsTable
from assistant.directory.row_index import OWNERS


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
for _stem, _columns in OWNERS.items():
    for _column in _columns:
        Index(f"ix_{_stem}_{_column}", TABLES[_stem].c[_column])
Index("ix_services_position", TABLES["services"].c.position)

translations = Table(
    "translations",
    metadata,
    Column("table_name", Text, primary_key=True),
    Column("row_id", Text, primary_key=True),
    Column("column_name", Text, primary_key=True),
    Column("language", Text, primary_key=True),
    Column("text", Text, nullable=False),
    Index("ix_translations_row_id", "row_id"),
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
    Column("valid_from", Date),
    Column("valid_to", Date),
    Column("zone", Text),
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
    Column("zone", Text),
)
checks = Table(
    "directory_checks",
    metadata,
    Column("service_id", Text, primary_key=True),
    Column("field", Text, primary_key=True),
    Column("reason", Text, nullable=False),
    Column("opened", UtcDateTime, nullable=False),
    Column("asked", Integer, nullable=False),
    Column("closed", UtcDateTime),
    Column("closed_by", Text),
)
"Facts that staff are to check: one task a fact, however many residents came upon it."
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
imports = Table(
    "directory_imports",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("files", JSON, nullable=False),
    Column("begun", JSON, nullable=False),
)
"""What was imported, the newest last: by table, the position from which its new rows stand."""
replaced = Table(
    "directory_replaced",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("import_id", Integer, nullable=False),
    Column("table_name", Text, nullable=False),
    Column("key", JSON, nullable=False),
    Column("row", JSON),
    Index(None, "import_id"),
)
"""Rows as they were before an import replaced or removed them; `row` is null for one that is new in
a table without positions."""
