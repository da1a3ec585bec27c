"""Settings and surroundings of what is measured: apart from the office they lie beside."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from assistant.config import PREFIX
from assistant.settings_file import Place, Setting, edited
from assistant.vault.sealing import ALONE

ROOT = Path(__file__).resolve().parents[2]
OF_THE_OFFICE: Final[Mapping[Place, Setting]] = {
    ("server", "public_url"): "",
    ("simulator",): True,
    ("twilio", "account_sid"): "",
    ("twilio", "auth_token"): "",
    ("twilio", "api_base"): "",
    ("lines",): {},
    ("database", "url"): "",
    ("database", "site"): ALONE,
    ("texts", "carriers"): {},
    ("backups", "folder"): "",
    ("privacy", "keys"): "",
    ("privacy", "keys_command"): [],
}
"Settings that lead out of the folder a bench works in, and what a bench has instead."


def apart(scratch: Path) -> Path:
    """The office's settings without its server, lines, carriers and copies, as a file in `scratch`.

    The folder is made where there is none.
    Made-up residents ring and text a service that is measured: none of that may reach the office's
    own records, nor any carrier. Its secrets lie beside its own file and are not read.
    """
    file = scratch / "apart.yaml"
    if not file.exists():
        text = (ROOT / "config.yaml").read_text("utf-8")
        scratch.mkdir(parents=True, exist_ok=True)
        file.write_text(edited(text, OF_THE_OFFICE), "utf-8")
    return file


def surroundings(environment: Mapping[str, str]) -> dict[str, str]:
    """Ours, with `environment` as the only settings in it."""
    own = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    return own | dict(environment)
