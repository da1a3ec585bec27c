"""Where an office keeps what it may edit: `intents/`, `voices/` and `config.yaml`.

From a checkout they stand beside `run.py`. A wheel brings them along, not to be written; `init`
lays a copy that can be edited into a folder, and every command started there takes it.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Final

import click

from assistant.core.errors import ConfigError

CODE: Final = Path(__file__).resolve().parents[1]
EDITED: Final = ("config.yaml", "intents", "voices")


def root_of(code: Path, here: Path) -> Path:
    """The folder with `config.yaml`, `intents/` and `voices/`.

    Beside the package `code`; else the current folder `here`, where it has all three; else what the
    wheel brought.
    """
    if _is_office(code.parent):
        return code.parent
    return here if _is_office(here) else code / "office"


def _is_office(folder: Path) -> bool:
    return all((folder / name).exists() for name in EDITED)


def data_of(root: Path, here: Path) -> Path:
    """The default data folder: in `root`, or `here` where that is a wheel's own files."""
    return (here if root == CODE / "office" else root) / "data"


ROOT: Final = root_of(CODE, Path.cwd())


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
def init(folder: Path) -> None:
    """Lay settings, intents and voices that can be edited into FOLDER; nothing is overwritten.

    Commands that are started in FOLDER take them.
    """
    for name in EDITED:
        target, source = folder / name, ROOT / name
        if target.exists():
            raise ConfigError(
                f"{target}: stands there already and is left as it is; name an empty folder"
            )
        folder.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target)
        else:
            shutil.copy(source, target)
    click.echo(f"{folder}: config.yaml, intents/ and voices/ are laid; now: cd {folder}")
