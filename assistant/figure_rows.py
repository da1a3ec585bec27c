"""The rows behind the scorecard: when what happened, and how often; nothing anybody said."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import and_, func, not_, select

from assistant.alarms.store import alarms
from assistant.callbacks.tables import callback_rings, callbacks
from assistant.cases.store import requests
from assistant.cases.tables import case_feedback, case_history, cases
from assistant.drill.numbers import CALL, MARK
from assistant.memory.store import conversations
from assistant.outbox.tables import outbox
from assistant.scorecard import figures

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Select

    from assistant.database import Database

    Spans = Select[datetime, datetime | None]
    "When something began, and when it was over; `None` while it is not."


class FigureRows:
    """Asks the tables of the rooms; `since` is included, `now` is not. Called from any thread."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def reached(self, since: datetime, now: datetime) -> list[tuple[datetime, datetime | None]]:
        """When each callback was asked for, and when a ring reached her first."""
        ring = callback_rings.c
        reached = and_(ring.code == callbacks.c.code, ring.party == "resident", ring.reached)
        return self._spans(
            select(callbacks.c.asked, func.min(ring.began))
            .outerjoin_from(callbacks, callback_rings, reached)
            .where(callbacks.c.asked >= since, callbacks.c.asked < now)
            .where(callbacks.c.state != "cancelled")
            .group_by(callbacks.c.code, callbacks.c.asked)
        )

    def taken(self, since: datetime, now: datetime) -> list[tuple[datetime, datetime | None]]:
        """When each alarm was raised, and when somebody took it, or closed it at once."""
        table = alarms.c
        taken = func.coalesce(table.taken, table.closed)
        ours = table.closed_by.is_distinct_from(MARK)
        raised = and_(table.created >= since, table.created < now)
        return self._spans(select(table.created, taken).where(raised, ours))

    def opened(self, since: datetime, now: datetime) -> tuple[datetime, ...]:
        """Requests by when they were taken down; merged ones and those of a drill are left out."""
        joined = requests.join(cases, cases.c.code == requests.c.code)
        stretch = and_(requests.c.created >= since, requests.c.created < now)
        own = cases.c.merged_into.is_(None)
        return self._moments(select(requests.c.created).select_from(joined).where(stretch, own))

    def closed(self, since: datetime, now: datetime) -> tuple[datetime, ...]:
        """Closings of cases by when they were: one reopened and closed again has two."""
        table = case_history.c
        stretch = and_(table.at >= since, table.at < now)
        return self._moments(
            select(table.at).where(stretch, table.deed == "close", table.before != "closed")
        )

    def talks(self, channel: str, since: datetime) -> tuple[datetime, ...]:
        """Conversations of residents by when their last word was said."""
        table = conversations.c
        ours = not_(table.id.startswith(CALL))
        return self._moments(
            select(table.updated).where(table.channel == channel, table.updated >= since, ours)
        )

    def text_states(self, since: datetime) -> dict[str, int]:
        """Texts asked for, or moved on, since then, by state; those of a drill are left out."""
        counted = select(outbox.c.state, func.count()).where(
            outbox.c.updated >= since, not_(outbox.c.key.contains(CALL))
        )
        with self._database.read() as connection:
            rows = connection.execute(counted.group_by(outbox.c.state))
            return {str(state): int(count) for state, count in rows}

    def marks(self, since: datetime, now: datetime) -> list[figures.Mark]:
        """What residents said of what was done for them, when they were asked."""
        table = case_feedback.c
        asked = and_(table.how != "told", table.asked >= since, table.asked < now)
        wanted = select(table.given, table.score, table.of).where(asked)
        with self._database.read() as connection:
            return [
                figures.Mark(given is not None, score, of)
                for given, score, of in connection.execute(wanted)
            ]

    def open_cases(self) -> int:
        """Cases that are open now, without those merged into another."""
        joined = requests.join(cases, cases.c.code == requests.c.code)
        standing = and_(requests.c.status == "open", cases.c.merged_into.is_(None))
        wanted = select(func.count()).select_from(joined).where(standing)
        with self._database.read() as connection:
            return int(connection.execute(wanted).scalar_one())

    def _spans(self, wanted: Spans) -> list[tuple[datetime, datetime | None]]:
        with self._database.read() as connection:
            return [(begun, ended) for begun, ended in connection.execute(wanted)]

    def _moments(self, wanted: Select[datetime]) -> tuple[datetime, ...]:
        with self._database.read() as connection:
            return tuple(connection.execute(wanted).scalars())
