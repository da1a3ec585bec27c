"""`run.py` and `run.py serve`: the service itself."""

from __future__ import annotations

import asyncio
import errno
import gc
import logging
import socket
from pathlib import Path
from typing import TYPE_CHECKING

import click

from assistant.commands.common import (
    config_option,
    data_folder,
    data_option,
    quiet_logging,
    settings,
)
from assistant.commands.place import ROOT
from assistant.config import Config
from assistant.core.errors import ConfigError, ModelError

if TYPE_CHECKING:
    from assistant.first_start import FirstStart
    from assistant.speech.ears import Ears

LEARNING = (
    "Getting ready: it learns from the examples how residents say things, and prepares the "
    "database. That takes half a minute; the next start takes up what was learnt."
)


@click.command()
@click.option("--host", default=None, help="Address to listen on.")
@click.option("--port", type=int, default=None, help="Port to listen on.")
@click.option(
    "--journal",
    type=click.Path(path_type=Path, dir_okay=False),
    default=None,
    help="Append one JSON line an event to FILE. It holds what people say.",
)
@config_option
@data_option
def serve(
    host: str | None,
    port: int | None,
    journal: Path | None,
    config_path: Path | None,
    data: Path | None,
) -> None:
    """Start the service; fetches nothing."""
    _run(_listening_at(settings(config_path), host, port), data, journal, config_path)


def start(*, no_models: bool, host: str | None, port: int | None) -> None:
    """What `run.py` alone does: fetch models if they can be had, then serve."""
    config = _listening_at(settings(None), host, port)
    data = data_folder(None)
    _port_free(config)
    if not no_models:
        _fetch_models(config, data)
    _run(config, data, None)


def _listening_at(config: Config, host: str | None, port: int | None) -> Config:
    changed = {"host": host, "port": port}
    given = {key: value for key, value in changed.items() if value is not None}
    server = config.server.model_copy(update=given)
    return config.model_copy(update={"server": server})


def _fetch_models(config: Config, data: Path) -> None:
    from assistant.commands.models import fetch_missing

    try:
        fetch_missing(config, data)
    except ModelError as error:
        click.echo(f"{error}\n{_without(config, data)}")


def _without(config: Config, data: Path) -> str:
    """What is heard with the models that are there, and what to do about the others."""
    from assistant.speech.models import models_in_use

    there = models_in_use(data, {})
    heard = [language for language in config.site.languages if language in there]
    deaf = [language for language in config.site.languages if language not in there]
    told = [f"heard all the same: {', '.join(heard)}"] if heard else []
    if deaf:
        told.append(f"by keys and texts only: {', '.join(deaf)}")
    later = f"Later, or from a file: python3 run.py models install {(deaf or heard)[0]}"
    return f"Going on without; {'; '.join(told)}. {later} [--from FILE]"


def _port_free(config: Config) -> None:
    """Say so before anything is loaded when the port is taken. Raises `ConfigError`."""
    server = config.server
    family = socket.AF_INET6 if ":" in server.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((server.host, server.port))
        except OSError as error:
            taken = error.errno == errno.EADDRINUSE
            why = "is in use by another program" if taken else f"cannot be used ({error.strerror})"
            raise ConfigError(
                f"Port {server.port} on {server.host} {why}; "
                f"stop that program or choose another port with --port"
            ) from None


def _run(
    config: Config, data: Path | None, journal: Path | None, settings_path: Path | None = None
) -> None:
    gc.disable()  # a start makes hundreds of thousands of objects that all stay
    quiet_logging(logging.INFO, config.logs.format)
    _port_free(config)
    folder = data_folder(data)
    ears = _begin_to_hear(config, folder)

    from assistant.app import open_house
    from assistant.clock import ServiceClock
    from assistant.commands.waiting import told_while
    from assistant.counting import CountingJournal
    from assistant.drill.journal import DrillJournal
    from assistant.first_start import FirstStart
    from assistant.journal import open_journal
    from assistant.tallying import Tallies, TallyingJournal
    from assistant.web import Service
    from assistant.web import serve as run

    clock = ServiceClock(config.site.timezone)
    try:
        seen = CountingJournal(DrillJournal(open_journal(journal), folder))
        lines = TallyingJournal(seen, Tallies(config))
        with told_while(LEARNING, click.echo):
            house = open_house(config, folder, ROOT, clock, lines)
        try:
            first = FirstStart(house, settings_path or ROOT / "config.yaml")
            service = Service(house, ears, first)
            _tell(config, first)
            gc.freeze()
            gc.enable()
            run(service)
        finally:
            house.close()
    finally:
        asyncio.run(ears.stop())


def _begin_to_hear(config: Config, folder: Path) -> Ears:
    """Recognition workers load their models while the rest of the house opens."""
    from assistant.app import build_ears

    ears = build_ears(config, folder)
    ears.begin()
    return ears


def _tell(config: Config, first: FirstStart) -> None:
    url = f"http://{config.server.host}:{config.server.port}"
    click.echo(f"Neighbour Line 邻里热线 · {config.the_site().name.text('zh')}")
    if config.simulator:
        click.echo(f"Ring and text it in the browser:  {url}/simulator/")
    click.echo("Ring it in this terminal:         python3 run.py call")
    click.echo('Text it from this terminal:       python3 run.py text --from +8613800000001 "…"')
    if first.open():
        click.echo(f"Set it up for your office:        {url}/desk/setup")
        click.echo(f"From another machine, over https, this asks for the code {first.code}.")
    else:
        click.echo(f"The staff desk:                   {url}/desk/")
    click.echo("Stop with Ctrl-C.")
