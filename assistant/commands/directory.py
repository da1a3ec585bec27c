"""`run.py directory`: the community's services."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from assistant.commands.common import config_option, data_option, the_house
from assistant.commands.directory_check import check, verified
from assistant.commands.directory_days import notice
from assistant.core.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from assistant.directory.exchange import ImportReport
    from assistant.directory.intake import Problem


@click.group()
def directory() -> None:
    """The service directory: template, import, undo, export, check."""


@directory.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True))
@click.option("--preview", is_flag=True, help="Say what would happen and change nothing.")
@config_option
@data_option
def import_(
    files: tuple[Path, ...], config_path: Path | None, data: Path | None, *, preview: bool
) -> None:
    """Take services from FILES or folders; all or nothing.

    HSDS 3 tables and nested JSON, tables of HSDS 1 and 2, and the office's own table as CSV or
    XLSX (see `directory template`).
    """
    from assistant.directory.exchange import ImportRefusedError, import_tables

    with the_house(config_path, data) as house, _progress() as watch:
        try:
            report = import_tables(
                list(files),
                house.database,
                at=house.clock.now(),
                preview=preview,
                watch=watch,
            )
        except ImportRefusedError as refused:
            _name(refused.problems)
            number = sum(problem.fatal for problem in refused.problems)
            raise DataError(
                f"Nothing was imported: {number} mistakes must be mended first."
            ) from refused
    _name(report.problems)
    _tell(report)
    if preview:
        click.echo("This was a preview; nothing was changed.")
    else:
        click.echo("To take it back: run.py directory undo")


def _name(problems: tuple[Problem, ...]) -> None:
    for problem in problems:
        click.echo(f"{'' if problem.fatal else 'note: '}{problem}", err=True)


def _tell(report: ImportReport) -> None:
    for table, count in report.counts.items():
        replaced = report.replaced.get(table, 0)
        click.echo(f"{table}: {count}" + (f", {replaced} of them known" if replaced else ""))
    if report.removed:
        click.echo(f"{report.removed} rows are gone that the table no longer has")


@contextmanager
def _progress() -> Iterator[Callable[[str, int], None] | None]:
    """A line a table that grows while rows are written; nothing where no terminal is."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (TextColumn("{task.description:<24}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        tasks = {}

        def watch(table: str, rows: int) -> None:
            if table not in tasks:
                tasks[table] = progress.add_task(table, total=None)
            progress.advance(tasks[table], rows)

        yield watch


@directory.command("undo")
@config_option
@data_option
def undo(config_path: Path | None, data: Path | None) -> None:
    """Take back the last import; again for the one before it."""
    from assistant.directory.exchange import touch
    from assistant.directory.history import imports_kept
    from assistant.directory.history import undo as take_back

    with the_house(config_path, data) as house:
        with house.database.begin() as connection:
            at, files = take_back(connection)
            touch(connection)
            left = imports_kept(connection)
        moment = at.astimezone(house.clock.now().tzinfo)
    click.echo(f"Taken back: {', '.join(files)}, imported {moment:%Y-%m-%d %H:%M}.")
    click.echo(f"{left} earlier imports can be taken back.")


@directory.command("template")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--language", type=click.Choice(["zh", "en"]), default="zh", show_default=True)
def template(file: Path, language: str) -> None:
    """Write the empty table an office fills in to FILE, a workbook (.xlsx) or .csv."""
    from assistant.directory.template import write_template

    write_template(file, language)
    click.echo(f"Written to {file}; fill in a row a service, then: run.py directory import {file}")


@directory.command("export")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--format",
    "form",
    type=click.Choice(["csv", "json"]),
    default="csv",
    show_default=True,
    help="HSDS tables with a data package, or nested services as the HSDS API gives them.",
)
@config_option
@data_option
def export(
    folder: Path, form: Literal["csv", "json"], config_path: Path | None, data: Path | None
) -> None:
    """Write the directory as HSDS and community.json to FOLDER."""
    from assistant.directory.exporting import export_tables

    with the_house(config_path, data) as house:
        export_tables(house.database, folder, form=form)
    click.echo(f"Written to {folder}")


directory.add_command(check)
directory.add_command(verified)
directory.add_command(notice)
