"""What staff say a callback came to: carried out `UNDO` later, and taken back at will till then.

What is kept here has no effect by itself: whoever looks every few seconds carries out what is old
enough (`ringing/outcomes.py`), so that a process that ends in between loses nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, Literal, get_args

from sqlalchemy import (
    Boolean,
    Column,
    Index,
    Integer,
    Table,
    Text,
    delete,
    func,
    insert,
    select,
    update,
)

from assistant.callbacks.writing import lock
from assistant.core.callback import Window
from assistant.database import UtcDateTime, metadata, storable
from assistant.vault.rows import close, open_values

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

    from assistant.database import Database

Outcome = Literal["settled", "more", "not_reached", "wrong_number", "another_time"]
"""Reached and settled; reached, more is to be done; not reached; somebody else's number; she wants
another time."""
OUTCOMES: Final[tuple[Outcome, ...]] = get_args(Outcome)
UNDO: Final = timedelta(seconds=10)
"For so long a slip of the finger can be taken back (SENIOR 8)."

callback_outcomes = Table(
    "callback_outcomes",
    metadata,
    Column("code", Text, primary_key=True),
    Column("nth", Integer, primary_key=True),
    Column("outcome", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("note", Text, nullable=False),
    Column("window_start", UtcDateTime),
    Column("window_end", UtcDateTime),
    Column("carried_out", Boolean, nullable=False),
    Index(None, "carried_out", "at"),
)


@dataclass(frozen=True, slots=True)
class Given:
    """One outcome as it was given."""

    code: str
    nth: int
    "1 for the first of this callback."
    outcome: Outcome
    by: str
    at: datetime
    note: str
    carried_out: bool
    window: Window | None = None
    "For `another_time`: which."

    @property
    def cause(self) -> str:
        """What the history names as the cause of its steps: tells whether they were taken."""
        return f"outcome {self.nth}"


class OutcomeStore:
    """Keeps outcomes. Called from worker threads."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def give(
        self,
        code: str,
        outcome: Outcome,
        by: str,
        note: str,
        now: datetime,
        window: Window | None = None,
    ) -> bool:
        """Keep an outcome; false while another one of this callback waits to be carried out."""
        table, ours = callback_outcomes, callback_outcomes.c.code == storable(code)
        with self._database.begin() as connection:
            lock(connection, f"outcome {code}")
            found = connection.execute(select(table.c.nth, table.c.carried_out).where(ours)).all()
            if any(not row.carried_out for row in found):
                return False
            row = {
                "code": storable(code),
                "nth": max((row.nth for row in found), default=0) + 1,
                "outcome": outcome,
                "by": storable(by),
                "at": now,
                "note": storable(note),
                "window_start": None if window is None else window.start,
                "window_end": None if window is None else window.end,
                "carried_out": False,
            }
            closed = close(self._database.vault, table.name, row)
            connection.execute(insert(table).values(**closed))
        return True

    def take_back(self, code: str, by: str, now: datetime) -> Given | None:
        """Forget what this person said a moment ago; `None` where it is too late for that."""
        table = callback_outcomes
        mine = (table.c.code == storable(code)) & (table.c.by == storable(by))
        fresh = mine & table.c.carried_out.is_(False) & (table.c.at > now - UNDO)
        with self._database.begin() as connection:
            row = connection.execute(delete(table).where(fresh).returning(table)).first()
        return None if row is None else self._given(row)

    def ripe(self, now: datetime, most: int = 100) -> tuple[Given, ...]:
        """What can no longer be taken back and was not carried out, the oldest first."""
        table = callback_outcomes
        return self._all(table.c.carried_out.is_(False) & (table.c.at <= now - UNDO), most)

    def carried_out(self, given: Given) -> None:
        """It is done."""
        table = callback_outcomes
        ours = (table.c.code == storable(given.code)) & (table.c.nth == given.nth)
        with self._database.begin() as connection:
            connection.execute(update(table).where(ours).values(carried_out=True))

    def waiting(self, codes: tuple[str, ...]) -> dict[str, Given]:
        """Of these callbacks, what was said and is not carried out yet."""
        table = callback_outcomes
        these = table.c.code.in_([storable(code) for code in codes])
        return {one.code: one for one in self._all(table.c.carried_out.is_(False) & these, 1000)}

    def of(self, code: str) -> tuple[Given, ...]:
        """Everything staff said of one callback, the oldest first."""
        return self._all(callback_outcomes.c.code == storable(code), 1000)

    def mark(self) -> tuple[int, datetime | None]:
        """Another value after every change: how many there are waiting, and when the last came."""
        table = callback_outcomes
        counted = select(func.count(), func.max(table.c.at)).where(table.c.carried_out.is_(False))
        with self._database.read() as connection:
            count, last = connection.execute(counted).one()
        return int(count), last

    def _all(self, where: ColumnElement[bool], most: int) -> tuple[Given, ...]:
        table = callback_outcomes
        ordered = select(table).where(where).order_by(table.c.at, table.c.code, table.c.nth)
        with self._database.read() as connection:
            return tuple(self._given(row) for row in connection.execute(ordered.limit(most)))

    def _given(self, row: Any) -> Given:  # noqa: ANN401 - a row's columns are known to the table only
        window = None if row.window_start is None else Window(row.window_start, row.window_end)
        names = [item.name for item in fields(Given) if item.name != "window"]
        plain = {name: getattr(row, name) for name in names}
        opened = open_values(self._database.vault, callback_outcomes.name, plain)
        return Given(**opened, window=window)


def as_outcome(text: str) -> Outcome | None:
    """The outcome of that name, or `None`."""
    return next((known for known in OUTCOMES if known == text), None)
