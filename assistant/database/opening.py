"""A database opened: connected, unlocked, migrated, sealed."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import func, inspect, select
from sqlalchemy.exc import DBAPIError

from assistant.core.errors import DatabaseError, VaultError
from assistant.database.engines import connecting, known_address, use_wal
from assistant.database.reasons import reason
from assistant.database.schema import MIGRATION_LOCK, VERSION_TABLE, migrate
from assistant.database.session import Database, lock_seed
from assistant.tenants import admit
from assistant.upgrading import forget_clear_copies
from assistant.vault.register import enrol, unlock
from assistant.vault.rewrap import seal_new_tables
from assistant.vault.sealing import ALONE, Vault
from assistant.vault.sources import FILE, KeyFile, WithoutKeys

if TYPE_CHECKING:
    from sqlalchemy.engine import URL

    from assistant.vault.sources import KeySource


def open_database(url: str, keys: KeySource | None = None, site: str = ALONE) -> Database:
    """Open the database at `url`, create it if need be, and bring its tables up to date.

    `sqlite:///FOLDER/NAME.db` (the folder is made) or `postgresql+psycopg://…`. Several threads
    and processes may do this at once on an empty folder; one migrates, the others wait. Of a server
    that sites share, `site` sees its own rows alone. Without `keys` an SQLite file has them in
    `FOLDER/keys/`, and a server's sealed columns stay shut.

    Raises:
        DatabaseError: the URL is wrong, the file cannot be written or is no database, the server
            cannot be reached, the tables were written by a newer version, or the site may not
            be served from there.
        VaultError: a key that rows may need is missing, or keys cannot be read.
    """
    address = known_address(url)
    on_sqlite = address.get_backend_name() == "sqlite"
    where = address.database if on_sqlite and address.database else address.render_as_string()
    engine = connecting(address, site)
    database = Database(engine, where, Vault(None, site=site))
    try:
        if on_sqlite:
            use_wal(engine)
        database = _prepared(database, keys or _keys_beside(address, on_sqlite=on_sqlite))
    except DBAPIError as error:
        engine.dispose()
        raise DatabaseError(reason(where, error.orig or error)) from error
    except sqlite3.Error as error:
        engine.dispose()
        raise DatabaseError(reason(where, error)) from error
    except (DatabaseError, VaultError):
        engine.dispose()
        raise
    return database


def _prepared(database: Database, keys: KeySource) -> Database:
    """With its vault unlocked, its tables up to date and sealed.

    Keys come first: without those of its rows nothing of a database is touched.
    """
    with database.read() as connection:
        fresh = not inspect(connection).has_table(VERSION_TABLE)
    with database.begin() if fresh else database.read() as connection:
        admit(connection, database.site, database.where, fresh=fresh)
    with database.read() as connection:
        vault = unlock(connection, keys, database.site)
    migrate(database)
    database = replace(database, vault=vault)
    with database.begin() as connection:
        if connection.dialect.name == "postgresql":
            enrolling = MIGRATION_LOCK ^ lock_seed(connection)
            connection.execute(select(func.pg_advisory_xact_lock(enrolling)))
        enrol(connection, vault)
    seal_new_tables(database)
    if database.engine.dialect.name == "sqlite" and not vault.locked:
        forget_clear_copies(Path(database.where))
    return database


def _keys_beside(address: URL, *, on_sqlite: bool) -> KeySource:
    if not on_sqlite:
        return WithoutKeys()
    return KeyFile(Path(address.database or "").parent / "keys" / FILE)
