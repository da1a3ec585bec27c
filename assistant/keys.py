"""Secrets of this installation, made on first use, readable by the owner only."""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path

from assistant.core.errors import ConfigError


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
