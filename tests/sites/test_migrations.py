"""A revision to come, over the rows of several sites: for all of them, or for none."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from assistant.cases.store import code_counter
from assistant.core.errors import DatabaseError
from assistant.database import MIGRATIONS, insert_once, newest_revision

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from assistant.benchmarks.postgres_server import PostgresServer
    from assistant.database import Database
    from tests.sites.conftest import Shared

REVISION = """
from alembic import op

revision, down_revision = "0999", "{before}"


def upgrade() -> None:
    op.execute("UPDATE code_counter SET value = value + 100")
    op.execute("{then}")


def downgrade() -> None:
    pass
"""
COUNTED = "SELECT site, value FROM code_counter ORDER BY site"
HELD = (
    "SELECT DISTINCT relrowsecurity AND relforcerowsecurity FROM pg_class"
    " WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
    " AND relname <> 'alembic_version'"
)
"What the server says of each table: whether its owner, too, sees one site only."


@pytest.fixture
def to_come(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Let this program have one revision more, which says a statement of its own at the end."""

    def add(then: str) -> None:
        folder = tmp_path / "migrations"
        shutil.copytree(MIGRATIONS, folder)
        made = REVISION.format(before=newest_revision(), then=then)
        (folder / "versions" / "0999_to_come.py").write_text(made)
        monkeypatch.setattr("assistant.database.schema.MIGRATIONS", folder)

    return add


def counting(*sites: Database) -> None:
    """Each has one row of its own."""
    for number, site in enumerate(sites, start=1):
        with site.begin() as connection:
            insert_once(connection, code_counter, {"letters": "GH", "value": number})
        site.close()


def test_a_revision_changes_the_rows_of_every_site(
    shared: Shared, north: Database, south: Database, to_come: Callable[[str], None]
) -> None:
    """Whoever starts first does it for all; afterwards each is held to its own again."""
    counting(north, south)
    to_come("SELECT 1")
    again = shared.open("south")
    assert shared.as_superuser(COUNTED) == [("north", 101), ("south", 102)]
    assert shared.as_superuser(HELD) == [(True,)]
    with again.read() as connection:
        assert connection.exec_driver_sql(COUNTED).all() == [("south", 102)]


def test_a_revision_that_fails_leaves_the_sites_apart(
    shared: Shared, north: Database, south: Database, to_come: Callable[[str], None]
) -> None:
    """Policies are lifted while it runs, and only in its own transaction."""
    counting(north, south)
    to_come("SELECT * FROM no_such_table")
    with pytest.raises(DatabaseError, match="no_such_table"):
        shared.open("south")
    assert shared.as_superuser(COUNTED) == [("north", 1), ("south", 2)]
    assert shared.as_superuser(HELD) == [(True,)]


def test_a_role_of_one_site_is_told_who_brings_the_tables_up_to_date(
    shared: Shared, postgres: PostgresServer, to_come: Callable[[str], None]
) -> None:
    """It owns no table; the sentence says what to do, and nothing is changed."""
    postgres.make_role("site_west")
    shared.as_superuser(
        "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO site_west"
    )
    to_come("SELECT 1")
    with pytest.raises(DatabaseError, match="start the site whose role owns them first"):
        shared.open("west", role="site_west")
    assert shared.as_superuser(HELD) == [(True,)]
