"""Joins the figures of the strategic triangle over one database.

What the line does not measure is on the page as unknown, with the reason beside its definition in
`docs/figures.md`: a figure that is left out looks as if all were well.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Final, Literal

from sqlalchemy import and_, func, select

from assistant.cases.store import requests
from assistant.cases.tables import case_history, cases
from assistant.outlook import handled
from assistant.polls.tables import ballots
from assistant.public.store import PublicStore
from assistant.rights.tables import rights
from assistant.scorecard import figures
from assistant.scorecard.figures import Share, Spread
from assistant.scorecard.measures import ALL, Gap, gaps
from assistant.scorecard.store import Ledger

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from zoneinfo import ZoneInfo

    from sqlalchemy import ColumnElement, Select

    from assistant.database import Database

Corner = Literal["value", "support", "capacity"]
"Public value, legitimacy and support, operational capacity."
STEPS: Final = 5
"Places where most contacts came to nothing that are named."
UNKNOWN: Final = Share(0, 0)


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of the triangle, with what it was counted among."""

    name: str
    corner: Corner
    share: Share | None = None
    spread: Spread | None = None
    seconds: int | None = None
    "A median in seconds, for what takes no minutes."
    minutes: float | None = None
    "A mean in minutes."
    known: int = 0
    "Of a mean: how many it is of."

    @property
    def unknown(self) -> bool:
        """Whether nothing was counted."""
        return (
            (self.share is None or not self.share.whole)
            and (self.spread is None or self.spread.median_min is None)
            and self.seconds is None
            and self.minutes is None
        )


@dataclass(frozen=True, slots=True)
class Triangle:
    """Everything of so many days up to now."""

    days: int
    figures: tuple[Figure, ...]
    steps: tuple[tuple[str, Share], ...]
    "Last prompts of contacts that came to nothing, the commonest first."
    gaps: tuple[Gap, ...]


class Valuing:
    """Counts on request. Called from worker threads."""

    def __init__(self, database: Database, zone: ZoneInfo) -> None:
        self._database, self._zone = database, zone
        self.ledger = Ledger(database, zone)
        self.published = PublicStore(database)

    # -- the triangle -----------------------------------------------------------------------

    def triangle(self, days: int, now: datetime) -> Triangle:
        """The figures of the last days, today among them; `Ledger.refresh` comes before it."""
        last = self._day(now)
        first = last - timedelta(days=days - 1)
        shares = self.ledger.shares(first, last)
        stretch = (self._midnight(first), now)
        found = (*self._value(shares, first, last), *self._support(shares, stretch, first, last))
        left = {
            name.partition("@")[2]: share
            for (name, cut), share in shares.items()
            if cut == ALL and name.startswith("left@")
        }
        steps = sorted(left.items(), key=lambda row: (-row[1].part, row[0]))[:STEPS]
        every = (*found, *self._capacity(shares, stretch))
        return Triangle(days, every, tuple(steps), gaps(shares))

    def _value(
        self, shares: Mapping[tuple[str, str], Share], first: date, last: date
    ) -> Iterable[Figure]:
        names = ("resolved", "settled_by_staff", "came_again", "unfinished", "emergencies_meant")
        yield from (_of(name, "value", shares) for name in names)
        yield Figure("offered_after", "value", seconds=self.ledger.seconds_to_offer(first, last))

    def _support(
        self,
        shares: Mapping[tuple[str, str], Share],
        stretch: tuple[datetime, datetime],
        first: date,
        last: date,
    ) -> Iterable[Figure]:
        received, answered, spread = self._suggestions(stretch)
        yield Figure("suggestions_answered", "support", Share(answered, received), spread)
        adopted = min(self.published.adopted(first, last), received)
        yield Figure("suggestions_adopted", "support", Share(adopted, received))
        yield Figure("complaints_upheld", "support", UNKNOWN)
        met, waited = self._rights(stretch)
        yield Figure("data_requests", "support", met, waited)
        yield _of("opted_out", "support", shares)
        yield Figure("turnout", "support", Share(self._voices(stretch), 0))

    def _capacity(
        self, shares: Mapping[tuple[str, str], Share], stretch: tuple[datetime, datetime]
    ) -> Iterable[Figure]:
        yield from (_of(name, "capacity", shares) for name in ("answered_soon", "abandoned"))
        yield _of("understood", "capacity", shares)
        known, mean = handled(self._database, *stretch)
        yield Figure("minutes", "capacity", minutes=mean, known=known)
        yield Figure("after_call_work", "capacity", UNKNOWN)
        yield Figure("reopened", "capacity", self._reopened(stretch))
        yield Figure("uptime", "capacity", UNKNOWN)

    # -- counts -----------------------------------------------------------------------------

    def _suggestions(self, stretch: tuple[datetime, datetime]) -> tuple[int, int, Spread]:
        """Suggestions of the stretch, those answered or closed since, and how long that took."""
        line = case_history.c
        done = and_(line.code == requests.c.code, line.deed.in_(("answer", "close")))
        own = and_(cases.c.kind == "suggestion", cases.c.merged_into.is_(None))
        wanted = (
            select(requests.c.created, func.min(line.at))
            .join(cases, cases.c.code == requests.c.code)
            .outerjoin(case_history, done)
            .where(own, *_within(requests.c.created, stretch))
            .group_by(requests.c.code, requests.c.created)
        )
        with self._database.read() as connection:
            rows = [(created, at) for created, at in connection.execute(wanted)]
        answered = sum(at is not None for _, at in rows)
        return len(rows), answered, figures.time_to_reach(rows)

    def _rights(self, stretch: tuple[datetime, datetime]) -> tuple[Share, Spread]:
        """Wishes about what is kept that ended, in time or not, and how long they took."""
        table = rights.c
        wanted = select(table.asked, table.ended, table.due).where(*_within(table.asked, stretch))
        with self._database.read() as connection:
            rows = connection.execute(wanted).all()
        ended = [row for row in rows if row.ended is not None]
        in_time = Share(sum(row.ended <= row.due for row in ended), len(ended))
        return in_time, figures.time_to_reach((row.asked, row.ended) for row in rows)

    def _voices(self, stretch: tuple[datetime, datetime]) -> int:
        """Votes; who might have voted is not known to the line."""
        counted = select(func.count()).select_from(ballots).where(*_within(ballots.c.day, stretch))
        return self._count(counted)

    def _reopened(self, stretch: tuple[datetime, datetime]) -> Share:
        """Cases opened again, among closings of the stretch."""
        table = case_history.c
        within = _within(table.at, stretch)
        one = select(func.count()).select_from(case_history).where(*within)
        reopened = self._count(one.where(table.deed == "reopen"))
        closed = self._count(one.where(table.deed == "close", table.before != "closed"))
        return Share(reopened, max(reopened, closed))

    def _count(self, wanted: Select[int]) -> int:
        with self._database.read() as connection:
            return int(connection.execute(wanted).scalar_one())

    def _day(self, moment: datetime) -> date:
        return moment.astimezone(self._zone).date()

    def _midnight(self, day: date) -> datetime:
        return datetime.combine(day, time(), self._zone)


def _of(name: str, corner: Corner, shares: Mapping[tuple[str, str], Share]) -> Figure:
    return Figure(name, corner, shares.get((name, ALL), UNKNOWN))


def _within(
    column: ColumnElement[datetime], stretch: tuple[datetime, datetime]
) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return column >= stretch[0], column < stretch[1]
