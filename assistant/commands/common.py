"""What the commands share: options, places, and opening the house with a sentence for errors."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from zoneinfo import ZoneInfo

import click

from assistant.commands.place import ROOT, data_of
from assistant.config import Config, load_config
from assistant.core.errors import ConfigError
from assistant.logs import Style, write_to_stderr

if TYPE_CHECKING:
    from assistant.app import House, Records
    from assistant.core.ports import Clock, Journal

Command = TypeVar("Command", bound=Callable[..., Any])


def data_option(command: Command) -> Command:
    """`--data DIR`, as every command that reads or writes data has it."""
    return click.option(
        "--data",
        type=click.Path(path_type=Path, file_okay=False),
        default=None,
        help="Folder of the database, keys, models and audio.  [default: data/]",
    )(command)


def config_option(command: Command) -> Command:
    """`--config FILE`."""
    return click.option(
        "--config",
        "config_path",
        type=click.Path(path_type=Path, dir_okay=False),
        default=None,
        help="Settings file.  [default: config.yaml]",
    )(command)


def at_option(command: Command) -> Command:
    """`--at ISO-TIME`."""
    return click.option("--at", default=None, help="The moment it is now, e.g. 2026-11-25T09:00.")(
        command
    )


def data_folder(given: Path | None) -> Path:
    """The data folder, made if it is missing. Raises `ConfigError`."""
    folder = given or data_of(ROOT, Path.cwd())
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / ".writable"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise ConfigError(
            f"{folder}: this folder cannot be written ({error.strerror}); "
            "name another with --data DIR or change its owner"
        ) from error
    return folder


def settings(path: Path | None) -> Config:
    """The settings of `path`, or the project's own."""
    return load_config(path or ROOT / "config.yaml")


def moment(text: str | None, timezone: str) -> datetime:
    """`--at` as a moment with a zone (the site's, where none is given); now without it."""
    zone = ZoneInfo(timezone)
    if text is None:
        return datetime.now(zone)
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise click.UsageError(f"--at {text}: not a time; write it like 2026-11-25T09:00") from None
    return at.replace(tzinfo=zone) if at.tzinfo is None else at.astimezone(zone)


def open_for(
    config: Config,
    data: Path | None,
    clock: Clock,
    journal: Journal | None = None,
) -> House:
    """The house over a data folder, with what staff have taught it."""
    from assistant.app import open_house
    from assistant.correcting import Corrector

    house = open_house(config, data_folder(data), ROOT, clock, journal)
    Corrector(house).catch_up()
    return house


@contextmanager
def the_house(config_path: Path | None, data: Path | None) -> Iterator[House]:
    """The house over a data folder at this moment, closed afterwards."""
    from assistant.clock import ServiceClock

    config = settings(config_path)
    house = open_for(config, data, ServiceClock(config.site.timezone))
    try:
        yield house
    finally:
        house.close()


@contextmanager
def the_records(config_path: Path | None, data: Path | None) -> Iterator[Records]:
    """The records of a data folder, for commands that need no examples to be learnt."""
    from assistant.app import open_records
    from assistant.clock import ServiceClock

    config = settings(config_path)
    records = open_records(config, data_folder(data), ServiceClock(config.site.timezone))
    try:
        yield records
    finally:
        records.database.close()


def quiet_logging(level: int = logging.ERROR, style: Style = "text") -> None:
    """Logs to stderr; stdout belongs to the command's own lines."""
    write_to_stderr(level, style)
