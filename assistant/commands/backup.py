"""`run.py backup` and `restore`: everything that cannot be made anew, in one file, and back."""

from __future__ import annotations

import shutil
import tempfile
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from assistant.commands.common import (
    Command,
    config_option,
    data_folder,
    data_option,
    quiet_logging,
    settings,
)
from assistant.commands.place import ROOT
from assistant.core.errors import DataError

if TYPE_CHECKING:
    from assistant.app import House
    from assistant.backups.archive import Manifest
    from assistant.config import Config

QUESTIONS = 3


def passphrase_option(command: Command) -> Command:
    """`--passphrase-file FILE`."""
    return click.option(
        "--passphrase-file",
        type=click.Path(path_type=Path, dir_okay=False, exists=True),
        default=None,
        help="File whose first line seals or opens the copy.  [default: backups.passphrase]",
    )(command)


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--force", is_flag=True, help="Replace FILE if it is there.")
@passphrase_option
@config_option
@data_option
def backup(
    file: Path,
    *,
    force: bool,
    passphrase_file: Path | None,
    config_path: Path | None,
    data: Path | None,
) -> None:
    """Copy database and recordings into FILE while the service runs.

    With a passphrase the copy is sealed and holds the keys too; without one it holds no keys, and
    what is encrypted in the database can be read only where the keys are.
    """
    from assistant.backing_up import copy_to, database_file

    if file.exists() and not force:
        raise DataError(f"{file} is there already; name another file, or say --force.")
    config, folder = settings(config_path), data_folder(data)
    passphrase = _passphrase(config, passphrase_file)
    manifest = copy_to(file, database_file(config, folder), folder, passphrase)
    size = file.stat().st_size / 1e6
    click.echo(f"{file}: {size:.1f} MB, {len(manifest.digests)} files, {_sealed(manifest)}.")


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--check", "only_check", is_flag=True, help="Only say whether FILE is good.")
@passphrase_option
@config_option
@data_option
def restore(
    file: Path,
    *,
    only_check: bool,
    passphrase_file: Path | None,
    config_path: Path | None,
    data: Path | None,
) -> None:
    """Check FILE, ask it three questions, then let it be the database.

    The service must be stopped. The database that was there is kept beside it.
    """
    from assistant.backing_up import database_file, open_copy
    from assistant.backups.archive import KEYS

    quiet_logging()
    config, folder = settings(config_path), data_folder(data)
    database = database_file(config, folder)
    with tempfile.TemporaryDirectory(dir=folder, prefix="restore-") as temporary:
        found = Path(temporary)
        manifest = open_copy(file, found, _passphrase(config, passphrase_file))
        if not manifest.with_keys and (folder / KEYS).is_dir():
            shutil.copytree(folder / KEYS, found / KEYS)
        _ask(config, found)
        click.echo(f"{file}: made {manifest.made}, whole, {_sealed(manifest)}.")
        if not only_check:
            kept = _put_back(found, database, folder)
            click.echo(f"Restored. What was there before is kept as {kept}.")


def _passphrase(config: Config, file: Path | None) -> str:
    """What seals or opens a copy; empty for nothing."""
    if file is None:
        return config.backups.passphrase
    first, *_ = file.read_text(encoding="utf-8").splitlines() or [""]
    return first


def _ask(config: Config, found: Path) -> None:
    """Open a house over the unpacked copy and have it answer. Raises what the house raises."""
    from assistant.app import open_house
    from assistant.backups.archive import DATABASE
    from assistant.clock import ServiceClock

    url = f"sqlite:///{found / DATABASE}"
    over = config.model_copy(update={"database": config.database.model_copy(update={"url": url})})
    house = open_house(over, found, ROOT, ServiceClock(config.site.timezone))
    try:
        for line in _answers(house):
            click.echo(line)
    finally:
        house.close()


def _answers(house: House) -> list[str]:
    """What the copy says of the telephones of its first services, in the site's own language."""
    from assistant.core.answer import Lookup
    from assistant.core.event import Say

    language, lines = house.config.site.languages[0], []
    for service in house.store.records().services[:QUESTIONS]:
        facts = house.inquiries.ask(Lookup(("phone",), (service.id,)), house.clock.now()).facts
        for fact in facts:
            say = Say(f"answer.phone.{fact.shape}", (*fact.params, ("service", fact.name)))
            said = house.talk.rooms.book.sentence(say, language, "sms").text
            lines.append(f"Asked the copy: {said}")
    if not lines:
        raise DataError("The copy holds no service to be asked about; take another copy.")
    return lines


def _put_back(found: Path, database: Path, folder: Path) -> Path:
    """Move the copy's files to where they belong; returns where the old database is kept."""
    from assistant.backups.archive import DATABASE, FOLDERS
    from assistant.backups.snapshot import put_in_place

    stamp = datetime.now().astimezone().strftime("%Y%m%d-%H%M%S")
    aside = database.with_name(f"{database.name}.before-{stamp}")
    put_in_place(found / DATABASE, database, aside)
    for name in FOLDERS:
        if (found / name).is_dir():
            shutil.copytree(found / name, folder / name, dirs_exist_ok=True)
    return aside


def _sealed(manifest: Manifest) -> str:
    return "sealed, keys included" if manifest.with_keys else "not sealed, without keys"
