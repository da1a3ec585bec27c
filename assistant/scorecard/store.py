"""Keeps contacts, counts each day once it changes, and adds days up. Called from worker threads."""

from __future__ import annotations

import statistics
from dataclasses import asdict, fields, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import delete, func, insert, select, update

from assistant.database import storable, upsert
from assistant.scorecard.contacts import Contact, joined
from assistant.scorecard.figures import Share
from assistant.scorecard.measures import ALL, counted
from assistant.scorecard.tables import contact_facts, figure_counts, figure_days

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from zoneinfo import ZoneInfo

    from sqlalchemy import Connection

    from assistant.database import Database

SAME_MATTER: Final = timedelta(days=7)
"Who asks for the same so soon was not helped (SENIOR 7)."
DONE_AFTER: Final = timedelta(days=8)
"After the beginning of a day: its last contact has had its seven days."
_NAMES: Final = tuple(field.name for field in fields(Contact))


class ContactStore:
    """Keeps contacts as they grow."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, parts: Sequence[Contact]) -> None:
        """Keep parts of contacts; a part of one that is kept already is joined to it.

        `person` is the telephone as the journal knows it: its blind index is kept.
        """
        with self._database.begin() as connection:
            for part in sorted(parts, key=lambda one: one.at):
                self._keep(connection, part)

    def _keep(self, connection: Connection, part: Contact) -> None:
        table = contact_facts
        person = self._database.vault.index(storable(part.person))
        again = False if person else None
        part = replace(part, id=storable(part.id), person=person, again=again)
        row = connection.execute(select(table).where(table.c.id == part.id)).first()
        if row is not None:
            older = _contact(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name of a row's columns
            part = replace(joined(older, part), again=older.again)
        upsert(connection, table, [asdict(part)])
        self._mark(connection, part)

    def _mark(self, connection: Connection, part: Contact) -> None:
        """Earlier contacts about the same have come again; so has this one, if later ones did."""
        if not part.person or not part.topic:
            return
        table = contact_facts.c
        same = (table.person == part.person, table.topic == part.topic, table.id != part.id)
        before = (table.at <= part.at, table.at >= part.at - SAME_MATTER)
        marking = update(contact_facts).where(*same, *before, table.again.is_(False))
        connection.execute(marking.values(again=True))
        connection.execute(
            delete(figure_counts).where(
                figure_counts.c.day.in_(select(table.day).where(*same, *before))
            )
        )


class Ledger:
    """What was counted of each day, and sums of it."""

    def __init__(self, database: Database, zone: ZoneInfo) -> None:
        self._database, self._zone = database, zone

    def refresh(self, now: datetime) -> int:
        """Count every day anew that may have changed since it was counted; how many those were.

        Today is counted each time, a day of the last week once a day, an older one never again.
        """
        stale = self._stale(now)
        for day in stale:
            self.count(day, now)
        return len(stale)

    def _stale(self, now: datetime) -> list[str]:
        """Days that were never counted, or not since they may have changed.

        Contacts are many and days are few: contacts are asked only for days nobody has counted.
        """
        table = contact_facts.c
        with self._database.read() as connection:
            kept_at = select(figure_counts.c.day, figure_counts.c.at)
            counted_at = {row.day: row.at for row in connection.execute(kept_at)}
            ends = connection.execute(select(func.min(table.day), func.max(table.day))).one()
            unknown = [day for day in _days(*ends) if day not in counted_at]
            asked = select(table.day).where(table.day.in_(unknown)).distinct()
            fresh = list(connection.execute(asked).scalars())
        today = self._date(now)
        again = [day for day, at in counted_at.items() if self._open(day, at, today)]
        return sorted([*fresh, *again])

    def _open(self, day: str, at: datetime, today: date) -> bool:
        if day >= today.isoformat():
            return True
        counted_on = self._date(at)
        return counted_on < today and counted_on < date.fromisoformat(day) + DONE_AFTER

    def count(self, day: str, now: datetime) -> None:
        """Count one day from its contacts."""
        table = contact_facts
        with self._database.begin() as connection:
            found = connection.execute(select(table).where(table.c.day == day)).mappings()
            settled = now - SAME_MATTER
            shares = counted([_settled(_contact(row), settled) for row in found])
            connection.execute(delete(figure_days).where(figure_days.c.day == day))
            rows = [
                {"day": day, "figure": name, "cut": cut, "part": one.part, "whole": one.whole}
                for (name, cut), one in shares.items()
            ]
            if rows:
                connection.execute(insert(figure_days), rows)
            upsert(connection, figure_counts, [{"day": day, "at": now}])

    def shares(self, first: date, last: date) -> dict[tuple[str, str], Share]:
        """Sums over the days from `first` to `last`, by measure and group."""
        table = figure_days.c
        wanted = (
            select(table.figure, table.cut, func.sum(table.part), func.sum(table.whole))
            .where(table.day >= first.isoformat(), table.day <= last.isoformat())
            .group_by(table.figure, table.cut)
        )
        with self._database.read() as connection:
            rows = connection.execute(wanted).all()
        return {(name, cut): Share(int(part), int(whole)) for name, cut, part, whole in rows}

    def by_day(self, figure: str, first: date, last: date) -> dict[date, int]:
        """What a figure counted on each day of a stretch; a day without any is left out."""
        table = figure_days.c
        days = (table.day >= first.isoformat(), table.day <= last.isoformat())
        wanted = select(table.day, table.part).where(
            table.figure == figure, table.cut == ALL, *days
        )
        with self._database.read() as connection:
            rows = connection.execute(wanted).all()
        return {date.fromisoformat(day): int(part) for day, part in rows}

    def first(self) -> date | None:
        """The first day that was counted; `None` before that."""
        with self._database.read() as connection:
            day = connection.execute(select(func.min(figure_counts.c.day))).scalar()
        return None if day is None else date.fromisoformat(day)

    def seconds_to_offer(self, first: date, last: date) -> int | None:
        """The median from the beginning of a contact to the emergency number; `None` without."""
        table = contact_facts.c
        days = (table.day >= first.isoformat(), table.day <= last.isoformat())
        wanted = select(table.offer_s).where(table.offer_s.is_not(None), *days)
        with self._database.read() as connection:
            found = [int(second) for second in connection.execute(wanted).scalars()]
        return statistics.median_low(found) if found else None

    def _date(self, moment: datetime) -> date:
        return moment.astimezone(self._zone).date()


def _days(first: str | None, last: str | None) -> list[str]:
    """Every day of the calendar from `first` to `last`, ISO; none without contacts."""
    if first is None or last is None:
        return []
    begin, end = date.fromisoformat(first), date.fromisoformat(last)
    return [(begin + timedelta(days=n)).isoformat() for n in range((end - begin).days + 1)]


def _contact(row: Mapping[Any, Any]) -> Contact:
    return Contact(**{name: row[name] for name in _NAMES})


def _settled(contact: Contact, until: datetime) -> Contact:
    """With `again` unknown where its seven days are not over."""
    return contact if contact.at <= until else replace(contact, again=None)


def kept(connection: Connection, found: Iterable[Contact]) -> None:
    """Write contacts as they are, whose `person` is an index already: for made-up communities."""
    rows = [asdict(one) for one in found]
    if rows:
        connection.execute(insert(contact_facts), rows)
