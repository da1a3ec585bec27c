"""Every promise that was made, put together from the history and the rings of callbacks."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import groupby, pairwise
from typing import TYPE_CHECKING

from sqlalchemy import select

from assistant.callbacks.ledger import Attempt, Promised
from assistant.callbacks.row import Line, Ring
from assistant.callbacks.tables import callback_history, callback_rings, line_of, ring_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from assistant.database import Database


@dataclass(frozen=True, slots=True)
class Handled:
    """How long callbacks took, from the ring of her telephone to the end of the talk."""

    talks: int
    mean_min: float


class Records:
    """Reads what the ledger counts. Called from worker threads."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def promises(self, start: datetime, end: datetime) -> tuple[Promised, ...]:
        """Every promise whose window begins in this stretch, in the order of windows and codes."""
        found = [
            promise
            for lines, rings in self._told(start, end)
            for promise in promises_of(lines, rings)
            if start <= promise.window.start < end
        ]
        return tuple(sorted(found, key=lambda one: (one.window, one.code, one.made)))

    def handled(self, start: datetime, end: datetime) -> Handled | None:
        """The mean length of the callbacks of these windows; `None` without any."""
        lengths = [length for lines, _ in self._told(start, end) for length in _talks(lines)]
        if not lengths:
            return None
        mean = sum(lengths, timedelta()) / len(lengths)
        return Handled(len(lengths), mean / timedelta(minutes=1))

    def _told(self, start: datetime, end: datetime) -> list[tuple[list[Line], list[Ring]]]:
        """History and rings of every callback that was ever promised a window of this stretch."""
        history, rings = callback_history, callback_rings
        codes = select(history.c.code).where(
            history.c.window_start >= start, history.c.window_start < end
        )
        lines = select(history).where(history.c.code.in_(codes))
        rung = select(rings).where(rings.c.code.in_(codes), rings.c.party == "resident")
        with self._database.read() as connection:
            read = connection.execute(lines.order_by(history.c.code, history.c.seq))
            told = [line_of(row, self._database.vault) for row in read]
            made = [ring_of(row) for row in connection.execute(rung.order_by(rings.c.attempt))]
        by_code: dict[str, list[Ring]] = {}
        for ring in made:
            by_code.setdefault(ring.code, []).append(ring)
        grouped = groupby(told, key=lambda line: line.code)
        return [(list(one), by_code.get(code, [])) for code, one in grouped]


def promises_of(lines: Sequence[Line], rings: Iterable[Ring]) -> tuple[Promised, ...]:
    """The promises one callback went through, the earliest first; its rings go to their own."""
    accepted = [line for line in lines if line.accepted]
    made: list[Promised] = []
    for before, line in pairwise([None, *accepted]):
        if line is None:
            continue
        if line.window is not None and (before is None or line.window != before.window):
            made = [*made[:-1], *(replace(one, left=line.at, how="moved") for one in made[-1:])]
            made.append(Promised(line.code, line.window, line.at))
        if made and _withdrawn(line):
            made[-1] = replace(made[-1], left=line.at, how="withdrawn")
    took_place = [Attempt(ring.began, ring.reached) for ring in rings if ring.state != "never"]
    return tuple(
        replace(one, rings=tuple(ring for ring in took_place if _belongs(ring, one)))
        for one in made
    )


def _belongs(ring: Attempt, promised: Promised) -> bool:
    moved_before = (
        promised.how == "moved" and promised.left is not None and promised.left <= ring.at
    )
    return promised.made <= ring.at and not moved_before


def _withdrawn(line: Line) -> bool:
    """Taken back by her, or closed by a person without a ring."""
    return line.after == "cancelled" or (line.after == "done" and line.event == "StaffDecision")


def _talks(lines: Sequence[Line]) -> list[timedelta]:
    found = []
    rung: datetime | None = None
    for line in lines:
        if line.accepted and line.event == "ResidentRung":
            rung = line.at
        elif line.accepted and line.event == "Talked" and rung is not None:
            found.append(line.at - rung)
    return found
