"""`run.py models`: recognition models."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from assistant.commands.common import config_option, data_folder, data_option, settings
from assistant.core.errors import ModelError

if TYPE_CHECKING:
    from assistant.config import Config
    from assistant.speech.models import Model

NOT_HAD: Final = ".models-not-had"
"In the data folder, touched when models could not be fetched."
AGAIN_S: Final = 24 * 3600
"Seconds until a start asks for them again."


@click.group(invoke_without_command=True)
@config_option
@data_option
@click.pass_context
def models(context: click.Context, config_path: Path | None, data: Path | None) -> None:
    """Recognition models: what is there, install, verify."""
    if context.invoked_subcommand is None:
        context.invoke(list_, config_path=config_path, data=data)


@models.command("list")
@config_option
@data_option
def list_(config_path: Path | None = None, data: Path | None = None) -> None:
    """Say what is installed and what could be."""
    from assistant.speech.models import list_models

    config, folder = settings(config_path), data_folder(data)
    for model in list_models(folder):
        click.echo(described(model))
    for language in config.site.languages:
        if not any(model.language == language for model in list_models(folder)):
            click.echo(
                f"{language}: none; install one with: python3 run.py models install {language}"
            )


@models.command()
@click.argument("language")
@click.option(
    "--from",
    "source",
    type=click.Path(path_type=Path, exists=True),
    default=None,
    help="A local folder or archive instead of fetching.",
)
@config_option
@data_option
def install(
    language: str, source: Path | None, config_path: Path | None, data: Path | None
) -> None:
    """Install the model of LANGUAGE, fetched or from a local folder or archive."""
    _install(settings(config_path), data_folder(data), language, source)


@models.command()
@data_option
def verify(data: Path | None) -> None:
    """Check every file of every installed model; exit 1 names what is damaged."""
    from assistant.speech.models import verify as verify_models

    problems = verify_models(data_folder(data))
    for problem in problems:
        click.echo(problem, err=True)
    if problems:
        raise click.exceptions.Exit(1)
    click.echo("Every installed model is whole.")


def fetch_missing(config: Config, data: Path) -> None:
    """Fetch the small models a site's languages lack. Raises `ModelError` for the first not had.

    What could not be had is not asked for again within a day: every start would wait for it.
    """
    wanted = _missing(config, data)
    mark = data / NOT_HAD
    if wanted and _fresh(mark):
        raise ModelError("Recognition models could not be had today; not tried again now.")
    try:
        for language in wanted:
            _install(config, data, language, None)
    except ModelError:
        data.mkdir(parents=True, exist_ok=True)
        mark.touch()
        raise
    mark.unlink(missing_ok=True)


def _missing(config: Config, data: Path) -> list[str]:
    from assistant.speech.models import CATALOG, list_models

    have = {model.language for model in list_models(data) if model.engine == "vosk"}
    return [name for name in config.site.languages if name in CATALOG and name not in have]


def _fresh(mark: Path) -> bool:
    try:
        return time.time() - mark.stat().st_mtime < AGAIN_S
    except OSError:
        return False


def _install(config: Config, data: Path, language: str, source: Path | None) -> None:
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

    from assistant.speech.models import BASE_URL, ModelSettings
    from assistant.speech.models import install as install_model

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, transient=True) as bar:
        task = bar.add_task(f"Recognition model for {language}", total=None)

        def progress(what: str, done: int, total: int) -> None:
            told = f"Recognition model for {language}: {what}"
            bar.update(task, description=told, completed=done, total=total or None)

        origin = ModelSettings(base_url=config.speech.models_url or BASE_URL)
        model = install_model(language, data, source, progress, origin)
    click.echo(f"Installed {described(model)}")


def described(model: Model) -> str:
    """One line about a model."""
    state = model.problem or f"{model.engine}, {model.source}"
    return f"{model.language}: {model.name} ({state})"
