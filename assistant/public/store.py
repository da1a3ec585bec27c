"""Keeps what was published, so that no month is ever published twice, and what was changed."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Final

from sqlalchemy import JSON, Column, Table, Text, delete, insert, select

from assistant.database import UtcDateTime, insert_once, metadata, storable
from assistant.public.hiding import published
from assistant.public.month import Month

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.database import Database

SHOWN: Final = 12
"Changes on the page, the latest first."

public_months = Table(
    "public_months",
    metadata,
    Column("month", Text, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("cells", JSON, nullable=False),
)
"Only what is published: a hidden count is kept nowhere here."

public_changes = Table(
    "public_changes",
    metadata,
    Column("id", Text, primary_key=True),
    Column("day", Text, nullable=False),
    Column("asked", JSON, nullable=False),
    Column("done", JSON, nullable=False),
    Column("by", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)
"What residents asked for and what the office did, by language, in the office's words."

Count = Callable[[date], Mapping[str, int]]
"Counts every cell of the month that begins on this day."


@dataclass(frozen=True, slots=True)
class Change:
    """You said, we did."""

    id: str
    day: date
    asked: Mapping[str, str]
    done: Mapping[str, str]
    "By language."


class PublicStore:
    """What the public page shows. Called from web threads."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def months(self, firsts: Sequence[date], count: Count, now: datetime) -> tuple[Month, ...]:
        """The months that begin on these days; one asked for the first time is counted and kept.

        Whoever counts it at the same moment keeps what the other has kept.
        """
        wanted = [f"{first:%Y-%m}" for first in firsts]
        kept = self._kept(wanted)
        for first, name in zip(firsts, wanted, strict=True):
            if name not in kept:
                row = {"month": name, "at": now, "cells": published(count(first))}
                with self._database.begin() as connection:
                    insert_once(connection, public_months, row)
        kept = self._kept(wanted)
        return tuple(Month(first, kept[name]) for first, name in zip(firsts, wanted, strict=True))

    def _kept(self, wanted: Sequence[str]) -> dict[str, dict[str, int | None]]:
        table = public_months.c
        chosen = select(table.month, table.cells).where(table.month.in_(wanted))
        with self._database.read() as connection:
            return {name: dict(cells) for name, cells in connection.execute(chosen)}

    # -- you said, we did -------------------------------------------------------------------

    def changes(self, most: int = SHOWN) -> tuple[Change, ...]:
        """What was changed, the latest first."""
        table = public_changes
        latest = select(table).order_by(table.c.day.desc(), table.c.at.desc()).limit(most)
        with self._database.read() as connection:
            rows = connection.execute(latest).all()
        return tuple(
            Change(row.id, date.fromisoformat(row.day), dict(row.asked), dict(row.done))
            for row in rows
        )

    def adopted(self, first: date, last: date) -> int:
        """Changes of a stretch of days."""
        table = public_changes.c
        days = select(table.id).where(table.day >= first.isoformat(), table.day <= last.isoformat())
        with self._database.read() as connection:
            return len(connection.execute(days).all())

    def tell(
        self, asked: Mapping[str, str], done: Mapping[str, str], by: str, now: datetime
    ) -> None:
        """Publish a change, with a sentence in every language."""
        row = {
            "id": uuid.uuid4().hex,
            "day": now.date().isoformat(),
            "asked": {language: storable(text) for language, text in asked.items()},
            "done": {language: storable(text) for language, text in done.items()},
            "by": storable(by),
            "at": now,
        }
        with self._database.begin() as connection:
            connection.execute(insert(public_changes).values(**row))

    def take_back(self, identity: str) -> bool:
        """Take a change off the page; whether it was there."""
        table = public_changes
        with self._database.begin() as connection:
            ours = delete(table).where(table.c.id == storable(identity))
            return connection.execute(ours).rowcount == 1
