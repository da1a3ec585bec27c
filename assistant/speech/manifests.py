"""The manifest beside an installed model: engine, source, date, size and checksum of each file."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

from assistant.speech.downloads import sha256
from assistant.speech.recognisers import MANIFEST

if TYPE_CHECKING:
    from pathlib import Path


def read(folder: Path) -> dict[str, Any]:
    """What the manifest says; empty when there is none that can be read."""
    try:
        found = json.loads((folder / MANIFEST).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def damaged(folder: Path) -> list[str]:
    """Read every file the manifest names; the damages, each naming its file."""
    files = read(folder).get("files")
    if not isinstance(files, dict):
        return [f"{folder}/{MANIFEST}: missing or damaged; install the model again"]
    return [
        f"{folder / name}: damaged (its SHA-256 has changed); install the model again"
        for name, entry in files.items()
        if sha256(folder / name) != entry.get("sha256")
    ]


def write(folder: Path, engine: str, source: str) -> None:
    """Describe the model in `folder`, which has no manifest yet."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    manifest = {
        "engine": engine,
        "source": source,
        "installed": datetime.now().astimezone().isoformat(),
        "files": {
            path.relative_to(folder).as_posix(): {
                "size": path.stat().st_size,
                "sha256": sha256(path),
            }
            for path in files
        },
    }
    text = json.dumps(manifest, ensure_ascii=False, indent=1)
    (folder / MANIFEST).write_text(text + "\n", "utf-8")
