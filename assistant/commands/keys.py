"""`run.py keys`: the keys with which residents' words and numbers are sealed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from assistant.commands.common import config_option, data_option, the_house

if TYPE_CHECKING:
    from assistant.app import House


@click.group()
def keys() -> None:
    """Keys: list, rotate, retire; a key itself is never shown."""


@keys.command()
def new() -> None:
    """Print a new pair of keys, for a setting or a secret store. Whoever has them reads all."""
    from assistant.vault.sources import fresh_text

    click.echo(fresh_text())


@keys.command("list")
@config_option
@data_option
def list_(*, config_path: Path | None, data: Path | None) -> None:
    """Keys by name, since when, and how many values each one closes."""
    from sqlalchemy import select

    from assistant.vault.rewrap import keys_in_use
    from assistant.vault.tables import vault_keys

    with the_house(config_path, data) as house:
        in_use, zone = keys_in_use(house.database), house.clock.now().tzinfo
        with house.database.read() as connection:
            rows = connection.execute(select(vault_keys).order_by(vault_keys.c.since)).all()
        for row in rows:
            state = "retired" if row.retired else "older" if row.until else "in use"
            count = f"  {in_use[row.name]} values" if row.kind == "seal" else ""
            since = row.since.astimezone(zone)
            click.echo(f"{row.name}  {row.kind:5}  {since:%Y-%m-%d}  {state}{count}")


@keys.command()
@config_option
@data_option
def rotate(*, config_path: Path | None, data: Path | None) -> None:
    """A new sealing key, and every row closed with it, while the service runs."""
    from assistant.app import keys_of
    from assistant.vault.rotation import rotate as to_new_key

    with the_house(config_path, data) as house:
        name, rows = to_new_key(house.database, keys_of(house.config, house.data))
        _noted(house, "keys.rotate", name)
        click.echo(f"The key {name} writes from now on; {rows} rows were closed with it.")
        click.echo("Make a new copy of the keys; older backups need the old ones for 30 days.")


@keys.command()
@config_option
@data_option
def retire(*, config_path: Path | None, data: Path | None) -> None:
    """Take out keys that stopped writing over 30 days ago and that no row needs."""
    from assistant.app import keys_of
    from assistant.vault.rotation import retire as take_out

    with the_house(config_path, data) as house:
        gone = take_out(house.database, keys_of(house.config, house.data), house.clock.now())
        for name in gone:
            _noted(house, "keys.retire", name)
        click.echo(f"Taken out: {', '.join(gone)}." if gone else "No key is old enough.")


def _noted(house: House, deed: str, name: str) -> None:
    """The use of keys stands in the audit log, by the key's name."""
    from assistant.desk_parts import open_audit

    open_audit(house).note("command", deed, house.clock.now(), which=name)
