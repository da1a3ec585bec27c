"""Secrets of this installation, made on first use, readable by the owner only."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from assistant.core.errors import ConfigError


def own_secret(folder: Path, name: str) -> str:
    """The secret of that name under `folder`; made when there is none. Raises `ConfigError`."""
    path = folder / name
    try:
        folder.mkdir(parents=True, exist_ok=True)
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return path.read_text(encoding="ascii").strip()
        made = secrets.token_urlsafe(32)
        with os.fdopen(handle, "w", encoding="ascii") as stream:
            stream.write(made)
    except OSError as error:
        raise ConfigError(
            f"{path}: the key cannot be kept ({error.strerror}); make the folder writable"
        ) from error
    return made
