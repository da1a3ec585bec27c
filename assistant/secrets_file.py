"""The file `secrets` beside the settings: lines `ASSISTANT_…=value`, for its owner alone."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from assistant.core.errors import ConfigError

if TYPE_CHECKING:
    from pathlib import Path

SECRETS: Final = "secrets"
LINE: Final = re.compile(r"(ASSISTANT_[A-Z0-9_]+)=(.*)")


def read_secrets(settings: Path) -> dict[str, str]:
    """What stands in the file beside `settings`, by variable; nothing where there is none.

    One that only the system may read is left to it: systemd hands it over in the environment.
    Raises `ConfigError` where others may read it, or for a line that is no variable.
    """
    path = settings.with_name(SECRETS)
    try:
        others = path.stat().st_mode & 0o077
        text = path.read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError, PermissionError):
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: cannot be read ({type(error).__name__})") from error
    if others:
        raise ConfigError(f"{path}: others can read it; chmod 600 {path}")
    found = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        parts = LINE.fullmatch(line.strip())
        if parts is None:
            raise ConfigError(f"{path}:{number}: write it as ASSISTANT_NAME=value")
        found[parts[1]] = parts[2].strip("\"'")
    return found
