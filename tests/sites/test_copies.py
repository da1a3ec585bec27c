"""Copies: one holds the rows of its own site only, and is restored under no other."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result

from assistant.benchmarks.postgres_server import ROLE, programs
from assistant.callbacks.store import CallbackStore
from assistant.cli import cli
from assistant.core.errors import DatabaseError
from assistant.database import open_database
from assistant.directory.exchange import import_tables
from assistant.memory.store import ConversationStore
from tests.callbacks.rows import NOW, RULES, wanted
from tests.conftest import ROOT
from tests.sites.conftest import KEYS
from tests.sites.test_plans import HERS, TALK

if TYPE_CHECKING:
    from pathlib import Path

    from assistant.benchmarks.postgres_server import PostgresServer
    from assistant.database import Database
    from tests.sites.conftest import Shared

DUMP = "--data-only --rows-per-insert=500 --enable-row-security --exclude-table=alembic_version"
"As docs/operator.md has it."


def of_the_server(
    server: PostgresServer, name: str, site: str, *arguments: str
) -> subprocess.CompletedProcess[str]:
    """One of the server's programs, as a site's operator runs it."""
    program, *more = arguments
    where = programs()
    assert where is not None
    environment = {**os.environ, "PGOPTIONS": f"-c neighbour.site={site}"}
    address = ["--host", str(server.folder), "--username", ROLE, "--dbname", name]
    return subprocess.run(
        [str(where / program), *address, *more],
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.fixture
def dump(shared: Shared, north: Database, south: Database, tmp_path: Path) -> Path:
    """What one of two sites takes home."""
    ConversationStore(north).save(TALK)
    CallbackStore(north, RULES).keep(wanted(1), NOW, "test")
    CallbackStore(south, RULES).keep(wanted(987654), NOW, "test")
    file = tmp_path / "north.sql"
    made = of_the_server(
        shared.server, shared.name, "north", "pg_dump", *DUMP.split(), "--file", str(file)
    )
    assert made.returncode == 0, made.stderr
    return file


def test_a_dump_holds_one_site_and_goes_back_under_it_only(
    shared: Shared, dump: Path, postgres: PostgresServer
) -> None:
    """On a server: refused at the first row under another site; under its own all is back."""
    manual = (ROOT / "docs" / "operator.md").read_text("utf-8")
    assert f"pg_dump {DUMP}" in " ".join(manual.replace("\\\n", " ").split())
    text = dump.read_text("utf-8")
    assert "GH000001" in text
    assert "GH987654" not in text
    into = ("psql", "--set", "ON_ERROR_STOP=1", "--single-transaction", "--file", str(dump))
    refused = of_the_server(shared.server, shared.name, "south", *into)
    assert refused.returncode != 0
    assert "violates row-level security policy" in refused.stderr
    name = "restored"
    url = postgres.create(name, "migrated")
    done = of_the_server(postgres, name, "north", *into)
    assert done.returncode == 0, done.stderr
    restored = open_database(url, KEYS, "north")
    assert ConversationStore(restored).load("sms", HERS) == TALK
    restored.close()
    other = open_database(url, KEYS, "south")
    assert ConversationStore(other).load("sms", HERS) is None
    other.close()
    postgres.drop(name)


def run(site: str, *arguments: str) -> Result:
    """One command of this site."""
    return CliRunner().invoke(cli, arguments, env={"ASSISTANT_DATABASE__SITE": site})


@pytest.mark.timeout(300)
def test_a_copy_of_one_site_is_not_restored_as_another(tmp_path: Path) -> None:
    """On SQLite: the copy carries whose it is; what the other site has stays as it was."""
    north, south = tmp_path / "north", tmp_path / "south"
    copy, file = tmp_path / "north.backup", "neighbour-line.db"
    database = open_database(f"sqlite:///{north / file}", site="north")
    import_tables([ROOT / "assistant" / "directory" / "demo"], database)
    database.close()
    open_database(f"sqlite:///{south / file}", site="south").close()
    before = (south / file).read_bytes()
    assert run("north", "backup", str(copy), "--data", str(north)).exit_code == 0
    refused = run("south", "restore", str(copy), "--data", str(south))
    assert isinstance(refused.exception, DatabaseError)
    assert "belongs to another site than 'south'" in str(refused.exception)
    assert (south / file).read_bytes() == before
    done = run("north", "restore", str(copy), "--data", str(north))
    assert done.exit_code == 0, done.output
