"""`run.py cards`: cards on paper for residents without texts, and the page for the fridge."""

from __future__ import annotations

from pathlib import Path

import click

from assistant.commands.common import config_option, data_option, the_house


@click.group()
def cards() -> None:
    """Cards for the counter: list them, print them, hand them over."""


@cards.command("list")
@config_option
@data_option
def list_(config_path: Path | None, data: Path | None) -> None:
    """Cards that wait to be printed or fetched."""
    with the_house(config_path, data) as house:
        listed = house.cards.listing("waiting", "printed")
        for card in listed:
            when = card.created.astimezone(house.clock.now().tzinfo)
            click.echo(f"{card.key}  {when:%m-%d %H:%M}  {card.status}  …{card.contact[-4:]}")
        if not listed:
            click.echo("No card is waiting.")


@cards.command("print")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@config_option
@data_option
def print_(folder: Path, config_path: Path | None, data: Path | None) -> None:
    """Write every waiting card into FOLDER as a PDF in A5."""
    from assistant.posting import printed

    with the_house(config_path, data) as house:
        waiting = house.cards.listing("waiting")
        folder.mkdir(parents=True, exist_ok=True)
        for number, card in enumerate(waiting, start=1):
            path = folder / f"card-{house.clock.now():%Y%m%d-%H%M%S}-{number:02d}.pdf"
            path.write_bytes(printed(house, card))
            house.cards.mark(card.key, "printed")
            click.echo(str(path))
        if not waiting:
            click.echo("No card is waiting.")


@cards.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--number", default="", help="What residents ring.  [default: twilio.from_number]")
@config_option
@data_option
def fridge(file: Path, number: str, config_path: Path | None, data: Path | None) -> None:
    """Write the page to hang on the fridge into FILE as a PDF in A4, a page a language.

    Its examples are questions that the directory answers today.
    """
    from assistant.fridge import fridge_pages

    with the_house(config_path, data) as house:
        content = fridge_pages(house, number)
    try:
        file.write_bytes(content)
    except OSError as error:
        raise click.ClickException(
            f"{file}: cannot be written ({error.strerror}); name another file"
        ) from error
    click.echo(str(file))


@cards.command()
@click.argument("key")
@config_option
@data_option
def fetched(key: str, config_path: Path | None, data: Path | None) -> None:
    """The resident has her card."""
    with the_house(config_path, data) as house:
        if not house.cards.mark(key, "fetched"):
            raise click.ClickException(f"{key}: no such card; run.py cards list shows them")
        click.echo("Handed over.")
