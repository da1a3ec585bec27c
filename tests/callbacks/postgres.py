"""Real databases for tests: an SQLite file, or a database on a PostgreSQL server started for it."""

from __future__ import annotations

import itertools
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from assistant.benchmarks.postgres_server import PostgresServer, postgres_server, programs
from assistant.database import Database, open_database
from assistant.vault.sources import FILE, KeyFile

MIGRATED = "migrated"
"Every test has a copy of this database, so that the migrations run once."
_numbers = itertools.count(1)


def present() -> None:
    """Skip the test where there is no server to be started; in CI it fails."""
    if programs() is None:
        reason = "PostgreSQL is missing; install Debian's package `postgresql`"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A server of this test process."""
    present()
    with postgres_server() as server:
        open_database(server.create(MIGRATED)).close()
        yield server


@pytest.fixture
def postgres_url(postgres: PostgresServer) -> Iterator[str]:
    """The address of a migrated, empty database."""
    name = f"test_{next(_numbers)}"
    yield postgres.create(name, MIGRATED)
    postgres.drop(name)


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty SQLite database to copy, with its keys beside it."""
    path = tmp_path_factory.mktemp("migrated") / "assistant.db"
    open_database(f"sqlite:///{path}").close()
    return path


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path, migrated_file: Path) -> str:
    """The address of an empty database of each kind."""
    if request.param == "sqlite":
        shutil.copytree(migrated_file.parent, tmp_path, dirs_exist_ok=True)
        return f"sqlite:///{tmp_path / 'assistant.db'}"
    return str(request.getfixturevalue("postgres_url"))


@pytest.fixture
def any_database(database_url: str, tmp_path: Path) -> Iterator[Database]:
    """An open database of each kind."""
    database = open_database(database_url, KeyFile(tmp_path / "keys" / FILE))
    yield database
    database.close()


@pytest.fixture
def reopen(database_url: str, tmp_path: Path) -> Iterator[Callable[[], Database]]:
    """Opens the same database once more, with connections of its own."""
    opened: list[Database] = []

    def again() -> Database:
        opened.append(open_database(database_url, KeyFile(tmp_path / "keys" / FILE)))
        return opened[-1]

    yield again
    for database in opened:
        database.close()
