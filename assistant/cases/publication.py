"""What anybody may read of cases, and cases that another system hands over."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import and_, insert, select

from assistant.cases import life
from assistant.cases.history import case_of
from assistant.cases.kinds import building
from assistant.cases.store import requests
from assistant.cases.tables import cases
from assistant.core.case import Published
from assistant.database import storable, vault_of
from assistant.vault.rows import close, open_values

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from sqlalchemy import Row

    from assistant.cases.intake import Intake
    from assistant.core.case import Received
    from assistant.database import Database

SHOWN: Final = ("case.report", "case.complain", "case.suggest")
"Intents whose cases concern the community; what else residents want is nobody's business."
CHANNEL: Final = "open311"


class Publication:
    """Cases as the public sees them: kind, topic, state, days, building; nothing that was said."""

    def __init__(self, database: Database, intake: Intake, next_code: Callable[[], str]) -> None:
        self._database = database
        self._intake = intake
        self._next_code = next_code

    def published(
        self,
        now: datetime,
        *,
        ids: Sequence[str] = (),
        topics: Sequence[str] = (),
        since: date | None = None,
        until: date | None = None,
        is_open: bool | None = None,
        most: int = 1000,
    ) -> tuple[Published, ...]:
        """Cases that fit all filters, the newest first; days are local and both are included."""
        clauses: list[Any] = [requests.c.intent.in_(SHOWN), cases.c.merged_into.is_(None)]
        if ids:
            clauses.append(cases.c.public_id.in_([storable(item) for item in ids]))
        if topics:
            clauses.append(cases.c.topic.in_([storable(item) for item in topics]))
        if since is not None:
            clauses.append(requests.c.created >= self._start(since))
        if until is not None:
            clauses.append(requests.c.created < self._start(until + timedelta(days=1)))
        if is_open is not None:
            clauses.append(requests.c.status == ("open" if is_open else "closed"))
        columns = (cases, requests.c.created, requests.c.place, requests.c.status)
        joined = cases.join(requests, requests.c.code == cases.c.code)
        wanted = select(*columns).select_from(joined).where(and_(*clauses))
        ordered = wanted.order_by(requests.c.created.desc(), cases.c.code.desc()).limit(most)
        with self._database.read() as connection:
            return tuple(self._shown(row, now) for row in connection.execute(ordered))

    def receive(self, received: Received, now: datetime) -> str:
        """Keep a case another system hands over; its public id.

        What this telephone has reported before and is still open has the id of that case.
        """
        row = {
            "code": self._next_code(),
            "intent": "case.report",
            "words": storable(received.words),
            "place": None if received.place is None else storable(received.place),
            "conversation_id": CHANNEL,
            "channel": CHANNEL,
            "contact": storable(received.phone),
            "language": received.language,
            "created": now,
            "status": "open",
        }
        with self._database.begin() as connection:
            closed = close(vault_of(connection), requests.name, row)
            connection.execute(insert(requests).values(**closed))
            self._intake.opened(connection, row, topic=received.topic)
            ours = select(cases.c.merged_into).where(cases.c.code == row["code"])
            code = connection.execute(ours).scalar_one() or row["code"]
            named = select(cases.c.public_id).where(cases.c.code == code)
            return str(connection.execute(named).scalar_one())

    def _shown(self, row: Row[Any], now: datetime) -> Published:
        days, case = self._intake.rules.calendar, case_of(row)
        told = life.told(case, now, self._intake.rules)
        closed = row.status == "closed"
        sealed = {"code": row.code, "place": row.place}
        place = open_values(self._database.vault, requests.name, sealed)["place"]
        return Published(
            id=row.public_id,
            kind=case.kind,
            topic=case.topic,
            open=not closed,
            stage="closed" if closed else told.stage,
            asked=days.local(row.created).date(),
            updated=days.local(case.since).date(),
            due=told.due,
            place=building(place),
        )

    def _start(self, day: date) -> datetime:
        return datetime.combine(day, time.min, self._intake.rules.calendar.zone)
