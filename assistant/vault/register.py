"""The register of keys in the database: their names, never the keys.

A database that was written with keys is opened with these keys or not at all; new keys are made for
a new database only. So a lost key file is noticed at the start, not at the first resident's call.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import column, func, insert, inspect, select, table, update

from assistant.core.errors import UnknownKeyError
from assistant.vault.sealing import ALONE, Vault
from assistant.vault.sources import WithoutKeys

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from assistant.vault.sources import KeySource

KEYS = table(
    "vault_keys",
    column("name"),
    column("kind"),
    column("since"),
    column("until"),
    column("retired"),
)
"""Built without `assistant.database`, which asks for it while it opens; `assistant.vault.tables`
declares the same table for migrations."""


def unlock(connection: Connection, source: KeySource, site: str = ALONE) -> Vault:
    """The vault of a site whose database is being opened; for a new one keys are made.

    Raises `UnknownKeyError` where a key of the register is missing, `VaultError` where keys cannot
    be read.
    """
    if isinstance(source, WithoutKeys):
        return Vault(None, site=site)
    known, ring = _names_in_use(connection), source.read()
    if ring is None and known:
        raise UnknownKeyError(
            f"{source.where}: the keys of this database are missing, and without them nobody can "
            "read what residents said. Put back the copy of the keys, or move the database away "
            "to start afresh."
        )
    ring = ring or source.make()
    missing = sorted(known - set(ring.names))
    if missing:
        raise UnknownKeyError(
            f"{source.where}: the key {missing[0]} is missing, and rows of this database may need "
            "it. Put back the copy of the keys that was made with the backups."
        )
    return Vault(ring, source.read, site)


def enrol(connection: Connection, vault: Vault) -> None:
    """Note the names of keys that are new; an earlier writing key is noted as superseded."""
    if vault.locked:
        return
    known, ring = _names(connection), vault.ring
    fresh = {name: kind for name, kind in ring.names.items() if name not in known}
    for name, kind in fresh.items():
        connection.execute(
            insert(KEYS).values(name=name, kind=kind, since=func.current_timestamp())
        )
    if fresh:
        older = (KEYS.c.kind == "seal", KEYS.c.name != ring.writing, KEYS.c.until.is_(None))
        connection.execute(update(KEYS).where(*older).values(until=func.current_timestamp()))


def _names(connection: Connection) -> set[str]:
    return set(connection.execute(select(KEYS.c.name)).scalars())


def _names_in_use(connection: Connection) -> set[str]:
    if not inspect(connection).has_table(KEYS.name):
        return set()
    return set(connection.execute(select(KEYS.c.name).where(KEYS.c.retired.is_(None))).scalars())
