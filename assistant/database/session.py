"""An open database, and its transactions."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy.exc import DBAPIError

from assistant.core.errors import DatabaseError
from assistant.database.reasons import reason
from assistant.tenants import seed_of
from assistant.vault.sealing import Vault

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection, Engine

VAULT = "vault"
"The option under which a transaction carries the vault of its database."


@dataclass(frozen=True, slots=True)
class Database:
    """An open, migrated database."""

    engine: Engine
    where: str
    "For messages: the file, or the URL without its password."
    vault: Vault = field(default_factory=lambda: Vault(None))
    "Seals what residents said, and their numbers."

    @property
    def site(self) -> str:
        """Whose rows these are."""
        return self.vault.site

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that only reads; never waits for a writer on SQLite.

        Raises `DatabaseError` if the database fails.
        """
        with self._transaction("DEFERRED") as connection:
            yield connection

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """A writing transaction: committed at the end, undone by an exception.

        Raises `DatabaseError` if the database fails: disk full, locked, gone.
        """
        with self._transaction("IMMEDIATE") as connection:
            yield connection

    @contextmanager
    def _transaction(self, mode: str) -> Iterator[Connection]:
        try:
            with self.engine.connect() as connection:
                options: dict[str, Any] = {"sqlite_begin": mode, VAULT: self.vault}
                connection = connection.execution_options(**options)  # noqa: PLW2901
                with connection.begin():
                    yield connection
        except DBAPIError as error:
            raise DatabaseError(reason(self.where, error.orig or error)) from error

    def close(self) -> None:
        """Give every connection back."""
        self.engine.dispose()


def vault_of(connection: Connection) -> Vault:
    """The vault of the database a transaction of `Database` belongs to."""
    vault: Vault = connection.get_execution_options()[VAULT]
    return vault


def lock_seed(connection: Connection) -> int:
    """What a site mixes into its advisory locks, which a whole server shares."""
    return seed_of(vault_of(connection).site)
