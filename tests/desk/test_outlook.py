"""How long callbacks took changes how many are promised."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import insert

from assistant.callbacks.tables import callback_history
from assistant.outlook import handled, look_for
from tests.desk.around import START

if TYPE_CHECKING:
    from datetime import datetime

    from tests.desk.around import Around

MIN = timedelta(minutes=1)


def talked(around: Around, count: int, minutes: int, before: timedelta) -> None:
    """So many callbacks in which the talk took so long."""
    rung = START - before
    with around.database.begin() as connection:
        for number in range(count):
            code = f"T{before.days}{number}"
            for seq, (event, at) in enumerate(
                (("ResidentRung", rung), ("Talked", rung + minutes * MIN)), start=1
            ):
                connection.execute(insert(callback_history).values(**line(code, seq, event, at)))


def line(code: str, seq: int, event: str, at: datetime) -> dict[str, object]:
    """A line of the history that fitted."""
    return {
        "code": code, "seq": seq, "at": at, "after": "done", "event": event, "cause": "test",
        "accepted": True,
    }  # fmt: skip


def test_long_talks_leave_room_for_fewer(around: Around) -> None:
    """Eight minutes set, sixty talks of sixteen: promises are planned with fourteen."""
    book = around.house.promises.book
    assert book.handling_min == 8
    talked(around, 60, 16, timedelta(days=3))
    look = look_for(around.house)
    assert book.handling_min == pytest.approx(14)
    talked(around, 5, 16, timedelta(days=90))
    look.look()
    assert book.handling_min == pytest.approx(14)
    assert handled(around.database, START - timedelta(days=60), START) == (60, 16)


def test_without_talks_the_setting_holds(around: Around) -> None:
    """And nothing was measured."""
    look_for(around.house)
    assert around.house.promises.book.handling_min == 8
    assert handled(around.database, START - timedelta(days=60), START) == (0, None)
