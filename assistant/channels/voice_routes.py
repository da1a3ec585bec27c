"""Several carriers of calls as one: by the number, by what each may ring a day, by how it fares.

The first that serves the number, has calls left and is well is asked. Where it surely did not
ring, the next one is; where nobody knows, no other is asked, and what became of the ring is looked
up with the one that was asked (`ringing.doubts`). May be used from any thread.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from assistant.core.errors import CarrierError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from assistant.core.ports import CarriedRing, TextCarrier, VoiceCarrier

FIRST_REST: Final = timedelta(minutes=1)
LONGEST_REST: Final = timedelta(minutes=15)
"A carrier that fails is asked last for so long, doubled each time, until it has rung somebody."
NOBODY_REACHES: Final = 21215
"As Twilio says of a number to which an account may not ring."
FORBIDDEN: Final = 403
REFUSES_US: Final = frozenset({401, FORBIDDEN, 429})
SERVER_FAILS: Final = 500
SLACK: Final = timedelta(minutes=1)
"By which two clocks may differ on when a ring began."
KEPT: Final = timedelta(days=1)
"Who rang a number is remembered for so long; after a restart everybody is asked."


@dataclass(frozen=True, slots=True)
class VoiceRoute:
    """One carrier and whom it rings."""

    name: str
    carrier: VoiceCarrier
    prefixes: tuple[str, ...] = ()
    "Beginnings of the numbers it serves, as +86; none: all."
    rings_per_day: int | None = None
    "Calls it may be asked to make in a day; `None`: any number."
    made: Callable[[datetime], int] = lambda _now: 0
    "Calls it has made today."
    vouches: bool = True
    "Whether its taking a ring shows that it is well; a line of our own says later (`fared`)."

    def serves(self, to: str) -> bool:
        """Whether it reaches this number; an extension, which has no +, every one does."""
        return not self.prefixes or not to.startswith("+") or to.startswith(self.prefixes)

    def used_up(self, now: datetime) -> bool:
        """Whether it may make no more calls today."""
        return self.rings_per_day is not None and self.made(now) >= self.rings_per_day


@dataclass(slots=True)
class _Health:
    rest: timedelta = timedelta(0)
    until: datetime | None = None

    def resting(self, now: datetime) -> bool:
        return self.until is not None and now < self.until


@dataclass(frozen=True, slots=True)
class _Asked:
    """A carrier that rang a number, or may have."""

    to: str
    at: datetime
    route: VoiceRoute


class VoiceRouter:
    """`assistant.core.ports.VoiceCarrier` over several."""

    def __init__(self, routes: Sequence[VoiceRoute], now: Callable[[], datetime]) -> None:
        """The carriers, the one that is preferred first."""
        self._routes, self._now = tuple(routes), now
        self._health = {route.name: _Health() for route in routes}
        self._asked: list[_Asked] = []
        self._by_call: dict[str, VoiceRoute] = {}
        self._guard = threading.Lock()

    def ring(self, to: str, instructions: str, *, seconds: int) -> str:
        """Ring over the best carrier; the carrier's id of the call. Raises `CarrierError`."""
        refused = CarrierError(
            "no line that rings serves this number, or has calls left today (lines.*)",
            status=FORBIDDEN,
            code=NOBODY_REACHES,
        )
        for route in self._best_first(to):
            at = self._now()
            try:
                call = route.carrier.ring(to, instructions, seconds=seconds)
            except CarrierError as error:
                if _unwell(error):
                    self.fared(route.name, well=False)
                if not error.certain:
                    self._remember(to, at, route)
                    raise
                refused = error
            else:
                if route.vouches:
                    self.fared(route.name, well=True)
                self._remember(to, at, route, call)
                return call
        raise refused

    def find_rings(self, to: str, since: datetime) -> tuple[CarriedRing, ...]:
        """Calls made to `to` since then, the newest first. Raises `CarrierError`.

        Only who was asked since is looked through; after a restart, and for a telephone that a
        line rang by itself, every carrier. One that cannot say leaves it open whether it rang,
        unless another one did: each ring is one call.
        """
        with self._guard:
            asked = {
                one.route.name: one.route
                for one in self._asked
                if one.to == to and one.at >= since - SLACK
            }
        found: list[CarriedRing] = []
        silent = None
        for route in asked.values() or self._routes:
            try:
                found += route.carrier.find_rings(to, since)
            except CarrierError as error:
                silent = error
        if silent is not None and not found:
            raise silent
        return tuple(sorted(found, key=lambda ring: ring.began, reverse=True))

    def hang_up(self, identifier: str) -> None:
        """End a call; after a restart every carrier is told. Raises `CarrierError`."""
        with self._guard:
            known = self._by_call.get(identifier)
        refused = None
        for route in [known] if known is not None else self._routes:
            try:
                route.carrier.hang_up(identifier)
            except CarrierError as error:
                refused = error
        if known is not None and refused is not None:
            raise refused

    def fared(self, name: str, *, well: bool) -> None:
        """How a carrier fared with a call: one that fails is asked last for a while."""
        with self._guard:
            health = self._health[name]
            if well:
                health.rest, health.until = timedelta(0), None
            else:
                health.rest = min(max(health.rest * 2, FIRST_REST), LONGEST_REST)
                health.until = self._now() + health.rest

    def _best_first(self, to: str) -> list[VoiceRoute]:
        """Who may ring this number today; who rests comes last."""
        now = self._now()
        with self._guard:
            resting = {name for name, health in self._health.items() if health.resting(now)}
        able = [route for route in self._routes if route.serves(to) and not route.used_up(now)]
        return sorted(able, key=lambda route: route.name in resting)

    def _remember(self, to: str, at: datetime, route: VoiceRoute, call: str = "") -> None:
        with self._guard:
            self._asked = [one for one in self._asked if at - one.at < KEPT]
            self._asked.append(_Asked(to, at, route))
            if call:
                self._by_call[call] = route
            while len(self._by_call) > len(self._asked):
                del self._by_call[next(iter(self._by_call))]


@dataclass(frozen=True, slots=True)
class Apart:
    """Texts by one carrier, calls by another."""

    texts: TextCarrier
    calls: VoiceCarrier

    def send_text(self, to: str, body: str) -> str:
        """As `TextCarrier.send_text`."""
        return self.texts.send_text(to, body)

    def find_text(self, to: str, body: str, since: datetime) -> str | None:
        """As `TextCarrier.find_text`."""
        return self.texts.find_text(to, body, since)

    def ring(self, to: str, instructions: str, *, seconds: int) -> str:
        """As `VoiceCarrier.ring`."""
        return self.calls.ring(to, instructions, seconds=seconds)

    def find_rings(self, to: str, since: datetime) -> tuple[CarriedRing, ...]:
        """As `VoiceCarrier.find_rings`."""
        return self.calls.find_rings(to, since)

    def hang_up(self, identifier: str) -> None:
        """As `VoiceCarrier.hang_up`."""
        self.calls.hang_up(identifier)


def _unwell(error: CarrierError) -> bool:
    """Whether it is the carrier that fails, and not this one number."""
    status = error.status
    return status is None or status >= SERVER_FAILS or status in REFUSES_US
