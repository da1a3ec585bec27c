"""Promises as iCalendar (RFC 5545), for the calendar on the office's wall or computer.

Without names, numbers or reasons: a calendar is shown to whoever walks past it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event
from icalendar.enums import STATUS

from assistant.callbacks.row import Callback

MADE_BY = "-//Neighbour Line//callbacks//EN"
UID = "neighbour-line-callbacks"


def written(callbacks: Iterable[Callback], zone: ZoneInfo, title: str, now: datetime) -> bytes:
    """An iCalendar file of every callback that has a window.

    UID is the callback's code, SEQUENCE its version, so that a calendar that reads the file again
    moves and strikes out what has changed. `title` stands before the code in each summary. `now`
    is the stamp of the file. The zone's own rules are part of it.
    """
    calendar = Calendar.new(prodid=MADE_BY, uid=UID)
    for callback in callbacks:
        event = _event(callback, zone, title, now)
        if event is not None:
            calendar.add_component(event)
    # The rules of a year before and after are enough for promises of weeks.
    first, last = (now.date().replace(month=1, day=1) + timedelta(days=d) for d in (-366, 731))
    calendar.add_missing_timezones(first, last)
    return bytes(calendar.to_ical())


def _event(callback: Callback, zone: ZoneInfo, title: str, now: datetime) -> Event | None:
    if callback.window is None:
        return None
    return Event.new(
        uid=callback.code,
        start=callback.window.start.astimezone(zone),
        end=callback.window.end.astimezone(zone),
        stamp=now.astimezone(UTC),
        sequence=callback.version,
        status=STATUS.CANCELLED if callback.state == "cancelled" else STATUS.CONFIRMED,
        summary=f"{title} {callback.code}",
    )
