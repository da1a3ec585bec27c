"""A PostgreSQL server for the moment: made in an empty folder, gone at the end.

Uses the programs of Debian's package `postgresql`; the server listens on a socket in its folder
only. It does not flush to disk, so it survives the death of its clients, not of the machine.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg import sql

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

PROGRAMS = Path("/usr/lib/postgresql")
"Where Debian puts each version's programs; they are not on the path."
ACCOUNT = "postgres"
"The server refuses to run as root; then it runs as this user of the package. Its superuser, too."
ROLE = "line"
"Owns the databases and is bound by their policies, as an operator's would be."
STARTS_WITHIN_S = 30
SETTINGS = "fsync=off synchronous_commit=off full_page_writes=off max_connections=60"


@dataclass(frozen=True, slots=True)
class PostgresServer:
    """A running server."""

    folder: Path
    control: tuple[str, ...] = ()
    "How it is stopped and started."
    options: str = ""

    @contextmanager
    def away(self) -> Iterator[None]:
        """Cut every connection as a crash does; started anew at the end."""
        _run([*self.control, "--mode=immediate", "stop"], self.folder)
        try:
            yield
        finally:
            _run(_start(self.control, self.options, self.folder), self.folder)

    @contextmanager
    def killed(self) -> Iterator[None]:
        """Kill its first process as the kernel does it; started anew at the end."""
        first = int((self.folder / "cluster/postmaster.pid").read_text().split()[0])
        os.kill(first, signal.SIGKILL)
        try:
            yield
        finally:
            _run(_start(self.control, self.options, self.folder), self.folder)

    def url(self, name: str, role: str = ROLE) -> str:
        """The address of one of its databases, as `database.url` has it."""
        return f"postgresql+psycopg://{role}@/{name}?host={self.folder}"

    def create(self, name: str, template: str = "template1") -> str:
        """Make a database, empty or a copy of another that nobody is connected to; its address."""
        statement = sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {} STRATEGY FILE_COPY").format(
            sql.Identifier(name), sql.Identifier(ROLE), sql.Identifier(template)
        )
        self._execute(statement)
        return self.url(name)

    def make_role(self, name: str) -> None:
        """One that may log in, and nothing else."""
        self._execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(name)))

    def durable(self, name: str) -> None:
        """Let commits of that database survive `away`, whoever connects from now on."""
        statement = sql.SQL("ALTER DATABASE {} SET synchronous_commit = on")
        self._execute(statement.format(sql.Identifier(name)))

    def drop(self, name: str) -> None:
        """Remove a database, whoever is still connected."""
        self._execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))

    def _execute(self, statement: sql.Composed) -> None:
        address = f"host={self.folder} user={ACCOUNT} dbname=postgres"
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(statement)


def programs() -> Path | None:
    """The folder with the newest server's programs, or `None` where none is installed."""
    found = [path.parent for path in PROGRAMS.glob("*/bin/postgres")]
    return max(found, key=lambda path: int(path.parent.name), default=None)


@contextmanager
def postgres_server() -> Iterator[PostgresServer]:
    """Start a server and stop it at the end.

    Raises:
        FileNotFoundError: the package `postgresql` is not installed.
        subprocess.CalledProcessError: the server does not start; its words are on stderr.
    """
    where = programs()
    if where is None:
        raise FileNotFoundError(
            f"No PostgreSQL under {PROGRAMS}; install Debian's package `postgresql`."
        )
    folder = Path(tempfile.mkdtemp(prefix="callbacks-pg-"))
    if os.geteuid() == 0:
        shutil.chown(folder, ACCOUNT, ACCOUNT)
    cluster = folder / "cluster"
    control = f"{where}/pg_ctl --pgdata {cluster} --timeout {STARTS_WITHIN_S}".split()
    server = f"-c listen_addresses='' -k {folder} -c " + SETTINGS.replace(" ", " -c ")
    try:
        made = f"--pgdata {cluster} --auth=trust --encoding=UTF8 --locale=C --no-sync"
        _run([f"{where}/initdb", *made.split(), f"--username={ACCOUNT}"], folder)
        _run(_start(control, server, folder), folder)
        running = PostgresServer(folder, tuple(control), server)
        running.make_role(ROLE)
        yield running
    finally:
        try:
            if (cluster / "postmaster.pid").exists():
                _run([*control, "--mode=immediate", "stop"], folder)
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def _start(control: Sequence[str], options: str, folder: Path) -> list[str]:
    return [*control, "--options", options, "--log", str(folder / "log"), "start"]


def _run(command: list[str], folder: Path) -> None:
    """Run one of the server's programs, as the package's user where we are root."""
    account: dict[str, Any] = {}
    if os.geteuid() == 0:
        account = {"user": ACCOUNT, "group": ACCOUNT, "extra_groups": []}
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=folder, **account)
