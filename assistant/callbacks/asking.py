"""What can be asked of the callbacks that are kept. Called from worker threads."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import and_, func, or_, select, tuple_

from assistant.callbacks.row import BEING_RUNG, WITH_A_PERSON
from assistant.callbacks.slipping import Waiting
from assistant.callbacks.tables import (
    callback_history,
    callback_of,
    callback_rings,
    callbacks,
    line_of,
    ring_of,
)
from assistant.core.callback import ENDED, Rung, Window
from assistant.database import storable, vault_of
from assistant.vault.rows import open_row

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection

    from assistant.callbacks.row import Callback, Line, Ring
    from assistant.core.callback import State
    from assistant.database import Database

OPEN = callbacks.c.state.not_in(tuple(ENDED))
PROMISED = callbacks.c.state.not_in((*ENDED, "new", "offered"))
"Takes a place in its window."

LONGEST = timedelta(days=1)
"No window is longer: it is half a day of the office's hours. Bounds what an index has to look at."


class Asking:
    """Reads callbacks, their history and their rings; changes nothing."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, code: str) -> Callback | None:
        """One callback, ended or not."""
        return self._first(callbacks.c.code == storable(code))

    def latest(self, phone: str) -> Callback | None:
        """The callback of this telephone that was asked for last, ended or not."""
        return self._first(self._hers(phone))

    def open_for(self, phone: str) -> tuple[Callback, ...]:
        """What is promised to this telephone: one at most, unless it withholds its number."""
        return self._all(and_(self._hers(phone), OPEN))

    def open_between(self, start: datetime, end: datetime) -> tuple[Callback, ...]:
        """Open promises whose window lies in or across this stretch, the earliest first."""
        across = and_(callbacks.c.window_start < end, callbacks.c.window_end > start)
        return self._all(and_(PROMISED, across))

    def queue(self, start: datetime, end: datetime) -> tuple[Waiting, ...]:
        """Promises of these windows that staff can still ring for; nothing of whose they are."""
        table = callbacks.c
        across = and_(table.window_start < end, table.window_end > start)
        statement = select(
            *(table.code, table.window_start, table.window_end, table.rank, table.asked),
            *(table.state, table.spent, table.told),
        ).where(PROMISED, across, table.state.not_in(tuple(WITH_A_PERSON)))
        with self._database.read() as connection:
            return tuple(
                Waiting(
                    row.code,
                    Window(row.window_start, row.window_end),
                    (row.rank, row.asked, row.code),
                    begun=row.state in BEING_RUNG or row.spent > 0,
                    told=row.told is not None,
                )
                for row in connection.execute(statement)
            )

    def listing(
        self,
        states: Iterable[State],
        limit: int = 100,
        after: tuple[datetime, str] | None = None,
    ) -> tuple[Callback, ...]:
        """Callbacks in these states by `(asked, code)`, from the one behind `after` on."""
        where: ColumnElement[bool] = callbacks.c.state.in_(tuple(states))
        key = tuple_(callbacks.c.asked, callbacks.c.code)
        if after is not None:
            where = and_(where, key > tuple_(*after))
        statement = select(callbacks).where(where).order_by(callbacks.c.asked, callbacks.c.code)
        with self._database.read() as connection:
            found = connection.execute(statement.limit(limit))
            return tuple(callback_of(row, self._database.vault) for row in found)

    def taken(self, windows: Sequence[Window]) -> dict[Window, int]:
        """How many places of each window are promised."""
        with self._database.read() as connection:
            return {window: promised_in(connection, window) for window in windows}

    def history(self, code: str) -> tuple[Line, ...]:
        """Everything that happened to it, the oldest first."""
        table = callback_history
        statement = select(table).where(table.c.code == storable(code)).order_by(table.c.seq)
        with self._database.read() as connection:
            rows = connection.execute(statement).all()
        return tuple(line_of(row, self._database.vault) for row in rows)

    # -- rings ------------------------------------------------------------------------------

    def rings_since(self, moment: datetime) -> int:
        """How many rings, of either telephone, were meant or made since then."""
        statement = select(func.count()).where(callback_rings.c.began >= moment)
        with self._database.read() as connection:
            return int(connection.execute(statement).scalar_one())

    def rings_of(self, code: str) -> tuple[Ring, ...]:
        """Every ring meant or made for it, the oldest first."""
        return self._rings(callback_rings.c.code == storable(code))

    def ring_by(self, carrier_id: str) -> Ring | None:
        """The ring the carrier knows by this id, or `None`."""
        return next(iter(self._rings(callback_rings.c.carrier_id == storable(carrier_id))), None)

    def rings(self, phone: str, since: datetime) -> tuple[Rung, ...]:
        """When this telephone was rung since then, the latest first.

        Rings that never took place, by the carrier's word, are not among them.
        """
        table = callback_rings
        statement = (
            select(table)
            .join(callbacks, callbacks.c.code == table.c.code)
            .where(self._hers(phone), table.c.party == "resident")
            .where(table.c.began >= since, table.c.state != "never")
            .order_by(table.c.began.desc(), table.c.attempt.desc())
        )
        with self._database.read() as connection:
            return tuple(
                Rung(row.code, row.began, "resident", row.reached, row.by_staff)
                for row in connection.execute(statement)
            )

    def _rings(self, where: ColumnElement[bool]) -> tuple[Ring, ...]:
        table = callback_rings
        statement = select(table).where(where).order_by(table.c.began, table.c.party.desc())
        with self._database.read() as connection:
            return tuple(ring_of(row) for row in connection.execute(statement))

    def _hers(self, phone: str) -> ColumnElement[bool]:
        return callbacks.c.phone_index == self._database.vault.index(storable(phone))

    def _first(self, where: ColumnElement[bool]) -> Callback | None:
        latest_first = (callbacks.c.asked.desc(), callbacks.c.code.desc())
        statement = select(callbacks).where(where).order_by(*latest_first).limit(1)
        with self._database.read() as connection:
            found = connection.execute(statement).first()
        return None if found is None else callback_of(found, self._database.vault)

    def _all(self, where: ColumnElement[bool]) -> tuple[Callback, ...]:
        order = (callbacks.c.window_start, callbacks.c.asked, callbacks.c.code)
        with self._database.read() as connection:
            found = connection.execute(select(callbacks).where(where).order_by(*order))
            return tuple(callback_of(row, self._database.vault) for row in found)


def words_in(connection: Connection) -> frozenset[str]:
    """The safe words of open callbacks."""
    table, vault = callbacks, vault_of(connection)
    statement = select(table.c.code, table.c.safe_word).where(OPEN, table.c.safe_word != "")
    rows = connection.execute(statement)
    return frozenset(open_row(vault, table.name, row)["safe_word"] for row in rows)


def promised_in(connection: Connection, window: Window, apart_from: str = "") -> int:
    """Places taken: by promises for this time, and by rings put off to it."""
    table = callbacks.c
    across = and_(
        table.window_start < window.end,
        table.window_start > window.start - LONGEST,
        table.window_end > window.start,
    )
    put_off = and_(table.next_at >= window.start, table.next_at < window.end)
    counted = select(func.count()).select_from(callbacks)
    taken = counted.where(PROMISED, or_(across, put_off), table.code != apart_from)
    return int(connection.execute(taken).scalar_one())
