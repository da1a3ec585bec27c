"""The one alarm clock of a service: it looks now and then whether something is due.

It holds no truth: what is due stands in the database, so a look too many or too few changes
nothing. One scheduler in memory, in one process; never two of one look at a time. Nodes on one
server have a clock each, and look one after the other, but for what they share out by claims.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

from apscheduler.schedulers.background import BackgroundScheduler


@dataclass(frozen=True, slots=True)
class Look:
    """Something to be looked at; it logs what fails and never raises."""

    name: str
    every_s: float
    look: Callable[[], None]
    everywhere: bool = False
    "Whether nodes may look at the same time: they claim what they find."


Alone = Callable[[str], AbstractContextManager[bool]]
"From a look's name to whether no other node is at it; none is before the end."


def alarm_clock(
    looks: Iterable[Look | None], zone: str, alone: Alone = lambda _: nullcontext(enter_result=True)
) -> BackgroundScheduler:
    """A scheduler for every look there is, not started; `None` is one that is turned off."""
    scheduler = BackgroundScheduler(timezone=zone)
    for item in looks:
        if item is not None:
            scheduler.add_job(
                item.look if item.everywhere else _alone(item, alone),
                "interval",
                seconds=item.every_s,
                id=item.name,
                max_instances=1,
                coalesce=True,
            )
    return scheduler


def _alone(item: Look, alone: Alone) -> Callable[[], None]:
    """Look unless another node is at it."""

    def look() -> None:
        with alone(item.name) as mine:
            if mine:
                item.look()

    return look
