"""Callbacks that were promised and rung, written down as the line writes them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import insert

from assistant.callbacks.row import Callback
from assistant.callbacks.tables import callback_history, callback_rings, callbacks, values_of
from assistant.core.callback import Window

if TYPE_CHECKING:
    from datetime import datetime

    from assistant.core.callback import State
    from tests.desk.around import Around

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def promised(
    around: Around, code: str, start: datetime, rung: datetime | None, state: State = "done"
) -> None:
    """A callback asked for a day before its window of two hours, rung once and reached, or not."""
    window = Window(start, start + 2 * HOUR)
    row = Callback(
        code, f"+86138{code[2:]}00", "zh", "callback.book", "", "voice", "c", start - DAY,
        state=state, window=window, updated=start, version=1,
        lost="staff" if state == "unknown" else None,
    )  # fmt: skip
    line = {
        "code": code, "seq": 1, "at": start - DAY, "after": "booked", "event": "Booked",
        "cause": "test", "accepted": True, "window_start": window.start, "window_end": window.end,
    }  # fmt: skip
    with around.database.begin() as connection:
        connection.execute(
            insert(callbacks).values(**values_of(row, around.database.vault), fence=0)
        )
        connection.execute(insert(callback_history).values(**line))
        if rung is not None:
            ring = {"code": code, "attempt": 1, "party": "resident", "nth": 1, "state": "over"}
            ring |= {"began": rung, "reached": True, "by_staff": False}
            connection.execute(insert(callback_rings).values(**ring))
