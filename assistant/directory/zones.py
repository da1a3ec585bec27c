"""The zones opening times are meant in. Pure."""

from __future__ import annotations

from datetime import UTC, timedelta, timezone, tzinfo
from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.core.service import Schedule

_OFFSET_DIGITS = 2


def zone_of(schedules: Sequence[Schedule], default: str) -> tzinfo:
    """The zone the times are meant in: an IANA name or an offset; else the directory's."""
    for schedule in schedules:
        found = _zone(schedule.timezone) if schedule.timezone else None
        if found is not None:
            return found
    return _zone(default) or UTC


@lru_cache(maxsize=256)
def _zone(name: str) -> tzinfo | None:
    digits = name.lstrip("+-").replace(":", "")
    if digits.isdecimal():
        hours, minutes = int(digits[:_OFFSET_DIGITS]), int(digits[_OFFSET_DIGITS:] or 0)
        offset = timedelta(hours=hours, minutes=minutes)
        if offset >= timedelta(days=1):
            return None
        return timezone(-offset if name.startswith("-") else offset)
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None
