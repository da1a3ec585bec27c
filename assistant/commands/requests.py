"""`run.py requests`: what residents asked of the staff, worked through its life."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, cast, get_args

import click

from assistant.commands.common import config_option, data_option, the_house
from assistant.core.case import CaseError, Deed, DeedName, Kind

if TYPE_CHECKING:
    from assistant.app import House
    from assistant.cases.store import Request
    from assistant.core.case import Case

BY = "--by"
by_option = click.option(BY, default="run.py", help="Who does it.  [default: run.py]")


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
@click.option("--overdue", is_flag=True, help="Only those past their time.")
@config_option
@data_option
def list_(
    *,
    every: bool = False,
    overdue: bool = False,
    config_path: Path | None = None,
    data: Path | None = None,
) -> None:
    """Open requests, the one due first at the top. Alarms have their own list: `run.py alarms`."""
    with the_house(config_path, data) as house:
        book = house.casework.book
        listed = book.overdue(house.clock.now()) if overdue else book.listing()
        if every and not overdue:
            listed += book.listing(closed=True)
        for request, case in listed:
            click.echo(_line(request, case, house))
        if not listed:
            click.echo("Nothing is overdue." if overdue else "Nothing is waiting.")


@requests.command()
@click.argument("code")
@config_option
@data_option
def show(code: str, config_path: Path | None, data: Path | None) -> None:
    """Everything about CODE: how it stands, what was said, what happened."""
    with the_house(config_path, data) as house:
        book, case = house.casework.book, _case(house, code)
        said = book.voices(case.merged_into or case.code)
        click.echo(f"{case.code}  {case.state}  {case.kind}  {case.topic or '-'}")
        if case.merged_into is not None:
            click.echo(f"one with {case.merged_into}")
        click.echo(f"owner: {case.owner or '-'}   due: {_when(case.due, house)}")
        for request in said:
            click.echo(f"said {_when(request.created, house)} {request.contact}: {request.words}")
        alike = house.casework.intake.likely_duplicates(case.code)
        for name, likely in alike if case.merged_into is None else ():
            click.echo(f"may be the same as {name} ({likely:.0%})")
        for entry in book.history(case.code):
            why = f": {entry.why}" if entry.why else ""
            click.echo(f"{_when(entry.at, house)}  {entry.deed}  {entry.after}  {entry.by}{why}")


@requests.command()
@click.argument("code")
@by_option
@config_option
@data_option
def close(code: str, by: str, config_path: Path | None, data: Path | None) -> None:
    """Mark CODE as done."""
    with the_house(config_path, data) as house:
        _case(house, code)
        _do(house, code, Deed("close", by))
        click.echo(f"{code.upper()} is done.")


@requests.command()
@click.argument("code")
@click.argument("name")
@by_option
@config_option
@data_option
def assign(code: str, name: str, by: str, config_path: Path | None, data: Path | None) -> None:
    """Give CODE to the person NAME."""
    with the_house(config_path, data) as house:
        case = _do(house, code, Deed("assign", by, owner=name))
        click.echo(f"{case.code} is with {case.owner}, due {_when(case.due, house)}.")


@requests.command()
@click.argument("code")
@click.argument("deed", type=click.Choice(get_args(DeedName)))
@by_option
@click.option("--why", default="", help="The reason: to return, extend, wait and reopen.")
@click.option("--to", "owner", default=None, help="For assign: whose it is from now on.")
@click.option("--days", default=0, help="For extend: working days more.")
@config_option
@data_option
def advance(  # noqa: PLR0917 - a deed has as many parts
    code: str,
    deed: str,
    by: str,
    why: str,
    owner: str | None,
    days: int,
    config_path: Path | None,
    data: Path | None,
) -> None:
    """Do one thing with CODE, as far as it fits how CODE stands."""
    with the_house(config_path, data) as house:
        case = _do(house, code, Deed(cast("DeedName", deed), by, why, owner, days))
        click.echo(f"{case.code} is {case.state}, due {_when(case.due, house)}.")


@requests.command()
@click.argument("code")
@click.argument("kind", type=click.Choice(get_args(Kind)))
@click.argument("topic", default="")
@by_option
@config_option
@data_option
def sort(
    code: str, kind: str, topic: str, by: str, config_path: Path | None, data: Path | None
) -> None:
    """Confirm what CODE is: its KIND, and its TOPIC as `topics.yaml` names them."""
    with the_house(config_path, data) as house:
        now = house.clock.now()
        try:
            case = house.casework.book.sort(code, cast("Kind", kind), topic, by, now)
        except CaseError as error:
            raise click.ClickException(str(error)) from error
        click.echo(f"{case.code} is {case.kind} {case.topic}, due {_when(case.due, house)}.")


@requests.command()
@click.argument("code")
@click.argument("into")
@by_option
@config_option
@data_option
def merge(code: str, into: str, by: str, config_path: Path | None, data: Path | None) -> None:
    """Make CODE and INTO one case; the older one goes on, and every voice is kept."""
    with the_house(config_path, data) as house:
        try:
            case = house.casework.book.merge(code, into, by, house.clock.now())
        except CaseError as error:
            raise click.ClickException(str(error)) from error
        click.echo(f"Both are {case.code} now.")


def _do(house: House, code: str, deed: Deed) -> Case:
    try:
        return house.casework.book.advance(code, deed, house.clock.now())
    except CaseError as error:
        raise click.ClickException(str(error)) from error


def _case(house: House, code: str) -> Case:
    found = house.casework.book.get(code)
    if found is None:
        raise click.ClickException(f"{code}: no request has this code")
    return found


def _line(request: Request, case: Case, house: House) -> str:
    return (
        f"{case.code}  {_when(request.created, house)}  {case.state:<12}  "
        f"due {_when(case.due, house)}  {case.kind:<10}  {request.intent:<18}  "
        f"{request.contact}  {request.words}"
    )


def _when(at: datetime, house: House) -> str:
    return f"{at.astimezone(house.clock.now().tzinfo):%m-%d %H:%M}"
