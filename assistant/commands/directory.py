"""`run.py directory`: the community's services."""

from __future__ import annotations

from pathlib import Path

import click

from assistant.commands.common import config_option, data_option, open_for, settings


@click.group()
def directory() -> None:
    """The service directory: import, export, check."""


@directory.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True))
@config_option
@data_option
def import_(files: tuple[Path, ...], config_path: Path | None, data: Path | None) -> None:
    """Take HSDS 3 CSV tables or JSON from FILES or folders; all or nothing."""
    from assistant.clock import ServiceClock
    from assistant.directory.exchange import import_tables

    config = settings(config_path)
    house = open_for(config, data, ServiceClock(config.site.timezone))
    try:
        report = import_tables(list(files), house.database)
    finally:
        house.close()
    for problem in report.problems:
        click.echo(str(problem), err=True)
    for table, count in report.counts.items():
        click.echo(f"{table}: {count}")


@directory.command("export")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@config_option
@data_option
def export(folder: Path, config_path: Path | None, data: Path | None) -> None:
    """Write the HSDS tables and community.json to FOLDER."""
    from assistant.clock import ServiceClock
    from assistant.directory.exchange import export_tables

    config = settings(config_path)
    house = open_for(config, data, ServiceClock(config.site.timezone))
    try:
        export_tables(house.database, folder)
    finally:
        house.close()
    click.echo(f"Written to {folder}")
