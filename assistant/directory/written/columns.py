"""Columns of ours in `schedules`: `holidays`, `festival` and `lunar`. Pure.

What cannot be read counts as absent.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from assistant.core import calendar
from assistant.core.service import LunarSpan

if TYPE_CHECKING:
    from assistant.core.service import HolidayRule

_RULES: Final[dict[str, HolidayRule]] = {
    "closed": "closed",
    "休": "closed",
    "休息": "closed",
    "open": "open",
    "照常": "open",
    "only": "only",
    "只在节假日": "only",
    "workdays": "workdays",
    "工作日": "workdays",
}
_SPAN = re.compile(r"(?:(\d{1,2})/)?(\d{1,2})(?:-(?:(\d{1,2})/)?(\d{1,2}))?")
_MONTHS: Final = 12


def holiday_rule(text: str) -> HolidayRule:
    """`closed`, `open`, `only` or `workdays`; 休, 照常, 只在节假日, 工作日."""
    return _RULES.get(text.strip().casefold(), "")


def festival(text: str) -> str:
    """A festival with days off, by its name in `core.calendar`: `spring`, `national` and so on."""
    name = text.strip().casefold()
    return name if name in calendar.PUBLISHED else ""


def lunar_days(text: str) -> tuple[LunarSpan, ...]:
    """Days of the lunar calendar: `1,15` of every month, `8/15`, or `12/30-1/6`."""
    found = [_span(part) for part in text.replace("，", ",").split(",") if part.strip()]
    spans = tuple(span for span in found if span is not None)
    return spans if len(spans) == len(found) else ()


def _span(text: str) -> LunarSpan | None:
    found = _SPAN.fullmatch(text.strip())
    if found is None:
        return None
    month, day = int(found[1] or 0), int(found[2])
    to_month = int(found[3] or 0) or month
    to_day = int(found[4] or 0) or day
    days_fit = all(1 <= one <= calendar.LONGEST_MONTH for one in (day, to_day))
    fits = days_fit and month <= _MONTHS and to_month <= _MONTHS and bool(month) == bool(to_month)
    return LunarSpan(month, day, to_month, to_day) if fits else None
