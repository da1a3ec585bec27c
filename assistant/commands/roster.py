"""`run.py roster`: who rings residents back, and who is away."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from assistant.commands.common import config_option, data_option, the_house

if TYPE_CHECKING:
    from assistant.callbacks.people import Person, Shift, Staff

NOBODY = "{name}: nobody of this name is on the roster; run.py roster list shows who is"


@click.group()
def roster() -> None:
    """Who rings residents back: list them, add and remove people, note who is away."""


@roster.command("list")
@config_option
@data_option
def list_(config_path: Path | None, data: Path | None) -> None:
    """Everybody on the roster, when they work, and when they are away."""
    with the_house(config_path, data) as house:
        staff = house.promises.roster.staff()
        now = house.clock.now()
        present = {person.name for person in staff.on_duty(now)}
        for person in staff.people:
            mark = "on duty" if person.name in present else ""
            languages = ",".join(person.languages)
            line = f"{person.name}  {person.phone}  {languages}  {_hours(person)}  {mark}"
            click.echo(line.rstrip())
            for absence in _away(staff, person.name, now):
                click.echo(f"  {absence}")
        if not staff.people:
            click.echo("Nobody is on the roster; add somebody with run.py roster add.")


@roster.command()
@click.argument("name")
@click.argument("phone")
@click.option(
    "--languages", default="", help="Languages they speak, e.g. zh,en.  [default: the site's first]"
)
@click.option(
    "--days", default="", help="Weekdays they work, e.g. MO,TU,FR.  [default: the office's hours]"
)
@click.option("--hours", multiple=True, help="With --days, e.g. 08:30-11:30; may be given twice.")
@click.option("--from", "begins", default=None, help="First day, e.g. 2026-12-01.")
@click.option("--to", "ends", default=None, help="Last day.")
@config_option
@data_option
def add(
    name: str,
    phone: str,
    *,
    languages: str,
    days: str,
    hours: tuple[str, ...],
    begins: str | None,
    ends: str | None,
    config_path: Path | None,
    data: Path | None,
) -> None:
    """Put NAME with PHONE on the roster."""
    from assistant.callbacks.people import Person
    from assistant.core.phones import e164

    first, last = day_of("--from", begins), day_of("--to", ends)
    if first is not None and last is not None and last < first:
        raise click.UsageError(f"--to {ends} is before --from {begins}; correct one of them")
    shifts = _shifts(days, hours)
    with the_house(config_path, data) as house:
        site = house.config.site
        number = e164(phone, site.country)
        if not number.startswith("+"):
            raise click.ClickException(
                f"{phone}: not a telephone number; write it like 0571-88001234"
            )
        spoken = tuple(filter(None, languages.replace(" ", "").split(","))) or site.languages[:1]
        strange = [language for language in spoken if language not in site.languages]
        if strange:
            known = ", ".join(site.languages)
            raise click.ClickException(
                f"{strange[0]}: the line does not speak it; it knows {known}"
            )
        person = Person(name.strip(), number, spoken, shifts, first, last)
        if not person.name:
            raise click.ClickException("The name is empty; write how colleagues call them.")
        if not house.promises.roster.add(person):
            raise click.ClickException(f"{name}: on the roster already; remove them first")
        click.echo(f"{name} is on the roster.")


@roster.command()
@click.argument("name")
@click.option("--from", "begins", default=None, help="Day or time, e.g. 2026-12-01T09:00.  [now]")
@click.option("--to", "ends", default=None, help="Day (to its end) or time.  [end of today]")
@config_option
@data_option
def absent(
    name: str, begins: str | None, ends: str | None, config_path: Path | None, data: Path | None
) -> None:
    """NAME does not work for a while; promises that can no longer be kept are told in time."""
    from assistant.core.callback import Window

    with the_house(config_path, data) as house:
        now, zone = house.clock.now(), ZoneInfo(house.config.site.timezone)
        start = now if begins is None else _moment("--from", begins, zone, whole_day=False)
        last = ends or start.astimezone(zone).date().isoformat()
        end = _moment("--to", last, zone, whole_day=True)
        if end <= start:
            raise click.UsageError("--to is not after --from; correct one of them")
        if not house.promises.roster.absent(
            name, Window(start.astimezone(UTC), end.astimezone(UTC))
        ):
            raise click.ClickException(NOBODY.format(name=name))
        click.echo(f"{name} is away from {_when(start, zone)} to {_when(end, zone)}.")


@roster.command()
@click.argument("name")
@config_option
@data_option
def back(name: str, config_path: Path | None, data: Path | None) -> None:
    """NAME works again from now on."""
    with the_house(config_path, data) as house:
        if not house.promises.roster.back(name, house.clock.now()):
            raise click.ClickException(f"{name}: not away; run.py roster list shows who is")
        click.echo(f"{name} is back.")


@roster.command()
@click.argument("name")
@config_option
@data_option
def remove(name: str, config_path: Path | None, data: Path | None) -> None:
    """Take NAME off the roster."""
    with the_house(config_path, data) as house:
        if not house.promises.roster.remove(name):
            raise click.ClickException(NOBODY.format(name=name))
        click.echo(f"{name} is off the roster.")


def _hours(person: Person) -> str:
    if not person.shifts:
        return "office hours"
    from assistant.callbacks.people import written_shifts

    rows = written_shifts(person.shifts)
    return " ".join(f"{row['byday']} {row['opens_at']}-{row['closes_at']}" for row in rows)


def _away(staff: Staff, name: str, now: datetime) -> list[str]:
    coming = sorted(
        absence.away
        for absence in staff.absences
        if absence.name == name and absence.away.end > now
    )
    return [f"away {_when(a.start, staff.zone)} to {_when(a.end, staff.zone)}" for a in coming]


def _when(moment: datetime, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M}"


def day_of(option: str, written: str | None) -> date | None:
    """The day an option names; `None` without one."""
    if written is None:
        return None
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise click.UsageError(f"{option} {written}: not a day; write it like 2026-12-01") from None


def _moment(option: str, written: str, zone: ZoneInfo, *, whole_day: bool) -> datetime:
    """A day or a time; a day ends at its midnight where `whole_day` is meant, else begins there."""
    try:
        at = datetime.fromisoformat(written)
    except ValueError:
        raise click.UsageError(
            f"{option} {written}: not a day or a time; write it like 2026-12-01 or 2026-12-01T14:00"
        ) from None
    if whole_day and len(written) == len("2026-12-01"):
        at += timedelta(days=1)
    return at.replace(tzinfo=zone) if at.tzinfo is None else at


def _shifts(days: str, hours: Sequence[str]) -> tuple[Shift, ...]:
    from assistant.callbacks.people import WEEKDAYS, Shift

    if bool(days) != bool(hours):
        raise click.UsageError("--days and --hours go together; without both, the office's hold")
    named = [day for day in days.upper().replace(" ", "").split(",") if day]
    strange = [day for day in named if day not in WEEKDAYS]
    if strange:
        raise click.UsageError(f"--days {strange[0]}: not a weekday; write MO,TU,WE,TH,FR,SA,SU")
    chosen = frozenset(WEEKDAYS.index(day) for day in named)
    return tuple(Shift(chosen, *_stretch(stretch)) for stretch in hours)


def _stretch(written: str) -> tuple[time, time]:
    opens, _, closes = written.partition("-")
    try:
        found = time.fromisoformat(opens.strip()), time.fromisoformat(closes.strip())
    except ValueError:
        found = time(), time()
    if found[0] >= found[1]:
        raise click.UsageError(f"--hours {written}: not a stretch of a day; write 08:30-11:30")
    return found
