"""`run.py polls`: what residents are asked to decide, and what came of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from assistant.commands.common import config_option, data_option, the_house
from assistant.core.errors import DataError
from assistant.poll_desk import PollDesk

if TYPE_CHECKING:
    from assistant.poll_desk import PollView

DAY = "%Y-%m-%d %H:%M"


@click.group(invoke_without_command=True)
@config_option
@data_option
@click.pass_context
def polls(context: click.Context, config_path: Path | None, data: Path | None) -> None:
    """Votes of the residents."""
    if context.invoked_subcommand is None:
        context.invoke(list_, config_path=config_path, data=data)


@polls.command("list")
@config_option
@data_option
def list_(config_path: Path | None = None, data: Path | None = None) -> None:
    """Every vote: open ones first, with about how many have voted."""
    with the_house(config_path, data) as house:
        listed = PollDesk(house.database, house.polling).listing(house.clock.now())
        language = house.config.site.languages[0]
        for view in listed:
            click.echo(f"{view.poll.id}  {_state(view)}  {view.poll.title.text(language)}")
            for number, choice in enumerate(view.poll.choices, start=1):
                click.echo(f"  {number}  {choice.text(language)}")
        if not listed:
            click.echo("There is no vote.")


@polls.command()
@click.argument("poll")
@config_option
@data_option
def results(poll: str, config_path: Path | None, data: Path | None) -> None:
    """What came of POLL, once it is over; fewer than ten votes are not told apart."""
    with the_house(config_path, data) as house:
        view = PollDesk(house.database, house.polling).get(poll, house.clock.now())
        if view is None:
            raise DataError(f"There is no vote {poll}; `run.py polls list` names them.")
        if view.state != "over":
            raise DataError(f"The vote {poll} is not over; nothing is counted before.")
        language = house.config.site.languages[0]
        click.echo(f"{view.poll.title.text(language)}  {_state(view)}")
        for tally in view.result:
            votes = "fewer than 10" if tally.votes is None else str(tally.votes)
            click.echo(
                f"  {tally.choice}  {view.poll.choices[tally.choice - 1].text(language)}: {votes}"
            )
        if view.whole is not None:
            click.echo(f"  in all: {view.whole}")


def _state(view: PollView) -> str:
    """How it stands, until when, and about how many have voted."""
    poll = view.poll
    voted = "fewer than 10 voted" if view.about is None else f"{view.about} or more voted"
    if view.state == "ahead" and poll.opens is not None:
        return f"opens {poll.opens:{DAY}}"
    if view.state == "open":
        until = "" if poll.closes is None else f" until {poll.closes:{DAY}}"
        return f"open{until}, {voted}"
    published = "published" if view.published else "not published"
    return f"over, {voted}, {published}"
