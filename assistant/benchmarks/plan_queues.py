"""Calls that find every place taken: Erlang's two formulas, and the same worlds played through.

Load is given in erlangs: calls that begin in an hour, times their mean length in hours. Calls come
at random moments (Poisson) and last exponentially long; for Erlang B any lengths with the same mean
give the same result. Pure: a seed is a play.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from assistant.core.ladder import RUNGS, Limits, Load, Rung, rung

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_PLACES: Final = 100_000
"No plan asks for more; a load that does is a mistake in its units."


def lost(load: float, places: int) -> float:
    """Erlang B: the share of calls that find all `places` taken and do not wait.

    Raises `ValueError` for a load below 0 or fewer than no places.
    """
    if load < 0 or places < 0:
        raise ValueError("a load and a number of places are 0 or more")
    share = 1.0
    for place in range(1, places + 1):
        share = load * share / (place + load * share)
    return share


def waiting(load: float, places: int) -> float:
    """Erlang C: the share of calls that have to wait where all wait for a place.

    1 where `places` never suffice. Raises `ValueError` as `lost` does.
    """
    refused = lost(load, places)
    if load >= places:
        return 1.0
    return places * refused / (places - load * (1 - refused))


def places_for(load: float, share: float) -> int:
    """The fewest places that leave at most `share` (0 to 1, not 0) of the calls without one.

    Raises `ValueError` for another share, a load below 0, and a load beyond `MOST_PLACES`.
    """
    if not 0 < share <= 1 or not 0 <= load <= MOST_PLACES:
        raise ValueError(f"a share above 0 up to 1, and a load up to {MOST_PLACES} erlangs")
    refused, place = 1.0, 0
    while refused > share:
        place += 1
        refused = load * refused / (place + load * refused)
    return place


def people_for(load: float, share: float) -> int:
    """The fewest places that leave at most `share` (0 to 1, not 0) of the calls waiting for one.

    Raises `ValueError` as `places_for` does.
    """
    places = places_for(load, share)
    while waiting(load, places) > share:
        places += 1
    return places


@dataclass(frozen=True, slots=True)
class Played:
    """What became of the calls of one play."""

    calls: int
    shares: dict[Rung, float]
    "By step of the ladder, of all calls."
    most_at_once: int
    "Calls in progress on this machine; the carrier's own menu is none of them."


def ladder(load: float, limits: Limits, calls: int, seed: int) -> Played:
    """So many calls of `load` against the real ladder (`core.ladder`) of one machine."""
    given = dict.fromkeys(RUNGS, 0)
    going = dict.fromkeys(RUNGS, 0)
    ends: list[tuple[float, Rung]] = []
    most = 0
    for at, length in _calls(load, calls, seed):
        while ends and ends[0][0] <= at:
            going[heapq.heappop(ends)[1]] -= 1
        now = Load(speech=going["speech"], keys=going["keys"], number=going["number"])
        step = rung(now, limits)
        given[step] += 1
        if step != "carrier":
            going[step] += 1
            heapq.heappush(ends, (at + length, step))
        most = max(most, len(ends))
    return Played(calls, {step: given[step] / calls for step in RUNGS}, most)


def queue(load: float, places: int, calls: int, seed: int) -> float:
    """The share of calls that had to wait, first come first served, of so many played."""
    free = [0.0] * places
    waited = 0
    for at, length in _calls(load, calls, seed):
        begins = heapq.heappop(free)
        waited += begins > at
        heapq.heappush(free, max(at, begins) + length)
    return waited / calls


def _calls(load: float, calls: int, seed: int) -> Iterator[tuple[float, float]]:
    """When each begins and how long it lasts, in mean lengths of a call."""
    chance = np.random.default_rng(seed)
    begins = np.cumsum(chance.exponential(1 / load, calls))
    return zip(begins.tolist(), chance.exponential(1.0, calls).tolist(), strict=True)
