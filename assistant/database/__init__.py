"""The database: engine, transactions, migrations, vault. SQLite by default, PostgreSQL by URL.

A room declares its tables on `metadata`, reads inside `Database.read()` and writes inside
`Database.begin()`. Both may be used from any thread. On SQLite a writing transaction takes the
write lock when it begins, so that it waits for other writers instead of failing halfway.
"""

from assistant.database.opening import open_database
from assistant.database.rows import insert_once, upsert
from assistant.database.schema import MIGRATIONS, newest_revision
from assistant.database.session import Database, lock_seed, vault_of
from assistant.database.values import UtcDateTime, metadata, storable

__all__ = [
    "MIGRATIONS",
    "Database",
    "UtcDateTime",
    "insert_once",
    "lock_seed",
    "metadata",
    "newest_revision",
    "open_database",
    "storable",
    "upsert",
    "vault_of",
]
