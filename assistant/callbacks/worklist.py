"""Callbacks as the desk works through them: one view, one page at a time, the most pressing first.

Pages go on behind the last row of the page before (keyset), so that the hundredth costs what the
first does. Called from worker threads.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, Literal, get_args

from sqlalchemy import and_, exists, func, or_, select, text

from assistant.callbacks.outcomes import callback_outcomes
from assistant.callbacks.row import BEING_RUNG, WITH_A_PERSON
from assistant.callbacks.tables import callback_of, callbacks
from assistant.database import storable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import ColumnElement, Select

    from assistant.callbacks.row import Callback
    from assistant.database import Database

View = Literal["all", "mine", "free", "soon", "overdue", "unreached", "waiting"]
"""*free*: nobody has taken it; *soon*: due within `SOON`; *unreached*: a person decides, or nobody
knows whether it rang; *waiting*: she has not chosen a time yet."""
VIEWS: Final[tuple[View, ...]] = get_args(View)
SOON: Final = timedelta(hours=1)
TO_FINISH: Final = timedelta(days=1)
"For so long a talk over the line waits for its outcome in the list of whoever talked."
COUNTED: Final = 1000
"Rows of a view that are counted; more are shown as this many and more."

OPEN = text("callbacks.state NOT IN ('done', 'cancelled')")
"Written as in the partial indexes, which SQLite uses for nothing else."


class Worklist:
    """The views."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def page(
        self, view: View, by: str, now: datetime, after: str = "", most: int = 50
    ) -> tuple[Callback, ...]:
        """Rows of a view from the one behind the code `after` on; `by` is whose *mine* is."""
        table = callbacks.c
        wanted = _view(select(callbacks), view, by, now)
        with self._database.read() as connection:
            at = select(table.due_by, table.code).where(table.code == storable(after))
            last = connection.execute(at).first() if after else None
            if last is not None:
                level = and_(table.due_by == last.due_by, table.code > last.code)
                behind = or_(table.due_by > last.due_by, level)
                wanted = wanted.where(table.due_by >= last.due_by, behind)
            ordered = wanted.order_by(table.due_by, table.code).limit(most)
            return self._opened(connection.execute(ordered))

    def to_finish(self, by: str, now: datetime) -> tuple[Callback, ...]:
        """Those this person has talked about over the line without saying yet what came of it."""
        table = callbacks.c
        said = exists().where(callback_outcomes.c.code == table.code)
        talked = and_(
            table.owner == storable(by),
            table.updated >= now - TO_FINISH,
            table.state == "done",
            table.why == "talked",
            ~said,
        )
        wanted = select(callbacks).where(talked).order_by(table.updated, table.code).limit(COUNTED)
        with self._database.read() as connection:
            return self._opened(connection.execute(wanted))

    def counts(self, by: str, now: datetime) -> dict[View, int]:
        """How many rows each view has, up to `COUNTED`."""
        with self._database.read() as connection:
            return {
                view: connection.execute(
                    select(func.count()).select_from(
                        _view(select(callbacks.c.code), view, by, now).limit(COUNTED).subquery()
                    )
                ).scalar_one()
                for view in VIEWS
            }

    def _opened(self, rows: Iterable[Any]) -> tuple[Callback, ...]:
        return tuple(callback_of(row, self._database.vault) for row in rows)

    def mark(self) -> datetime | None:
        """When anything changed last."""
        with self._database.read() as connection:
            return connection.execute(select(func.max(callbacks.c.updated))).scalar()


def _view(statement: Select[Any], view: View, by: str, now: datetime) -> Select[Any]:
    table = callbacks.c
    states: dict[str, tuple[str, ...]] = {
        "unreached": tuple(WITH_A_PERSON),
        "waiting": ("new", "offered"),
    }
    if view in states:
        return statement.where(table.state.in_(states[view]))
    where: dict[str, tuple[ColumnElement[bool], ...]] = {
        "mine": (table.owner == storable(by),),
        "free": (table.owner.is_(None), table.state.not_in(tuple(BEING_RUNG))),
        "soon": (table.due_by >= now, table.due_by < now + SOON),
        "overdue": (table.due_by < now,),
    }
    return statement.where(OPEN, *where.get(view, ()))
