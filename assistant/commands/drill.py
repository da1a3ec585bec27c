"""`run.py drill`: the fire drill."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from assistant.commands.common import (
    config_option,
    data_folder,
    data_option,
    open_for,
    quiet_logging,
    settings,
)

if TYPE_CHECKING:
    from assistant.drill.run import Result


@click.command()
@click.option("--url", default=None, help="A service that runs already.  [default: starts one]")
@click.option(
    "--speed",
    type=click.FloatRange(1, 10),
    default=1.0,
    show_default=True,
    help="Audio at so many times real time; the waits are then no longer those of a telephone.",
)
@click.option("--at-once", type=click.IntRange(1, 9), default=3, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of lines.")
@config_option
@data_option
def drill(
    url: str | None,
    *,
    speed: float,
    at_once: int,
    as_json: bool,
    config_path: Path | None,
    data: Path | None,
) -> None:
    """Ring the live configuration with synthetic callers and try every task; minutes.

    Nobody on duty is texted and nothing is left before the staff. Exit 1 when a task cannot be
    reached or something wrong was said.
    """
    quiet_logging()
    from assistant.clock import ServiceClock
    from assistant.drill.run import carrier_of
    from assistant.drill.run import drill as ring

    config, folder = settings(config_path), data_folder(data)
    house = open_for(config, folder, ServiceClock(config.site.timezone))
    try:
        with _service(url, config_path, folder) as base:
            result = ring(house, carrier_of(house, base, speed), at_once)
    finally:
        house.close()
    _tell(result, as_json=as_json)
    if not result.good:
        raise click.exceptions.Exit(1)


@contextmanager
def _service(url: str | None, config_path: Path | None, folder: Path) -> Iterator[str]:
    """The address of the service to ring: the one named, or one of our own for so long."""
    if url is not None:
        yield url.rstrip("/")
        return
    from assistant.benchmarks.running import launched

    options = ["--data", str(folder.resolve())]
    options += ["--config", str(config_path.resolve())] if config_path else []
    with tempfile.TemporaryDirectory(prefix="drill-") as scratch:
        # Tonight's drill is not held twice, by us and by the service we ring.
        quiet = {"ASSISTANT_DRILL__AT": ""}
        with launched(options, Path(scratch) / "service.log", quiet) as (base, _):
            yield base


def _tell(result: Result, *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(result.as_json(), ensure_ascii=False))
        return
    for item in result.tried:
        click.echo(item.line())
    click.echo(result.summary())
