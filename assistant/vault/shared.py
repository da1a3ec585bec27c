"""Secrets that every node of one database must know: sealed in it, the same for all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from assistant.database import insert_once
from assistant.vault.rows import close, open_strictly
from assistant.vault.tables import vault_secrets

if TYPE_CHECKING:
    from assistant.database import Database


def shared_secret(database: Database, name: str, proposed: str) -> str:
    """The secret of that name; the first node's `proposed` becomes everybody's.

    Raises `VaultError` where it cannot be opened, `DatabaseError` if the database fails.
    """
    row = close(database.vault, vault_secrets.name, {"name": name, "secret": proposed})
    with database.begin() as connection:
        insert_once(connection, vault_secrets, row)
        kept = connection.execute(select(vault_secrets).where(vault_secrets.c.name == name)).one()
    opened = open_strictly(database.vault, vault_secrets.name, kept._asdict())
    return str(opened["secret"])


def shared_secrets(database: Database) -> tuple[str, ...]:
    """All that are kept, none on a file of SQLite; raises as `shared_secret` does."""
    with database.read() as connection:
        rows = connection.execute(select(vault_secrets)).all()
    name = vault_secrets.name
    return tuple(str(open_strictly(database.vault, name, row._asdict())["secret"]) for row in rows)
