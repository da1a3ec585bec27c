"""Several carriers of texts as one: by the number, by what each may cost a day, by how it fares.

The first that serves the number, has money left and is well is asked. Where it surely did not take
the text, the next one is; where nobody knows, no other is asked until the first one says, and a
text that nobody ever vouches for is the staff's (`outbox.sender`). May be used from any thread.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from assistant.core.errors import CarrierError
from assistant.outbox.delivery import SERVER_FAILS, TOO_MANY, remedy

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from assistant.core.ports import TextCarrier

FIRST_REST: Final = timedelta(minutes=1)
LONGEST_REST: Final = timedelta(minutes=15)
"A carrier that fails is asked last for so long, doubled each time, until it has taken a text."
REFUSES_US: Final = frozenset({401, 403})
NOBODY_REACHES: Final = 21408
"As Twilio says of a country to which an account may not text; the outbox hands it to staff."
IN_DOUBT: Final = 1000
"Texts of which is remembered who was asked; past these every carrier is looked through."


@dataclass(frozen=True, slots=True)
class Route:
    """One carrier and what is sent over it."""

    name: str
    carrier: TextCarrier
    prefixes: tuple[str, ...] = ()
    "Beginnings of the numbers it serves, as +86; none: all."
    segments_per_day: int | None = None
    "Parts it may be given in a day; `None`: any number."
    spent: Callable[[datetime], int] = lambda _now: 0
    "Parts it was given today."

    def serves(self, to: str) -> bool:
        """Whether it reaches this number."""
        return not self.prefixes or to.startswith(self.prefixes)

    def used_up(self, now: datetime) -> bool:
        """Whether today's money for it is gone."""
        return self.segments_per_day is not None and self.spent(now) >= self.segments_per_day


@dataclass(slots=True)
class _Health:
    rest: timedelta = timedelta(0)
    until: datetime | None = None

    def failed(self, now: datetime) -> None:
        self.rest = min(max(self.rest * 2, FIRST_REST), LONGEST_REST)
        self.until = now + self.rest

    def well(self) -> None:
        self.rest, self.until = timedelta(0), None

    def resting(self, now: datetime) -> bool:
        return self.until is not None and now < self.until


class Router:
    """`assistant.core.ports.TextCarrier` over several."""

    def __init__(self, routes: Sequence[Route], now: Callable[[], datetime]) -> None:
        """The carriers, the one that is preferred first."""
        self._routes, self._now = tuple(routes), now
        self._health = {route.name: _Health() for route in routes}
        self._doubts: dict[tuple[str, str], Route] = {}
        self._guard = threading.Lock()

    def send_text(self, to: str, body: str) -> str:
        """Send one text over the best carrier; the carrier's id for it. Raises `CarrierError`."""
        refusals = []
        for route in self._best_first(to):
            try:
                sid = route.carrier.send_text(to, body)
            except CarrierError as error:
                self._failed(route, error)
                if not error.certain:
                    self._doubt(to, body, route)
                    raise
                if not _another_may(error):
                    raise
                refusals.append(error)
            else:
                self._well(route)
                return sid
        raise _told(refusals)

    def find_text(self, to: str, body: str, since: datetime) -> str | None:
        """The id of a text handed over since then, or `None`. Raises `CarrierError`.

        Only who was asked is looked through; after a restart, everybody who serves the number.
        """
        with self._guard:
            asked = self._doubts.get((to, body))
        silent = None
        for route in [asked] if asked is not None else self._serving(to):
            try:
                sid = route.carrier.find_text(to, body, since)
            except CarrierError as error:
                silent = error
                continue
            if sid is not None:
                self._settled(to, body)
                return sid
        if silent is not None:
            raise silent
        self._settled(to, body)
        return None

    def used_up(self, to: str, now: datetime) -> bool:
        """Whether nobody who serves this number has money left today. Raises `DatabaseError`."""
        serving = self._serving(to)
        return bool(serving) and all(route.used_up(now) for route in serving)

    def _serving(self, to: str) -> list[Route]:
        return [route for route in self._routes if route.serves(to)]

    def _best_first(self, to: str) -> list[Route]:
        """Who has no money left, or rests, is asked last: what is urgent goes all the same."""
        now = self._now()
        with self._guard:
            resting = {name for name, health in self._health.items() if health.resting(now)}
        return sorted(
            self._serving(to), key=lambda route: (route.used_up(now), route.name in resting)
        )

    def _failed(self, route: Route, error: CarrierError) -> None:
        if _unwell(error):
            with self._guard:
                self._health[route.name].failed(self._now())

    def _well(self, route: Route) -> None:
        with self._guard:
            self._health[route.name].well()

    def _doubt(self, to: str, body: str, route: Route) -> None:
        with self._guard:
            if len(self._doubts) >= IN_DOUBT:
                self._doubts.clear()
            self._doubts[to, body] = route

    def _settled(self, to: str, body: str) -> None:
        with self._guard:
            self._doubts.pop((to, body), None)


def _unwell(error: CarrierError) -> bool:
    """Whether it is the carrier that fails, and not this one text."""
    status = error.status
    return status is None or status >= SERVER_FAILS or status in REFUSES_US | {TOO_MANY}


def _another_may(error: CarrierError) -> bool:
    """Whether it is the carrier that did not want the text; a telephone is the same for all."""
    return remedy(error.code, error.status) in {"again", "staff"}


def _told(refusals: Sequence[CarrierError]) -> CarrierError:
    """What is said of a text that nobody took: that it may be tried again, if anybody said so."""
    if not refusals:
        return CarrierError(
            "no carrier of texts.carriers serves this number", status=403, code=NOBODY_REACHES
        )
    return next((r for r in refusals if remedy(r.code, r.status) == "again"), refusals[0])
