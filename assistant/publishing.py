"""Counts the months that are published, and hands the public page what it shows."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sqlalchemy import and_, func, not_, select

from assistant.callbacks import ledger
from assistant.callbacks.records import Records
from assistant.cases.store import requests
from assistant.cases.tables import case_feedback, case_history, cases
from assistant.public import PublicParts
from assistant.public.month import BINS, CHANNELS, asked, end_of
from assistant.public.store import PublicStore
from assistant.scorecard.figures import CONTENT_FROM
from assistant.scorecard.store import Ledger

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Select

    from assistant.app import House
    from assistant.database import Database

Stretch = tuple[datetime, datetime]
"From its first moment to the first one after it."


class Months:
    """Counts every cell of a month, before anything is hidden. Called from web threads."""

    def __init__(self, database: Database, zone: ZoneInfo) -> None:
        self._database, self._zone = database, zone
        self._records, self._ledger = Records(database), Ledger(database, zone)

    def count(self, first: date) -> dict[str, int]:
        """The cells of the month that begins on this day."""
        end = end_of(first)
        stretch = (self._midnight(first), self._midnight(end))
        content = Counter(self._content(stretch))
        return {
            **asked(self._by_intent(first, end)),
            **self._promises(stretch),
            "cases.received": self._number(_opened(stretch)),
            "cases.closed": self._number(_closed(stretch)),
            "content.yes": content[True],
            "content.no": content[False],
        }

    def first(self) -> date | None:
        """The first day that was counted; `None` before that."""
        return self._ledger.first()

    def _by_intent(self, first: date, end: date) -> dict[tuple[str, str], int]:
        shares = self._ledger.shares(first, end - timedelta(days=1))
        return {
            (name.partition("@")[2], channel): share.part
            for channel in CHANNELS
            for (name, cut), share in shares.items()
            if cut == f"channel={channel}" and name.startswith("asked@")
        }

    def _promises(self, stretch: Stretch) -> dict[str, int]:
        """By what had become of each a week after the month."""
        until = stretch[1] + timedelta(days=7)
        bins = ledger.count(self._records.promises(*stretch), until)
        return {f"promises.{name}": bins[name] for name in ledger.BINS if name in BINS}

    def _content(self, stretch: Stretch) -> list[bool]:
        table = case_feedback.c
        within = _within(table.given, stretch)
        wanted = select(table.score, table.of).where(*within, table.score.is_not(None))
        with self._database.read() as connection:
            rows = connection.execute(wanted).all()
        return [row.score / row.of >= CONTENT_FROM for row in rows if row.of]

    def _number(self, wanted: Select[int]) -> int:
        with self._database.read() as connection:
            return int(connection.execute(wanted).scalar_one())

    def _midnight(self, day: date) -> datetime:
        return datetime.combine(day, time(), self._zone)


def _within(
    column: ColumnElement[datetime], stretch: Stretch
) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return column >= stretch[0], column < stretch[1]


def _opened(stretch: Stretch) -> Select[int]:
    """Cases taken down; merged ones are left out, a drill has none."""
    joined = requests.join(cases, cases.c.code == requests.c.code)
    own = and_(cases.c.merged_into.is_(None), *_within(requests.c.created, stretch))
    return select(func.count()).select_from(joined).where(own)


def _closed(stretch: Stretch) -> Select[int]:
    """Closings; one opened again and closed again has two."""
    table = case_history.c
    closed = and_(table.deed == "close", not_(table.before == "closed"))
    within = _within(table.at, stretch)
    return select(func.count()).select_from(case_history).where(closed, *within)


def public_parts(house: House) -> PublicParts:
    """What the public page of a house needs."""
    site = house.config.the_site()
    months = Months(house.database, ZoneInfo(site.timezone))
    return PublicParts(
        site=site.name,
        languages=site.languages,
        now=house.clock.now,
        store=PublicStore(house.database),
        count=months.count,
        first=months.first,
    )
