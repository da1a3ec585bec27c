"""The one alarm clock of a service: it looks now and then whether something is due.

It holds no truth: what is due stands in the database, so a look too many or too few changes
nothing. One scheduler in memory, in one process; never two of one look at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from apscheduler.schedulers.background import BackgroundScheduler


@dataclass(frozen=True, slots=True)
class Look:
    """Something to be looked at; it logs what fails and never raises."""

    name: str
    every_s: float
    look: Callable[[], None]


def alarm_clock(looks: Iterable[Look | None], zone: str) -> BackgroundScheduler:
    """A scheduler for every look there is, not started; `None` is one that is turned off."""
    scheduler = BackgroundScheduler(timezone=zone)
    for item in looks:
        if item is not None:
            scheduler.add_job(
                item.look,
                "interval",
                seconds=item.every_s,
                id=item.name,
                max_instances=1,
                coalesce=True,
            )
    return scheduler
