"""Reads the tables of times: text, start, end, grain; the grain `none` means no time was said."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, cast
from zoneinfo import ZoneInfo

from assistant.core.interval import Grain, Interval

if TYPE_CHECKING:
    from pathlib import Path

ZONE = ZoneInfo("Asia/Shanghai")


def at(moment: str) -> datetime:
    """`2026-11-25 09:00` in the site's zone."""
    return datetime.fromisoformat(moment).replace(tzinfo=ZONE)


def rows(path: Path) -> list[tuple[str, Interval | None]]:
    """What a table expects, row by row."""
    found: list[tuple[str, Interval | None]] = []
    for line in path.read_text(encoding="utf-8").splitlines()[1:]:
        text, start, end, grain = line.split("\t")
        if grain == "none":
            found.append((text, None))
            continue
        ends = [None if moment == "-" else at(moment) for moment in (start, end)]
        found.append((text, Interval(ends[0], ends[1], cast("Grain", grain))))
    return found
