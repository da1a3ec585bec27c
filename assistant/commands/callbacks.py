"""`run.py callbacks`: what was promised, what became of it, and the calendar on the wall."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from assistant.commands.common import config_option, data_option, the_house
from assistant.commands.roster import day_of
from assistant.core.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assistant.app import House
    from assistant.callbacks.ledger import Page
    from assistant.callbacks.row import Callback
    from assistant.core.callback import State

WAITING: tuple[State, ...] = (
    "due",
    "ringing_staff",
    "ringing_resident",
    "talking",
    "booked",
    "no_answer",
    "offered",
    "new",
)
WITH_A_PERSON: tuple[State, ...] = ("unknown", "unreached")
ENDED: tuple[State, ...] = ("done", "cancelled")
A_PAGE = 500
"Rows read at a time."


@click.group()
def callbacks() -> None:
    """Promises to ring back: list them, count them, write them as a calendar."""


@callbacks.command("list")
@click.option("--all", "every", is_flag=True, help="Ended ones too.")
@config_option
@data_option
def list_(*, every: bool, config_path: Path | None, data: Path | None) -> None:
    """Open callbacks, those that stand with a person first, then the earliest window."""
    with the_house(config_path, data) as house:
        with_a_person = list(_all(house, WITH_A_PERSON))
        waiting = sorted(_all(house, WAITING), key=_moment)
        ended = list(_all(house, ENDED)) if every else []
        for callback in (*with_a_person, *waiting, *ended):
            click.echo(_line(callback, ZoneInfo(house.config.site.timezone)))
        if not (with_a_person or waiting or ended):
            click.echo("No callback is open.")


@callbacks.command()
@click.option("--from", "begins", default=None, help="First day, e.g. 2026-11-23.  [a week ago]")
@click.option("--to", "ends", default=None, help="Last day.  [today]")
@click.option("--weeks", is_flag=True, help="By week instead of by day.")
@config_option
@data_option
def ledger(
    *,
    begins: str | None,
    ends: str | None,
    weeks: bool,
    config_path: Path | None,
    data: Path | None,
) -> None:
    """What became of the promises of these days: kept, late, broken and so on."""
    from assistant.callbacks.ledger import pages

    with the_house(config_path, data) as house:
        zone, now = ZoneInfo(house.config.site.timezone), house.clock.now()
        last = day_of("--to", ends) or now.date()
        first = day_of("--from", begins) or last - timedelta(days=6)
        start, end = (
            datetime.combine(day, time(), zone).astimezone(UTC)
            for day in (first, last + timedelta(days=1))
        )
        records = house.promises.records
        for line in _table(pages(records.promises(start, end), now, zone, weeks=weeks)):
            click.echo(line)
        handled = records.handled(start, end)
        if handled is not None:
            click.echo(
                f"From the ring to the end of the talk: {handled.mean_min:.1f} minutes on average "
                f"({handled.talks} talks)."
            )


@callbacks.command()
@click.option(
    "--file", "path", type=click.Path(path_type=Path, dir_okay=False), help="[default: printed]"
)
@config_option
@data_option
def calendar(path: Path | None, config_path: Path | None, data: Path | None) -> None:
    """Every promise as iCalendar, without names, numbers or reasons."""
    from assistant.callbacks.calendar_file import written

    with the_house(config_path, data) as house:
        config = house.config
        file = written(
            _all(house, (*WITH_A_PERSON, *WAITING, *ENDED)),
            ZoneInfo(config.site.timezone),
            TITLE.get(config.site.languages[0], TITLE["en"]),
            house.clock.now(),
        )
    if path is None:
        click.echo(file.decode(), nl=False)
        return
    try:
        path.write_bytes(file)
    except OSError as error:
        raise DataError(
            f"{path}: cannot be written ({error.strerror}); name another file"
        ) from error
    click.echo(str(path))


TITLE = {"zh": "回电", "en": "Callback"}
"What stands before the code on the calendar."


def _all(house: House, states: tuple[State, ...]) -> Iterator[Callback]:
    """Every callback in these states, read in pages."""
    after: tuple[datetime, str] | None = None
    while True:
        found = house.promises.store.listing(states, A_PAGE, after)
        yield from found
        if len(found) < A_PAGE:
            return
        after = (found[-1].asked, found[-1].code)


def _moment(callback: Callback) -> tuple[datetime, str]:
    at = callback.next_at or (callback.window.start if callback.window else callback.asked)
    return at, callback.code


def _line(callback: Callback, zone: ZoneInfo) -> str:
    """Code, state, when, attempts; the telephone's last digits only, and nothing that was said."""
    when = "no time yet"
    if callback.window is not None:
        start, end = (m.astimezone(zone) for m in (callback.window.start, callback.window.end))
        when = f"{start:%m-%d %H:%M}-{end:%H:%M}"
    why = f"  {callback.why}" if callback.why else ""
    return (
        f"{callback.code}  {callback.state:<16}  {when:<17}  {callback.priority}  "
        f"rung {callback.attempt}  …{callback.phone[-4:]}{why}"
    )


def _table(found: tuple[Page, ...]) -> Iterator[str]:
    from assistant.callbacks.ledger import BINS

    if not found:
        yield "Nothing was promised for these days."
        return
    yield "  ".join(("day       ", "promised", *BINS, "share kept"))
    for page in found:
        cells = [f"{page.promised:>8}"]
        cells += [f"{page.counts[which]:>{len(which)}}" for which in BINS]
        share = "-" if page.kept_share is None else f"{page.kept_share:.1%}"
        yield "  ".join((page.first.isoformat(), *cells, share))
