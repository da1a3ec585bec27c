"""What `/metrics` tells of the house at this moment: counts, ages and room left, never a person.

Read from the database at each scrape, so every process over one database tells the same.
"""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from cryptography import x509
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from assistant.alarms.store import alarms
from assistant.backing_up import Copies
from assistant.callbacks.tables import callbacks
from assistant.core.callback import ENDED
from assistant.core.errors import AssistantError
from assistant.core.ladder import RUNGS, Rung
from assistant.drill.results import DrillStore
from assistant.outbox.tables import outbox

if TYPE_CHECKING:
    from prometheus_client import Metric
    from sqlalchemy import ColumnElement, Connection

    from assistant.app import House

log = logging.getLogger(__name__)

UNSENT: Final = ("waiting", "sending", "unknown")
OPEN: Final = callbacks.c.state.not_in(ENDED)


@dataclass(frozen=True, slots=True)
class Seen:
    """What only the running service knows."""

    ready: Callable[[], bool]
    hears: Callable[[], Iterable[str]]
    rung: Callable[[], Rung]
    "What a call that came now would be given."


class Watch(Collector):
    """Answers a scrape. Called from web threads."""

    def __init__(self, house: House, seen: Seen) -> None:
        self._house, self._seen = house, seen
        self._drills, self._copies = DrillStore(house.database), Copies(house)

    def describe(self) -> Iterable[Metric]:
        """Nothing ahead of time: what there is depends on the house."""
        return ()

    def collect(self) -> Iterator[Metric]:
        """All figures; those of a database that does not answer are left out, and it is said."""
        now = self._house.clock.now()
        yield from self._service()
        yield from self._machine()
        try:
            found = [*self._promises(now), *self._texts(now), *self._nights(now)]
        except (AssistantError, SQLAlchemyError):
            log.warning("the database did not answer a scrape")
            yield _gauge("database_up", "Whether the database answered this scrape.", 0)
        else:
            yield from found
            yield _gauge("database_up", "Whether the database answered this scrape.", 1)

    def _service(self) -> Iterator[Metric]:
        yield _gauge("ready", "Whether calls are heard and spoken to.", int(self._seen.ready()))
        hears = GaugeMetricFamily(
            "assistant_hears", "Whether a language of the site is recognised.", labels=["language"]
        )
        heard = set(self._seen.hears())
        for language in self._house.config.site.languages:
            hears.add_metric([language], int(language in heard))
        yield hears
        rungs = GaugeMetricFamily(
            "assistant_next_call", "What a call that came now would be given: 1.", labels=["rung"]
        )
        given = self._seen.rung()
        for rung in RUNGS:
            rungs.add_metric([rung], int(rung == given))
        yield rungs

    def _machine(self) -> Iterator[Metric]:
        usage = shutil.disk_usage(self._house.data)
        yield _gauge("disk_free_bytes", "Room left where the data folder lies.", usage.free)
        yield _gauge("disk_bytes", "All the room there.", usage.total)
        file = self._house.config.server.certificate
        ends = None if not file else expires(Path(file))
        if ends is not None:
            left = (ends - datetime.now(UTC)).total_seconds()
            yield _gauge("certificate_seconds", "Until the certificate is no longer valid.", left)

    def _promises(self, now: datetime) -> Iterator[Metric]:
        with self._house.database.read() as connection:
            unowned, since = _count_and_first(
                connection, alarms.c.created, alarms.c.status == "open"
            )
            taken = _count(connection, alarms.c.status == "taken")
            states = connection.execute(
                select(callbacks.c.state, func.count()).where(OPEN).group_by(callbacks.c.state)
            ).all()
            over = _count(connection, OPEN & (callbacks.c.window_end < now))
            told = _count(connection, OPEN & callbacks.c.told.is_not(None))
        yield _gauge("alarms_unowned", "Residents in danger whom nobody has taken over.", unowned)
        yield _gauge("alarm_unowned_seconds", "Age of the oldest of them.", _age(since, now))
        yield _gauge("alarms_taken", "Residents in danger with a named person.", taken)
        by_state = GaugeMetricFamily(
            "assistant_callbacks", "Callbacks that are not over.", labels=["state"]
        )
        for state, count in states:
            by_state.add_metric([state], count)
        yield by_state
        yield _gauge("callbacks_overdue", "Promises whose window has ended without one.", over)
        yield _gauge("callbacks_slipping", "Promises that were told they may slip.", told)

    def _texts(self, now: datetime) -> Iterator[Metric]:
        with self._house.database.read() as connection:
            waiting, since = _count_and_first(
                connection, outbox.c.due, outbox.c.state.in_(UNSENT) & (outbox.c.due <= now)
            )
        yield _gauge("texts_due", "Texts that ought to be out.", waiting)
        yield _gauge("text_due_seconds", "How late the latest of them is.", _age(since, now))

    def _nights(self, now: datetime) -> Iterator[Metric]:
        drill = self._drills.last()
        if drill is not None:
            yield _gauge("drill_age_seconds", "Since the last drill.", _age(drill.at, now))
            yield _gauge("drill_good", "Whether the last drill went well.", int(drill.good))
        copy = self._copies.last()
        if copy is not None:
            yield _gauge("backup_age_seconds", "Since the last copy of a night.", _age(copy, now))


def expires(file: Path) -> datetime | None:
    """When the first certificate of a PEM file ends, in UTC; `None` where it cannot be read."""
    try:
        return x509.load_pem_x509_certificate(file.read_bytes()).not_valid_after_utc
    except (OSError, ValueError):
        log.warning("the certificate named in server.certificate cannot be read")
        return None


def _gauge(name: str, told: str, value: float) -> Metric:
    return GaugeMetricFamily(f"assistant_{name}", told, value=value)


def _count(connection: Connection, where: ColumnElement[bool]) -> int:
    return connection.execute(select(func.count()).where(where)).scalar_one()


def _count_and_first(
    connection: Connection, moment: ColumnElement[datetime], where: ColumnElement[bool]
) -> tuple[int, datetime | None]:
    """How many there are, and the earliest of their moments."""
    count, first = connection.execute(select(func.count(), func.min(moment)).where(where)).one()
    return count, first


def _age(moment: datetime | None, now: datetime) -> float:
    """Seconds since; none where there was nothing."""
    return 0.0 if moment is None else max(0.0, (now - moment).total_seconds())
