"""`run.py alarms`: who is in danger, and who looks after it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from assistant.commands.common import config_option, data_option, the_house

if TYPE_CHECKING:
    from assistant.alarms.store import Alarm
    from assistant.app import House


@click.group()
def alarms() -> None:
    """Alarms: list them, take one on, close it."""


@alarms.command("list")
@click.option("--all", "every", is_flag=True, help="Closed ones too.")
@config_option
@data_option
def list_(*, every: bool, config_path: Path | None, data: Path | None) -> None:
    """Alarms nobody has closed, the oldest first."""
    with the_house(config_path, data) as house:
        listed = house.alarms.listing(closed=every)
        for alarm in listed:
            click.echo(_line(alarm, house))
        if not listed:
            click.echo("No alarm is open.")


def _line(alarm: Alarm, house: House) -> str:
    when = alarm.created.astimezone(house.clock.now().tzinfo)
    by = f" by {alarm.closed_by or alarm.taken_by}" if alarm.taken_by or alarm.closed_by else ""
    said = " / ".join(alarm.words.splitlines())
    return (
        f"{alarm.code}  {when:%m-%d %H:%M}  {alarm.status}{by}  {alarm.intent}  "
        f"answer: {alarm.answer}  {alarm.contact}  {said}"
    )


@alarms.command()
@click.argument("code")
@click.option("--by", required=True, help="Who takes it on.")
@config_option
@data_option
def take(code: str, by: str, config_path: Path | None, data: Path | None) -> None:
    """Take CODE on, so that nobody else does it twice."""
    with the_house(config_path, data) as house:
        if not house.alarms.take(code, by, house.clock.now()):
            raise click.ClickException(f"{code}: {_why_not(house, code, taking=True)}")
        click.echo(f"{code.upper()} is yours, {by}.")


@alarms.command()
@click.argument("code")
@click.option("--by", required=True, help="Who closes it.")
@click.option("--note", required=True, help="What was found and done.")
@config_option
@data_option
def close(code: str, by: str, note: str, config_path: Path | None, data: Path | None) -> None:
    """Close CODE: somebody has spoken with the resident, or with those who helped her."""
    with the_house(config_path, data) as house:
        if not note.strip() or not by.strip():
            raise click.ClickException("an alarm is closed by a named person with a note")
        if not house.alarms.close(code, by, note, house.clock.now()):
            raise click.ClickException(f"{code}: {_why_not(house, code, taking=False)}")
        click.echo(f"{code.upper()} is closed.")


def _why_not(house: House, code: str, *, taking: bool) -> str:
    alarm = house.alarms.get(code)
    if alarm is None:
        return "no alarm has this code; run.py alarms list shows the open ones"
    if taking and alarm.status == "taken":
        return f"{alarm.taken_by} has taken it already"
    return f"{alarm.closed_by} has closed it already"
