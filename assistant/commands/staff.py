"""`run.py staff`: accounts of the desk, for the first admin and for emergencies."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from assistant.commands.common import config_option, data_option, the_records
from assistant.staff.roles import ROLES, as_role


@click.group()
def staff() -> None:
    """Accounts of the staff desk."""


@staff.command("list")
@config_option
@data_option
def list_(*, config_path: Path | None, data: Path | None) -> None:
    """Everybody with an account."""
    from assistant.desk_parts import open_accounts

    with the_records(config_path, data) as records:
        listed = open_accounts(records).listing()
        for one in listed:
            state = "may sign in" if one.active else "closed"
            codes = "one-time codes" if one.second_factor else "no one-time codes yet"
            click.echo(f"{one.name}  {one.role}  {state}  {codes}")
        if not listed:
            click.echo("Nobody has an account; add one: run.py staff add NAME --role admin")


@staff.command()
@click.argument("name")
@click.option("--role", type=click.Choice(ROLES), required=True, help="What this person may do.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@config_option
@data_option
def add(
    name: str, role: str, *, password_stdin: bool, config_path: Path | None, data: Path | None
) -> None:
    """Make an account for NAME.

    On a terminal the password is asked for; else, without --password-stdin, a sign-in link is
    printed, good once and for 24 hours.
    """
    from assistant.clock import ServiceClock
    from assistant.desk_parts import open_accounts, open_audit

    with the_records(config_path, data) as records:
        accounts, now = open_accounts(records), ServiceClock(records.config.site.timezone).now()
        password = _password(from_input=password_stdin)
        made = accounts.add(name, as_role(role), now, password)
        open_audit(records).note("command", "person.add", now, which=made.name, why=role)
        click.echo(f"{made.name} has an account with the role {role}.")
        page = f"{records.config.public_url()}/desk/"
        if password is None:
            link = f"{page}welcome/{accounts.make_link(made.key, now)}"
            click.echo(f"Sign-in link, good once and for 24 hours:\n{link}")
        else:
            click.echo(f"Sign in at {page}")


def _password(*, from_input: bool) -> str | None:
    if from_input:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        return None
    asked: str = click.prompt(
        "Password (12 characters or more)", hide_input=True, confirmation_prompt=True
    )
    return asked


@staff.command()
@click.argument("name")
@config_option
@data_option
def link(name: str, config_path: Path | None, data: Path | None) -> None:
    """Print a new sign-in link for NAME; the old password and all sessions are gone."""
    from assistant.clock import ServiceClock
    from assistant.desk_parts import open_accounts, open_audit

    with the_records(config_path, data) as records:
        accounts, now = open_accounts(records), ServiceClock(records.config.site.timezone).now()
        found = accounts.get(name)
        if found is None:
            raise click.ClickException(f"{name}: no such account; run.py staff list shows them")
        open_audit(records).note("command", "person.link", now, which=found.name)
        page = f"{records.config.public_url()}/desk/"
        click.echo(f"{page}welcome/{accounts.make_link(found.key, now)}")
