"""`run.py retention`: what is deleted when, what was, and what somebody holds."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from assistant.commands.common import config_option, data_option, the_house

if TYPE_CHECKING:
    from assistant.privacy.retention import Report


@click.group()
def retention() -> None:
    """Retention: its rules, a run, its reports, and legal holds."""


@retention.command()
@config_option
@data_option
def rules(*, config_path: Path | None, data: Path | None) -> None:
    """What is kept how long."""
    from assistant.privacy.rules import RULES

    with the_house(config_path, data) as house:
        days = house.config.retention.days.model_dump()
    for rule in RULES:
        what = f"blanks {', '.join(rule.blank)}" if rule.blank else "deletes the row"
        only = (
            f" where {rule.where[0]} is {' or '.join(map(str, rule.where[1]))}"
            if rule.where
            else ""
        )
        only += " that belongs to nothing any more" if rule.unless else ""
        click.echo(
            f"{rule.name:16} {days[rule.name]:5} days after {rule.table}.{rule.since}{only}: {what}"
        )


@retention.command()
@config_option
@data_option
def run(*, config_path: Path | None, data: Path | None) -> None:
    """Delete now what is due, as every night."""
    from assistant.retaining import Keeping

    with the_house(config_path, data) as house:
        for line in _lines(Keeping(house).retention.run(house.clock.now())):
            click.echo(line)


@retention.command()
@click.option("--last", "most", type=click.IntRange(1, 1000), default=7, help="Runs to show.")
@config_option
@data_option
def report(*, most: int, config_path: Path | None, data: Path | None) -> None:
    """The latest runs: how many rows of each kind were removed, and how many are held."""
    from assistant.retaining import Keeping

    with the_house(config_path, data) as house:
        zone = house.clock.now().tzinfo
        reports = Keeping(house).retention.reports(most)
        for item in reports:
            click.echo(f"{item.began.astimezone(zone):%Y-%m-%d %H:%M}")
            for line in _lines(item):
                click.echo(f"  {line}")
        if not reports:
            click.echo("Retention has not run yet.")


@retention.command()
@click.argument("kind", type=click.Choice(["case", "conversation"]))
@click.argument("which")
@click.option("--by", required=True, help="Who holds it.")
@click.option("--why", required=True, help="The file or the law; nothing a resident said.")
@config_option
@data_option
def hold(
    kind: str, which: str, *, by: str, why: str, config_path: Path | None, data: Path | None
) -> None:
    """Keep the case or conversation WHICH although its time is over."""
    from assistant.privacy.holds import HoldStore

    with the_house(config_path, data) as house:
        store, now = HoldStore(house.database), house.clock.now()
        held: str = store.place(
            "case" if kind == "case" else "conversation", which, reason=why, by=by, now=now
        )
        click.echo(f"{held}: kept until it is lifted with run.py retention lift {held}.")


@retention.command()
@click.argument("name")
@click.option("--by", required=True, help="Who lifts it.")
@config_option
@data_option
def lift(name: str, *, by: str, config_path: Path | None, data: Path | None) -> None:
    """End the hold NAME; what is over is deleted by the next run."""
    from assistant.privacy.holds import HoldStore

    with the_house(config_path, data) as house:
        if not HoldStore(house.database).lift(name, by, house.clock.now()):
            raise click.ClickException(f"{name}: no such hold stands; see run.py retention holds")
        click.echo(f"{name.upper()} is lifted.")


@retention.command()
@config_option
@data_option
def holds(*, config_path: Path | None, data: Path | None) -> None:
    """Every hold there was, with who, when and why."""
    from assistant.privacy.holds import HoldStore

    with the_house(config_path, data) as house:
        listed = HoldStore(house.database).listing()
        for item in listed:
            end = f"lifted {item.lifted:%Y-%m-%d} by {item.lifted_by}" if item.lifted else "stands"
            click.echo(
                f"{item.id}  {item.kind} {item.which}  {item.placed:%Y-%m-%d} {item.placed_by}: "
                f"{item.reason}  {end}"
            )
        if not listed:
            click.echo("Nothing is held.")


def _lines(report: Report) -> list[str]:
    return [
        f"{item.rule:16} {item.rows:6} removed" + (f", {item.held} held" if item.held else "")
        for item in report.done
    ]
