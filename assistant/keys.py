"""Secrets of this installation, made on first use: files readable by the owner only.

Nodes that share a server share them too: there they lie sealed in the database.
"""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.core.errors import ConfigError
from assistant.vault.shared import shared_secret

if TYPE_CHECKING:
    from assistant.database import Database


def own_secret(folder: Path, name: str) -> str:
    """The secret of that name under `folder`; made when there is none. Raises `ConfigError`."""
    path = folder / name
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            _make(path)
        kept = path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it holds no plain characters"
        raise ConfigError(
            f"{path}: the key cannot be kept ({reason}); make the folder writable"
        ) from error
    if not kept:
        raise ConfigError(f"{path}: the key is empty; delete this file and start again")
    return kept


def house_secret(database: Database, folder: Path, name: str) -> str:
    """The secret of that name, the same on every node.

    On a server the file of the node that starts first becomes everybody's, so that an office that
    adds a node keeps its sessions, second factors and the seal of its audit log. Raises
    `ConfigError`, `DatabaseError` or `VaultError`.
    """
    if database.engine.dialect.name == "sqlite":
        return own_secret(folder, name)
    kept = own_secret(folder, name) if (folder / name).exists() else secrets.token_urlsafe(32)
    return shared_secret(database, name, kept)


def _make(path: Path) -> None:
    """Written beside, then linked: nobody reads half a key, and of two first starts one wins."""
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="ascii") as stream:
            stream.write(secrets.token_urlsafe(32))
        with contextlib.suppress(FileExistsError):
            os.link(fresh, path)
    finally:
        fresh.unlink()
