"""A new key writes, the old ones still open; in the end they are taken out."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select, update

from assistant.core.errors import VaultError
from assistant.vault.register import enrol
from assistant.vault.rewrap import keys_in_use, rewrap
from assistant.vault.sources import KeyFile
from assistant.vault.tables import vault_keys

if TYPE_CHECKING:
    from assistant.database import Database
    from assistant.vault.sources import KeySource

KEPT = timedelta(days=30)
"""An older key stays so long: by then every running service has taken up the new one, and the last
backup that needs it is gone (SENIOR 5: backups age out within 30 days)."""


def rotate(database: Database, source: KeySource) -> tuple[str, int]:
    """A new sealing key for this database, and all rows closed with it; its name, and how many.

    A key that was added to a setting or a secret store by hand counts as new, too. A running
    service goes on: it takes the key up when it meets a row closed with it, at the latest the next
    night, and then closes anew what it wrote meanwhile. Cut off in between, say it again. Raises
    `VaultError` where the keys are not in a file and none was added.
    """
    vault = database.vault
    before = vault.ring.writing
    if isinstance(source, KeyFile) and not _unfinished(database):
        source.add()
    vault.reload()
    _enrol(database)
    if vault.ring.writing == before and not _unfinished(database):
        raise VaultError(
            f"{source.where}: there is no new key in it; add a word seal:… from run.py keys new at "
            "its end, and say this again."
        )
    return vault.ring.writing, rewrap(database)


def _unfinished(database: Database) -> bool:
    """Whether rows of an older key are left from a rotation that was cut off."""
    return bool(set(keys_in_use(database)) - {database.vault.ring.writing})


def _enrol(database: Database) -> None:
    with database.begin() as connection:
        enrol(connection, database.vault)


def retire(database: Database, source: KeySource, now: datetime) -> tuple[str, ...]:
    """Take out the keys that stopped writing over `KEPT` ago; their names.

    Raises `VaultError` where rows still need one, or where keys are not in a file.
    """
    old = _superseded(database, now - KEPT)
    needed = sorted(set(old) & set(keys_in_use(database)))
    if needed:
        raise VaultError(f"Rows still need the key {needed[0]}; say run.py keys rotate first.")
    if old and not isinstance(source, KeyFile):
        raise VaultError(f"{source.where}: take the key {old[0]} out of it by hand.")
    if old and isinstance(source, KeyFile):
        with database.begin() as connection:
            gone = update(vault_keys).where(vault_keys.c.name.in_(old)).values(retired=now)
            connection.execute(gone)
        source.drop(old)
        database.vault.reload()
    return old


def _superseded(database: Database, before: datetime) -> tuple[str, ...]:
    keys = vault_keys.c
    wanted = select(keys.name).where(
        keys.kind == "seal", keys.retired.is_(None), keys.until < before
    )
    with database.read() as connection:
        return tuple(connection.execute(wanted.order_by(keys.since, keys.name)).scalars())
