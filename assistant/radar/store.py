"""Keeps risks and what staff decided about them. No words: codes lead to the cases."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, Literal

from sqlalchemy import JSON, Column, Float, Index, Integer, Table, Text, select, update

from assistant.database import UtcDateTime, metadata, storable, upsert

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection

    from assistant.database import Database
    from assistant.radar.clusters import Cluster

State = Literal["raised", "accepted", "dismissed"]
GOES_ON: Final = timedelta(hours=24)
"A report of the same within a day of the latest belongs to the risk that stands."
SHOWN: Final = timedelta(days=7)
MOST: Final = 100

risks = Table(
    "risks",
    metadata,
    Column("id", Text, primary_key=True),
    Column("topic", Text, nullable=False),
    Column("buildings", JSON, nullable=False),
    Column("streets", JSON, nullable=False),
    Column("codes", JSON, nullable=False),
    Column("voices", Integer, nullable=False),
    Column("begun", UtcDateTime, nullable=False),
    Column("latest", UtcDateTime, nullable=False),
    Column("odds", Float, nullable=False),
    Column("state", Text, nullable=False),
    Column("notice", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("decided", UtcDateTime),
    Index(None, "state", "latest"),
)


@dataclass(frozen=True, slots=True)
class Risk:
    """One risk as it is kept."""

    id: str
    topic: str
    buildings: tuple[int, ...]
    streets: tuple[str, ...]
    codes: tuple[str, ...]
    "Of the cases it was seen in, the earliest first."
    voices: int
    "Residents at the height of it."
    begun: datetime
    latest: datetime
    odds: float
    state: State
    notice: str = ""
    "Id of the notice that answers the next caller; empty for none."
    by: str = ""
    "Who decided."
    decided: datetime | None = None


class RiskStore:
    """Keeps risks. Called from worker threads."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def seen(self, cluster: Cluster) -> tuple[Risk, bool]:
        """Raise a risk, or add to the one that stands; which it is, and whether it is new.

        What staff have dismissed grows silently and is not raised again.
        """
        with self._database.begin() as connection:
            standing = self._standing(connection, cluster)
            risk = _new(cluster) if standing is None else _grown(standing, cluster)
            upsert(connection, risks, [_row(risk)])
        return risk, standing is None

    def _standing(self, connection: Connection, cluster: Cluster) -> Risk | None:
        table = risks.c
        recent = table.latest >= cluster.latest - GOES_ON
        rows = connection.execute(select(risks).where(recent).order_by(table.latest.desc()))
        own = set(cluster.codes)
        known = [_risk(row._mapping) for row in rows]  # noqa: SLF001 - SQLAlchemy's public name
        return next((one for one in known if own & set(one.codes)), None)

    def decide(self, identity: str, state: State, by: str, now: datetime, notice: str = "") -> bool:
        """A named person accepts or dismisses a risk; false where somebody was faster."""
        waiting = (risks.c.id == storable(identity)) & (risks.c.state == "raised")
        values = {"state": state, "by": storable(by), "decided": now, "notice": notice}
        with self._database.begin() as connection:
            return connection.execute(update(risks).where(waiting).values(**values)).rowcount == 1

    def get(self, identity: str) -> Risk | None:
        """One risk, or `None`."""
        wanted = select(risks).where(risks.c.id == storable(identity))
        with self._database.read() as connection:
            row = connection.execute(wanted).mappings().first()
        return None if row is None else _risk(row)

    def listing(self, now: datetime) -> tuple[Risk, ...]:
        """Those of the last seven days, undecided ones first, then the latest."""
        wanted = select(risks).where(risks.c.latest >= now - SHOWN)
        with self._database.read() as connection:
            rows = connection.execute(wanted.order_by(risks.c.latest.desc()).limit(MOST)).mappings()
            found = [_risk(row) for row in rows]
        return tuple(sorted(found, key=lambda one: one.state != "raised"))


def _new(cluster: Cluster) -> Risk:
    return Risk(
        id=uuid.uuid4().hex,
        topic=cluster.topic,
        buildings=tuple(sorted(cluster.buildings)),
        streets=tuple(sorted(cluster.streets)),
        codes=cluster.codes,
        voices=cluster.voices,
        begun=cluster.begun,
        latest=cluster.latest,
        odds=cluster.odds,
        state="raised",
    )


def _grown(risk: Risk, cluster: Cluster) -> Risk:
    codes = (*risk.codes, *(code for code in cluster.codes if code not in risk.codes))
    return replace(
        risk,
        topic=risk.topic or cluster.topic,
        buildings=tuple(sorted({*risk.buildings, *cluster.buildings})),
        streets=tuple(sorted({*risk.streets, *cluster.streets})),
        codes=codes,
        voices=max(risk.voices, cluster.voices),
        begun=min(risk.begun, cluster.begun),
        latest=max(risk.latest, cluster.latest),
        odds=min(risk.odds, cluster.odds),
    )


def _row(risk: Risk) -> dict[str, Any]:
    values = {field.name: getattr(risk, field.name) for field in fields(Risk)}
    lists = {name: list(values[name]) for name in ("buildings", "streets", "codes")}
    return values | lists


def _risk(row: Mapping[Any, Any]) -> Risk:
    values = {field.name: row[field.name] for field in fields(Risk)}
    tuples = {name: tuple(values[name]) for name in ("buildings", "streets", "codes")}
    return Risk(**(values | tuples))
