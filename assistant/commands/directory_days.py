"""`run.py directory notice`: an announcement, put up or taken down at the counter."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from assistant.commands.common import config_option, data_option, open_for, settings
from assistant.core.errors import DataError

if TYPE_CHECKING:
    from assistant.directory.intake import Json


@click.command()
@click.argument("text", required=False)
@click.option("--from", "begins", default=None, help="First day, e.g. 2026-11-25.")
@click.option("--to", "ends", default=None, help="Last day.  [default: the first]")
@click.option("--topic", default="", help="Words residents ask with: 停水 没水 water")
@click.option("--place", default="", help="Where, as it is said.")
@click.option("--zone", default="", help="Buildings or streets it is for: 六号楼到九号楼")
@click.option("--remove", default=None, metavar="ID", help="Take a notice down.")
@config_option
@data_option
def notice(
    text: str | None,
    *,
    begins: str | None,
    ends: str | None,
    topic: str,
    place: str,
    zone: str,
    remove: str | None,
    config_path: Path | None,
    data: Path | None,
) -> None:
    """Put the notice TEXT up, or take one down; without either, list what is up."""
    from assistant.clock import ServiceClock
    from assistant.directory.day_store import DayStore
    from assistant.directory.day_tables import day_rows

    config = settings(config_path)
    house = open_for(config, data, ServiceClock(config.site.timezone))
    try:
        store = DayStore(house.database)
        if remove is not None:
            if not store.remove("notices", remove):
                raise DataError(f"There is no notice {remove}; `directory notice` lists them.")
            click.echo(f"{remove} is taken down.")
        elif text is not None:
            cells = {"text": text, "valid_from": begins or "", "valid_to": ends or begins or ""}
            cells |= {"topic": topic, "place": place, "zone": zone}
            entries: list[dict[str, Json]] = list(day_rows("notices", 1, cells))
            click.echo(f"{store.put('notices', entries)[0]} is up.")
        else:
            for row in store.listing("notices"):
                click.echo(f"{row.id} {row.valid_from} {row.valid_to} {row.text}")
    finally:
        house.close()
