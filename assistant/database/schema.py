"""The tables brought to the newest revision, under a lock, in one transaction."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import func, inspect, select, text

from assistant.core.errors import DatabaseError
from assistant.upgrading import copy_before

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from assistant.database.session import Database

log = logging.getLogger(__name__)

VERSION_TABLE = "alembic_version"
MIGRATIONS = Path(__file__).parents[1] / "migrations"
MIGRATION_LOCK = 0x6E6C696E
"Key of the PostgreSQL advisory lock under which one node migrates while the others wait."


def migrate(database: Database) -> None:
    """Bring the tables to the newest revision, under a lock, in one transaction.

    A file that has tables already is copied first.
    """
    _copy_before(database)
    with database.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(select(func.pg_advisory_xact_lock(MIGRATION_LOCK)))
        current = _revision(connection)
        if current == newest_revision():
            return
        _upgrade(connection, database.where, current)
    log.info("database migrated from %s to %s", current or "nothing", newest_revision())


def _copy_before(database: Database) -> None:
    """Keep an SQLite file as it is before it is upgraded; a new one and a current one need none."""
    if database.engine.dialect.name != "sqlite":
        return
    with database.read() as connection:
        current = _revision(connection)
    if current is not None and current < newest_revision():
        copy_before(Path(database.where), current)


def newest_revision() -> str:
    """The revision this program's tables are at: the highest number under `versions/`."""
    return max(path.stem.partition("_")[0] for path in (MIGRATIONS / "versions").glob("0*.py"))


def _revision(connection: Connection) -> str | None:
    """The revision the database is at; `None` for an empty one."""
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    found = connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar()  # noqa: S608 - a constant
    return str(found) if found is not None else None


def _upgrade(connection: Connection, where: str, current: str | None) -> None:
    from alembic import command  # noqa: PLC0415 - half a second that a current database need not wait
    from alembic.config import Config  # noqa: PLC0415
    from alembic.util import CommandError  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise DatabaseError(
            f"The database {where} was written by a newer version of this program (its tables are "
            f"at {current}, this version knows {newest_revision()}); install that version, or "
            "restore a backup made with this one."
        ) from error
