"""Counts what the scorecard shows, from the rows of the rooms; nothing of what anybody said.

Over a big community counting takes a second, more than a page may: it is done beside the pages, and
whoever looks meanwhile is shown what was counted last, with its time.
"""

from __future__ import annotations

import logging
import threading
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final, Literal, get_args

from assistant.callbacks import ledger
from assistant.callbacks.records import Records
from assistant.figure_rows import FigureRows
from assistant.scorecard import figures
from assistant.scorecard.charts import Bars, drawn
from assistant.valuing import Valuing

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from assistant.cases.book import CaseBook
    from assistant.database import Database
    from assistant.directory.counter import Counter
    from assistant.outlook import Foresight, Outlook
    from assistant.scorecard.store import Ledger
    from assistant.valuing import Triangle

log = logging.getLogger(__name__)

SHORT, LONG = 7, 30
"Days of the two stretches that are looked at; talks and texts are kept no longer than the second."
KEPT: Final = timedelta(minutes=1)
"Counting takes a second over 100,000 cases and 50,000 callbacks, and is not begun more often."
PATIENCE_S = 0.1
"A page waits so long for a new count, half of what it may take; a small house is done by then."
COUNTED: Final = 100_000
"Overdue cases are counted so far."
Chart = Literal["requests", "contacts", "hours"]
CHARTS: Final[tuple[Chart, ...]] = get_args(Chart)


@dataclass(frozen=True, slots=True)
class Stretch:
    """The figures of so many days up to now."""

    days: int
    bins: Mapping[ledger.Bin, int]
    "Promises whose window began in them, by what became of them."
    kept: figures.Share
    reached: figures.Spread
    "From asking to being reached, for callbacks asked for in them."
    taken: figures.Spread
    "From alarm to somebody taking it."
    states: Mapping[str, int]
    "Texts asked for, or moved on, in them, by state."
    delivered: figures.Share
    satisfaction: figures.Satisfaction


@dataclass(frozen=True, slots=True)
class Series:
    """One chart with the words its columns stand under: keys of the desk's sentences."""

    name: Chart
    columns: tuple[str, ...]
    bars: Bars


@dataclass(frozen=True, slots=True)
class Scorecard:
    """Everything on the page."""

    at: datetime
    "When it was counted."
    stretches: tuple[Stretch, ...]
    "The shorter first."
    overdue: figures.Share
    "Among cases that are open now."
    stale: figures.Share
    "Services that nobody has checked for so long that they are not vouched for, among all."
    charts: tuple[Series, ...]
    triangle: Triangle
    "Public value, support and capacity, of the longer stretch."
    outlook: Outlook | None
    "The next two weeks; `None` where nobody is rung back."


@dataclass(frozen=True, slots=True)
class Look:
    """What can be shown at this moment."""

    card: Scorecard | None
    "What was counted last; `None` before the first count."
    counting: bool
    "Whether a newer one is under way."


class Figures:
    """Counts anew when somebody looks and a minute has passed. Called from web threads."""

    charts = CHARTS

    def __init__(
        self,
        database: Database,
        book: CaseBook,
        directory: Counter,
        zone: ZoneInfo,
        foresight: Foresight | None = None,
    ) -> None:
        self._rows, self._book, self._directory = FigureRows(database), book, directory
        self._records, self._zone = Records(database), zone
        self._valuing, self._foresight = Valuing(database, zone), foresight
        self._guard = threading.Lock()
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="scorecard")
        self._begun: datetime | None = None
        self._count: Future[None] | None = None
        self._kept: Scorecard | None = None

    @property
    def ledger(self) -> Ledger:
        """What was counted of each day."""
        return self._valuing.ledger

    def look(self, now: datetime) -> Look:
        """The count of the last minute; an older one, or none, where counting takes longer.

        Waits `PATIENCE_S` at most. One count serves the page and its charts.
        """
        with self._guard:
            count = self._under_way(now)
        wait((count,), PATIENCE_S)
        with self._guard:
            return Look(self._kept, counting=not count.done())

    def chart(self, name: Chart, now: datetime) -> bytes | None:
        """One chart as an SVG file; `None` before the first count."""
        card = self.look(now).card
        if card is None:
            return None
        return drawn(next(one.bars for one in card.charts if one.name == name))

    def _under_way(self, now: datetime) -> Future[None]:
        """The latest count, begun if its minute has passed: one at a time."""
        kept = self._begun is not None and self._begun <= now < self._begun + KEPT
        if self._count is None or (self._count.done() and not kept):
            self._begun, self._count = now, self._pool.submit(self._anew, now)
        return self._count

    def _anew(self, now: datetime) -> None:
        try:
            card = self.counted(now)
        except Exception:
            log.exception("the scorecard could not be counted; it is tried again in a minute")
            return
        with self._guard:
            self._kept = card

    def counted(self, now: datetime) -> Scorecard:
        """Everything as of `now`, counted at once: a second over a big community."""
        self._valuing.ledger.refresh(now)
        return Scorecard(
            now,
            tuple(self.stretch(days, now) for days in (SHORT, LONG)),
            self._overdue(now),
            self._stale(now),
            self._charts(now),
            self._valuing.triangle(LONG, now),
            None if self._foresight is None else self._foresight.outlook(now),
        )

    def stretch(self, days: int, now: datetime) -> Stretch:
        """The figures of the last days, today among them."""
        since = self._since(days, now)
        bins = ledger.count(self._records.promises(since, now), now)
        states = self._rows.text_states(since)
        return Stretch(
            days,
            bins,
            figures.promises_kept({str(name): count for name, count in bins.items()}),
            figures.time_to_reach(self._rows.reached(since, now)),
            figures.time_to_take(self._rows.taken(since, now)),
            states,
            figures.texts_delivered(states),
            figures.satisfaction(self._rows.marks(since, now)),
        )

    def _charts(self, now: datetime) -> tuple[Series, ...]:
        """The counts of the last `LONG` days."""
        since, rows = self._since(LONG, now), self._rows
        came = (rows.opened(since, now), rows.closed(since, now))
        talks = (rows.talks("voice", since), rows.talks("sms", since))
        hours = tuple(str(hour) for hour in range(figures.HOURS))
        by_hour = tuple(figures.by_hour(moments, self._zone) for moments in talks)
        return (
            Series("requests", ("opened", "closed"), self._by_day(came, now)),
            Series("contacts", ("voice", "sms"), self._by_day(talks, now)),
            Series("hours", ("voice", "sms"), Bars(hours, by_hour)),
        )

    def _by_day(self, found: tuple[tuple[datetime, ...], ...], now: datetime) -> Bars:
        days = figures.last_days(now.astimezone(self._zone).date(), LONG)
        rows = tuple(figures.by_day(moments, days, self._zone) for moments in found)
        return Bars(tuple(f"{day:%m-%d}" for day in days), rows)

    # -- now --------------------------------------------------------------------------------

    def _overdue(self, now: datetime) -> figures.Share:
        return figures.Share(self._book.overdue_count(now, COUNTED), self._rows.open_cases())

    def _stale(self, now: datetime) -> figures.Share:
        listed = self._directory.listing("", now.astimezone(self._zone).date())
        stale = sum(
            any(found.kind in {"stale", "undated"} for found in one.findings) for one in listed
        )
        return figures.Share(stale, len(listed))

    def _since(self, days: int, now: datetime) -> datetime:
        """The midnight at which the first of so many days began."""
        today = now.astimezone(self._zone).replace(hour=0, minute=0, second=0, microsecond=0)
        return today - timedelta(days=days - 1)
