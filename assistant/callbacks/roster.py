"""The roster in the database: who rings residents back, and who is away when."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sqlalchemy import JSON, Boolean, Column, Date, Table, Text, and_, delete, func, select, update

from assistant.callbacks.people import Absence, Person, Staff, read_shifts, written_shifts
from assistant.core.callback import Window
from assistant.database import UtcDateTime, insert_once, metadata, storable, upsert
from assistant.vault.rows import close, open_row

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row, Select

    from assistant.database import Database
    from assistant.vault.sealing import Vault

roster_people = Table(
    "roster_people",
    metadata,
    Column("name", Text, primary_key=True),
    Column("phone", Text, nullable=False),
    Column("languages", JSON, nullable=False),
    Column("shifts", JSON, nullable=False),
    Column("begins", Date),
    Column("ends", Date),
    Column("rung", UtcDateTime),
    Column("removed", Boolean, nullable=False),
)
roster_absences = Table(
    "roster_absences",
    metadata,
    Column("name", Text, primary_key=True),
    Column("start", UtcDateTime, primary_key=True),
    Column("end", UtcDateTime, nullable=False),
)

DEMO = (
    Person("王芳", "+8657188001241", ("zh",)),
    Person("李明", "+8657188001242", ("zh", "en")),
)
"""Made-up people at made-up extensions of the demo community, so that a fresh house has somebody on
duty; the office puts its own in their place."""
_MADE_UP = frozenset((person.name, person.phone) for person in DEMO)


@dataclass(frozen=True, slots=True)
class Office:
    """What the roster has to know of the office itself."""

    zone: ZoneInfo
    country: str
    hours: Callable[[], object]
    "Reads the office's hours, `staff_hours` of `community.json`; asked anew each time."
    usual: object
    "Hours in the same form, where the community names none."
    real: bool = False
    "Telephones ring in earnest: made-up people are left out, since their numbers may be anybody's."


class Roster:
    """Keeps the people of the office. Called from worker threads."""

    def __init__(self, database: Database, office: Office) -> None:
        self._database = database
        self._office = office
        self._read: Staff | None = None

    def staff(self) -> Staff:
        """The roster as it stands, with the office's hours."""
        office = self._office
        hours = read_shifts(office.hours()) or read_shifts(office.usual)
        with self._database.read() as connection:
            rows = connection.execute(_listed())
            listed = tuple(_person(row, self._database.vault) for row in rows)
            away = tuple(
                Absence(row.name, Window(row.start, row.end))
                for row in connection.execute(select(roster_absences))
            )
        people = tuple(one for one in listed if not (office.real and _made_up(one)))
        self._read = Staff(office.zone, office.country, hours, people, away)
        return self._read

    def last_read(self) -> Staff:
        """The roster as it was last read: for use inside a transaction, asks nothing anew."""
        return self._read or self.staff()

    def on_duty(self, now: datetime, language: str = "") -> tuple[Person, ...]:
        """Who works at this moment, in the order their telephones are rung."""
        return self.staff().on_duty(now, language)

    def load_demo(self) -> bool:
        """Put the made-up people on a roster nobody was ever on; whether that was done."""
        with self._database.begin() as connection:
            if connection.execute(select(func.count()).select_from(roster_people)).scalar_one():
                return False
            rows = [_row(person, self._database.vault) for person in DEMO]
            upsert(connection, roster_people, rows)
            return True

    def add(self, person: Person) -> bool:
        """Put somebody on the roster; false where that name is on it already."""
        with self._database.begin() as connection:
            connection.execute(
                delete(roster_people).where(
                    roster_people.c.name == storable(person.name), roster_people.c.removed
                )
            )
            return insert_once(connection, roster_people, _row(person, self._database.vault))

    def put_on(self, name: str, phone: str, languages: tuple[str, ...]) -> bool:
        """Put somebody who works the office's hours on the roster; false where the name is taken.

        `phone` is E.164.
        """
        return self.add(Person(name, phone, languages))

    def absent(self, name: str, away: Window) -> bool:
        """Somebody does not work then; false where nobody of that name is on the roster."""
        with self._database.begin() as connection:
            if not _known(connection, name):
                return False
            row = {"name": storable(name), "start": away.start, "end": away.end}
            upsert(connection, roster_absences, [row])
            return True

    def back(self, name: str, now: datetime) -> bool:
        """Somebody works again from now on; false where they were not away, nor about to be."""
        table = roster_absences
        mine = table.c.name == storable(name)
        with self._database.begin() as connection:
            coming = connection.execute(delete(table).where(mine, table.c.start >= now)).rowcount
            running = connection.execute(
                update(table).where(mine, table.c.start < now, table.c.end > now).values(end=now)
            ).rowcount
        return bool(coming + running)

    def remove(self, name: str) -> bool:
        """Take somebody off the roster; false where nobody of that name is on it.

        The row stays, so that the made-up people do not come back to a roster that was emptied.
        """
        with self._database.begin() as connection:
            if not _known(connection, name):
                return False
            mine = storable(name)
            connection.execute(
                update(roster_people).where(roster_people.c.name == mine).values(removed=True)
            )
            connection.execute(delete(roster_absences).where(roster_absences.c.name == mine))
            return True

    def rung(self, name: str, now: datetime) -> None:
        """Their telephone is rung now: next time somebody else's is first."""
        mine = roster_people.c.name == storable(name)
        with self._database.begin() as connection:
            connection.execute(update(roster_people).where(mine).values(rung=now))

    def demo_listed(self) -> bool:
        """Whether made-up people are still on the roster."""
        with self._database.read() as connection:
            rows = connection.execute(_listed())
            return any(_made_up(_person(row, self._database.vault)) for row in rows)


def take(connection: Connection, person: Person, now: datetime) -> bool:
    """Their telephone is rung from now on; false where it was since `person` was read.

    Part of the transaction that means the ring: of two diallers that chose the same member of staff
    at one moment, one has to look for another.
    """
    table = roster_people.c
    unchanged = and_(
        table.name == storable(person.name),
        table.removed.is_(False),
        table.rung.is_not_distinct_from(person.rung),
    )
    return connection.execute(update(roster_people).where(unchanged).values(rung=now)).rowcount == 1


def _made_up(person: Person) -> bool:
    return (person.name, person.phone) in _MADE_UP


def _listed() -> Select[tuple[object, ...]]:
    table = roster_people
    return select(table).where(table.c.removed.is_(False)).order_by(table.c.name)


def _known(connection: Connection, name: str) -> bool:
    statement = _listed().where(roster_people.c.name == storable(name))
    return connection.execute(statement).first() is not None


def _person(row: Row[tuple[object, ...]], vault: Vault) -> Person:
    return Person(
        row.name,
        open_row(vault, roster_people.name, row)["phone"],
        tuple(row.languages),
        read_shifts(row.shifts),
        row.begins,
        row.ends,
        row.rung,
    )


def _row(person: Person, vault: Vault) -> dict[str, object]:
    row = {
        "name": storable(person.name),
        "phone": storable(person.phone),
        "languages": list(person.languages),
        "shifts": written_shifts(person.shifts),
        "begins": person.begins,
        "ends": person.ends,
        "rung": person.rung,
        "removed": False,
    }
    return close(vault, roster_people.name, row)
