"""What several nodes on one PostgreSQL server must not do at the same time.

A lock lasts as long as its transaction, so it ends with a node that is killed; while a server is
restarted, nobody holds any. Sites that share a server wait for their own nodes only. On SQLite
there is one process, and nothing to wait for.
"""

from __future__ import annotations

import hashlib
import logging
from contextlib import ExitStack, contextmanager, suppress
from typing import TYPE_CHECKING

from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from assistant.tenants import seed_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

    from assistant.database import Database

log = logging.getLogger(__name__)

PATIENCE = "5s"
"Longer than any turn takes; who waits longer for a node that hangs goes past it."

NOTICED_WITHIN_25_S = (
    "SET LOCAL tcp_keepalives_idle = 10; SET LOCAL tcp_keepalives_interval = 5; "
    "SET LOCAL tcp_keepalives_count = 3"
)
"A node whose machine loses its power says no goodbye; else the server holds its lock for hours."


@contextmanager
def the_only_one(database: Database, name: str) -> Iterator[bool]:
    """Whether no other node is inside under this name; then none comes in before the end.

    `False` as well while the server cannot be asked.
    """
    if database.engine.dialect.name == "sqlite":
        yield True
        return
    with ExitStack() as held:
        try:
            connection = _opened(database, held)
            connection.execute(text(NOTICED_WITHIN_25_S))
            key = _key(database.site, name)
            mine = connection.execute(select(func.pg_try_advisory_xact_lock(key))).scalar()
        except DBAPIError:
            log.warning("the server cannot be asked who does %s; nobody does it now", name)
            mine = False
        yield bool(mine)


@contextmanager
def one_after_the_other(database: Database, name: str) -> Iterator[None]:
    """Wait until no other node is inside under this name, `PATIENCE` at most."""
    if database.engine.dialect.name == "sqlite":
        yield
        return
    with ExitStack() as held:
        try:
            connection = _opened(database, held)
            connection.execute(text(f"SET LOCAL lock_timeout = '{PATIENCE}'"))
            connection.execute(select(func.pg_advisory_xact_lock(_key(database.site, name))))
        except DBAPIError:
            log.warning("another node could not be waited for; it may do the same now")
        yield


def _opened(database: Database, held: ExitStack) -> Connection:
    """A connection that is given back with `held`, also when it has broken meanwhile."""
    connection = database.engine.connect()
    held.callback(_give_back, connection)
    return connection


def _give_back(connection: Connection) -> None:
    """One that has broken is dropped by the pool, and its lock by the server."""
    with suppress(DBAPIError):
        connection.close()


def _key(site: str, name: str) -> int:
    """PostgreSQL's locks are named by 64 bits."""
    digest = hashlib.sha256(b"neighbour-line " + name.encode()).digest()
    return int.from_bytes(digest[:8], signed=True) ^ seed_of(site)
