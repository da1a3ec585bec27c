"""Which counts a month has, and in which table each stands. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from assistant.public.hiding import share

if TYPE_CHECKING:
    from assistant.public.hiding import Cells

GROUPS: Final[Mapping[str, tuple[str, ...]]] = {
    "services": ("service.",),
    "today": ("today.",),
    "callbacks": ("callback.",),
    "repairs": ("case.report",),
    "complaints": ("case.complain",),
    "suggestions": ("case.suggest", "poll."),
    "progress": ("case.status", "case.thank", "feedback."),
    "danger": ("safety.",),
    "learning": ("learn.",),
    "own_data": ("privacy.",),
}
"What residents asked, in the order of the page: beginnings of intents. An intent is in one group."
CHANNELS: Final = ("voice", "sms")
BINS: Final = ("kept", "late", "broken")
"Of the promises to ring back, those whose keeping lay with the office."
SETTLED_AFTER: Final = 7
"Days of the next month after which a month is published: by then its promises are over."
TABLES: Final[Mapping[str, tuple[str, ...]]] = {
    "asked": tuple(f"asked.{group}.{channel}" for group in GROUPS for channel in CHANNELS),
    "promises": tuple(f"promises.{name}" for name in BINS),
    "cases": ("cases.received", "cases.closed"),
    "content": ("content.yes", "content.no"),
}
"Cells by table. `cases` are two counts of two kinds of event, not parts of one whole."
CELLS: Final = tuple(name for names in TABLES.values() for name in names)


@dataclass(frozen=True, slots=True)
class Month:
    """What was published of one month."""

    first: date
    cells: Cells

    @property
    def kept_percent(self) -> int | None:
        """Promises kept among those that were ours to keep, from published cells only."""
        return share("promises.kept", TABLES["promises"], self.cells)

    @property
    def content_percent(self) -> int | None:
        """Those content among those who answered, from published cells only."""
        return share("content.yes", TABLES["content"], self.cells)


def group_of(intent: str) -> str | None:
    """The group of an intent; `None` for what is not told."""
    return next((name for name, begins in GROUPS.items() if intent.startswith(begins)), None)


def asked(by_intent: Mapping[tuple[str, str], int]) -> dict[str, int]:
    """Cells of what residents asked from counts by intent and channel."""
    cells = dict.fromkeys(TABLES["asked"], 0)
    for (intent, channel), count in by_intent.items():
        name = f"asked.{group_of(intent)}.{channel}"
        if name in cells:
            cells[name] += count
    return cells


def months(today: date, count: int) -> tuple[date, ...]:
    """First days of the last months that are settled, the latest first."""
    first = (today - timedelta(days=SETTLED_AFTER)).replace(day=1)
    found: list[date] = []
    for _ in range(count):
        first = (first - timedelta(days=1)).replace(day=1)
        found.append(first)
    return tuple(found)


def end_of(first: date) -> date:
    """The first day of the next month."""
    return (first + timedelta(days=31)).replace(day=1)


def rows(found: Sequence[Month]) -> list[list[str]]:
    """The CSV: a head, then a line a cell with one column a month; `<10` where it is hidden."""
    head = ["figure", *(f"{one.first:%Y-%m}" for one in found)]
    return [head] + [[name, *(_cell(one, name) for one in found)] for name in CELLS]


def _cell(month: Month, name: str) -> str:
    if name not in month.cells:
        return ""
    count = month.cells[name]
    return "<10" if count is None else str(count)
