"""Two sites on one PostgreSQL server, and who may do everything there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field

import psycopg
import pytest

from assistant.benchmarks.postgres_server import ACCOUNT, PostgresServer
from assistant.database import Database, open_database
from assistant.vault.sources import GivenKeys, fresh_text

KEYS = GivenKeys(fresh_text())
"""Of both sites: what keeps them apart here is no accident of their keys. That each has its own is
looked at by itself."""
IN_TIME = "&options=-c%20lock_timeout%3D3000"
"Whoever waits for a lock of another site fails after three seconds."


@dataclass(frozen=True)
class Shared:
    """A database that sites share."""

    server: PostgresServer
    name: str
    opened: ExitStack = field(default_factory=ExitStack)

    def open(self, site: str, keys: GivenKeys = KEYS, role: str = "line") -> Database:
        """Open it for a site; closed at the end of the test."""
        database = open_database(self.server.url(self.name, role) + IN_TIME, keys, site)
        self.opened.callback(database.close)
        return database

    def as_superuser(self, *statements: str) -> list[tuple[object, ...]]:
        """Do it past every policy; what the last statement found."""
        address = f"host={self.server.folder} user={ACCOUNT} dbname={self.name}"
        with psycopg.connect(address) as connection:
            connection.execute("SET neighbour.site = ''")
            cursor = [connection.execute(one.encode()) for one in statements][-1]
            return cursor.fetchall() if cursor.description else []


@pytest.fixture
def shared(postgres: PostgresServer, postgres_url: str) -> Iterator[Shared]:
    """A migrated database without rows."""
    name = postgres_url.rpartition("@/")[2].partition("?")[0]
    with ExitStack() as opened:
        yield Shared(postgres, name, opened)


@pytest.fixture
def north(shared: Shared) -> Database:
    """One site."""
    return shared.open("north")


@pytest.fixture
def south(shared: Shared) -> Database:
    """Its neighbour."""
    return shared.open("south")
