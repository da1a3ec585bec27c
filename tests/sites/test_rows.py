"""Every table there is, and every way a statement of one site might reach a row of another."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import MetaData, Table, and_, delete, func, insert, select, text, update
from sqlalchemy.dialects import postgresql

from assistant.core.errors import DatabaseError
from assistant.tenants import COLUMN

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import Column, ColumnElement, Connection

    from assistant.database import Database
    from tests.sites.conftest import Shared

NOW = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)
ONLY_ADDED_TO = "audit"
"A trigger refuses every change of it, whoever asks."
SAMPLES: dict[type, object] = {
    str: "x", int: 1, float: 1.0, bool: False, datetime: NOW,
    date: NOW.date(), object: {},
}  # fmt: skip


def tables_of(database: Database) -> tuple[Table, ...]:
    """All tables, as the server describes them."""
    found = MetaData()
    with database.read() as connection:
        found.reflect(connection)
    return tuple(table for name, table in found.tables.items() if name != "alembic_version")


def row_of(table: Table) -> dict[str, object]:
    """The least a row needs; of each table always the same."""
    wanted = [column for column in table.columns if column.name != COLUMN and not column.nullable]
    return {column.name: _sample(column) for column in wanted}


def _sample(column: Column[Any]) -> object:
    return SAMPLES[column.type.python_type]


def same(table: Table, row: dict[str, object]) -> ColumnElement[bool]:
    """The row with that key, of whichever site."""
    keys = [column for column in table.primary_key if column.name != COLUMN]
    return and_(*(column == row[column.name] for column in keys))


def refused(database: Database, words: str, do: Callable[[Connection], object]) -> None:
    """Whether the server says these words to it."""
    with pytest.raises(DatabaseError, match=words), database.begin() as connection:
        do(connection)


def count(database: Database, table: Table) -> Sequence[Any]:
    """Whose rows are seen."""
    with database.read() as connection:
        wanted = select(table.c.site, func.count()).group_by(table.c.site)
        return [tuple(row) for row in connection.execute(wanted)]


def test_every_table_is_separated(north: Database, shared: Shared) -> None:
    """No table to come is forgotten: column, default, policy on all commands, for the owner too."""
    names = {table.name for table in tables_of(north)}
    assert len(names) > 50
    found = shared.as_superuser(
        "SELECT relname, relrowsecurity, relforcerowsecurity, attnotnull,"
        " pg_get_expr(adbin, adrelid), polcmd, polpermissive, polwithcheck IS NULL,"
        " pg_get_expr(polqual, polrelid) LIKE '(site =%neighbour.site%'"
        " FROM pg_class c JOIN pg_attribute a ON attrelid = c.oid AND attname = 'site'"
        " JOIN pg_attrdef d ON adrelid = c.oid AND adnum = attnum"
        " JOIN pg_policy p ON polrelid = c.oid WHERE relkind = 'r' ORDER BY relname"
    )
    default = "current_setting('neighbour.site'::text)"
    assert found == [
        (name, True, True, True, default, "*", True, True, True) for name in sorted(names)
    ]


def test_every_key_and_reference_stays_within_a_site(north: Database, shared: Shared) -> None:
    """Neither a taken key nor a reference tells of another's row, or takes it along."""
    assert tables_of(north)
    wide = shared.as_superuser(
        "SELECT indexrelid::regclass::text FROM pg_index i JOIN pg_class c ON c.oid = indrelid"
        " JOIN pg_namespace n ON n.oid = relnamespace AND nspname = 'public'"
        " LEFT JOIN pg_attribute a ON attrelid = indrelid AND attname = 'site'"
        " WHERE relname <> 'alembic_version' AND attnum IS DISTINCT FROM indkey[0]"
    )
    assert wide == []
    across = shared.as_superuser(
        "SELECT conname FROM pg_constraint WHERE contype = 'f' AND NOT EXISTS (SELECT 1 FROM"
        " pg_attribute WHERE attrelid = conrelid AND attname = 'site' AND attnum = ANY (conkey))"
    )
    assert across == []


def test_no_reference_across_sites_can_be_made(north: Database) -> None:
    """Every key holds the site, so the server takes no foreign key that leaves it out."""
    alone = "CREATE TABLE notes (code text REFERENCES callbacks (code))"
    refused(north, "no unique constraint", lambda c: c.exec_driver_sql(alone))
    ours = (
        "CREATE TABLE notes (site text, code text,"
        " FOREIGN KEY (site, code) REFERENCES callbacks (site, code))"
    )
    with north.begin() as connection:
        connection.exec_driver_sql(ours)
        connection.exec_driver_sql("DROP TABLE notes")


def test_no_statement_reaches_a_row_of_another_site(north: Database, south: Database) -> None:
    """Read, changed, deleted, written over, given away: table by table, by raw statements."""
    for table in tables_of(north):
        row = row_of(table)
        with north.begin() as connection:
            connection.execute(insert(table).values(row))
        before = count(north, table)
        assert {site for site, _ in count(south, table)} <= {"south"}
        _refused_in(south, table, row)
        _written_over(south, table, row)
        _emptied(south, table, row)
        assert count(north, table) == before, table.name
        assert {site for site, _ in before} == {"north"}, table.name


def _refused_in(south: Database, table: Table, row: dict[str, object]) -> None:
    """Into another's name, and a whole table at once."""
    into = insert(table).values({**row, COLUMN: "north"})
    refused(south, "row-level security", lambda c: c.execute(into))
    refused(south, "permission denied", lambda c: c.exec_driver_sql(f'TRUNCATE "{table.name}"'))


def _written_over(south: Database, table: Table, row: dict[str, object]) -> None:
    """The same key is free here; giving the row away is not."""
    keys = [column.name for column in table.primary_key]
    assert keys[0] == COLUMN or COLUMN in keys
    placed = postgresql.insert(table).values(row)
    over = placed.on_conflict_do_update(index_elements=keys, set_=row)
    with south.begin() as connection:
        connection.execute(insert(table).values(row))
    if table.name == ONLY_ADDED_TO:
        refused(south, "only added to", lambda c: c.execute(over))
        return
    with south.begin() as connection:
        kept = {"preserve_rowcount": True}
        assert connection.execute(over, execution_options=kept).rowcount == 1
    away = update(table).where(same(table, row)).values({COLUMN: "north"})
    refused(south, "row-level security", lambda c: c.execute(away))


def _emptied(south: Database, table: Table, row: dict[str, object]) -> None:
    """A deletion without any condition takes our own rows only."""
    theirs = delete(table).where(table.c.site == "north")
    if table.name == ONLY_ADDED_TO:
        refused(south, "only added to", lambda c: c.execute(theirs))
        return
    with south.begin() as connection:
        assert connection.execute(theirs).rowcount == 0
        assert connection.execute(update(table).where(same(table, row)).values(row)).rowcount == 1
        assert connection.execute(delete(table)).rowcount >= 1
    assert count(south, table) == []


def test_a_connection_that_is_nobodys_sees_nothing(shared: Shared, north: Database) -> None:
    """Who connects past the program, without a site, is told so instead of being shown all."""
    with north.read() as connection:
        connection.exec_driver_sql("SELECT count(*) FROM vault_keys")
    engine = shared.open("default").engine
    with engine.connect() as connection:
        connection.execute(text("SET neighbour.site = ''"))
        assert connection.execute(text("SELECT count(*) FROM vault_keys")).scalar() == 0


def test_what_a_session_sets_and_what_that_is_worth(north: Database, south: Database) -> None:
    """The setting holds off mistakes. Whoever owns the tables may change it, and sees sealed rows.

    A role of one site's own may not: see `test_roles.py`.
    """
    with south.begin() as connection:
        own = connection.execute(text("SELECT DISTINCT site FROM vault_keys")).scalars().all()
        connection.execute(text("SET LOCAL neighbour.site = 'north'"))
        other = connection.execute(text("SELECT DISTINCT site FROM vault_keys")).scalars().all()
    with south.read() as connection:
        again = connection.execute(text("SELECT current_setting('neighbour.site')")).scalar()
        connection.execute(text("RESET ALL"))
        reset = connection.execute(text("SELECT current_setting('neighbour.site')")).scalar()
    assert (own, other, again, reset) == (["south"], ["north"], "south", "south")
    assert north.site == "north"
