"""`run.py requests`: what residents asked of the staff."""

from __future__ import annotations

from pathlib import Path

import click

from assistant.commands.common import config_option, data_option, the_house


@click.group(invoke_without_command=True)
@config_option
@data_option
@click.pass_context
def requests(context: click.Context, config_path: Path | None, data: Path | None) -> None:
    """What was taken down for the staff."""
    if context.invoked_subcommand is None:
        context.invoke(list_, config_path=config_path, data=data)


@requests.command("list")
@click.option("--all", "every", is_flag=True, help="Closed ones too.")
@config_option
@data_option
def list_(
    *, every: bool = False, config_path: Path | None = None, data: Path | None = None
) -> None:
    """Open requests, the oldest first. Alarms have their own list: `run.py alarms`."""
    with the_house(config_path, data) as house:
        listed = house.requests.listing(None if every else "open")
        for request in listed:
            when = request.created.astimezone(house.clock.now().tzinfo)
            click.echo(
                f"{request.code}  {when:%m-%d %H:%M}  {request.status:<6}  {request.intent:<18}  "
                f"{request.contact}  {request.words}"
            )
        if not listed:
            click.echo("Nothing is waiting.")


@requests.command()
@click.argument("code")
@config_option
@data_option
def close(code: str, config_path: Path | None, data: Path | None) -> None:
    """Mark CODE as done."""
    with the_house(config_path, data) as house:
        if not house.requests.close(code.upper()):
            raise click.ClickException(f"{code}: no open request has this code")
        click.echo(f"{code.upper()} is done.")
