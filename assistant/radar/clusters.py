"""Which reports are the same trouble in the same place, and whether they are oddly many.

Pure. Reports are compared by what was said (vectors of the matcher's features, whose inner product
is their likeness), parted by average linkage (scipy), and kept apart where their buildings are far
from each other. The newest report's own group is then looked at in windows of some hours.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from assistant.radar import odds

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

WINDOWS: Final = (timedelta(hours=2), timedelta(hours=6), timedelta(hours=24))
"A burst pipe shows within two hours, a lift that fails now and then within a day."
DAY: Final = timedelta(days=1)
FEWEST: Final = 3
"Residents: two may be one household, and a risk names nobody."
SAME: Final = 0.70
"Distance (1 less the likeness) up to which groups of reports are one trouble."
SAME_TOPIC: Final = 0.35
"""Likeness at least of two reports of one topic. In their own words, or in two languages, people
say one trouble so differently (0.77 to 0.91 apart on average in Chinese, other troubles 0.93 to
0.97, measured on `benchmarks/community_words`) that words alone do not bring them together."""
FAR: Final = 2.0
"Distance of two reports from buildings that are no neighbours: no average with it is the same."
NEAR: Final = 2
"Numbers between buildings that share a pipe, a cable or a yard."


@dataclass(frozen=True, slots=True, eq=False)
class Report:
    """One report of a resident, as far as it is compared."""

    code: str
    at: datetime
    person: str
    "Tells residents apart; empty where a telephone was not told."
    topic: str
    language: str
    buildings: frozenset[int]
    streets: frozenset[str]
    numbers: NDArray[np.int64]
    "Of the features of its words."
    weights: Floats
    "Of these features, of length 1 at most."


@dataclass(frozen=True, slots=True)
class Cluster:
    """The same trouble from several residents."""

    topic: str
    "The commonest of its reports; empty where none has one."
    codes: tuple[str, ...]
    "In the order in which they came."
    voices: int
    "Residents."
    begun: datetime
    latest: datetime
    buildings: frozenset[int]
    streets: frozenset[str]
    odds: float
    "The probability that so many come by chance."


def near(one: Report, other: Report) -> bool:
    """Whether two reports may be about one place; one that names none may be anywhere."""
    if one.buildings and other.buildings:
        return min(abs(a - b) for a in one.buildings for b in other.buildings) <= NEAR
    if one.streets and other.streets:
        return bool(one.streets & other.streets)
    return True


def likeness(reports: Sequence[Report], others: Sequence[Report]) -> Floats:
    """How alike the words are, shape (reports, others), 0 to 1."""
    from scipy.sparse import csr_array  # noqa: PLC0415 - 0.2 s that no start of the service waits for

    every = (*reports, *others)
    width = 1 + max((int(one.numbers.max()) for one in every if len(one.numbers)), default=0)

    def rows(found: Sequence[Report]) -> csr_array:
        ends = np.cumsum([0, *(len(one.numbers) for one in found)])
        numbers = np.concatenate([one.numbers for one in found])
        values = np.concatenate([one.weights for one in found])
        return csr_array((values, numbers, ends), shape=(len(found), width))

    alike = np.asarray((rows(reports) @ rows(others).T).toarray(), dtype=np.float64)
    languages, topics = _equal(reports, others, "language"), _equal(reports, others, "topic")
    alike[~languages] = 0.0
    named = np.array([bool(one.topic) for one in reports])[:, None]
    return np.clip(np.where(topics & named, np.maximum(alike, SAME_TOPIC), alike), 0.0, 1.0)


def _equal(
    reports: Sequence[Report], others: Sequence[Report], field: Literal["language", "topic"]
) -> NDArray[np.bool_]:
    mine = np.array([getattr(one, field) for one in reports])
    theirs = np.array([getattr(one, field) for one in others])
    return np.asarray(mine[:, None] == theirs[None, :], dtype=np.bool_)


def distances(reports: Sequence[Report]) -> Floats:
    """How far apart reports are, shape (reports, reports)."""
    apart = 1.0 - likeness(reports, reports)
    for row, one in enumerate(reports):
        for column in range(row):
            if not near(one, reports[column]):
                apart[row, column] = apart[column, row] = FAR
    np.fill_diagonal(apart, 0.0)
    return apart


def group_of_last(reports: Sequence[Report]) -> tuple[Report, ...]:
    """Of some reports those that are the same trouble as the last one, itself among them."""
    from scipy.cluster.hierarchy import fcluster, linkage  # noqa: PLC0415 - as above
    from scipy.spatial.distance import squareform  # noqa: PLC0415

    if len(reports) < 2:  # noqa: PLR2004 - nothing to compare
        return tuple(reports)
    tree = linkage(squareform(distances(reports), checks=False), method="average")
    labels = fcluster(tree, SAME, criterion="distance")
    return tuple(one for one, label in zip(reports, labels, strict=True) if label == labels[-1])


def found(reports: Sequence[Report]) -> Cluster | None:
    """The risk that the last of these reports shows; `None` for an ordinary one.

    `reports` are those of the last four weeks, the earliest first. Reports that name a place are
    also looked at without the others: in a place much less is usual than in the whole community.
    """
    if not reports:
        return None
    last, history = reports[-1], reports[-1].at - reports[0].at
    first = bisect_right(reports, last.at - WINDOWS[-1], key=lambda one: one.at)
    group = group_of_last([one for one in reports[first:] if near(one, last)])
    bound = odds.limit(len(reports) * len(WINDOWS) * 2, history)
    judged = (_oddest(some, reports, history) for some in (group, _placed(group)))
    odd = [one for one in judged if one is not None and one.odds < bound]
    return min(odd, key=lambda one: one.odds, default=None)


def _placed(reports: Sequence[Report]) -> tuple[Report, ...]:
    return tuple(one for one in reports if one.buildings or one.streets)


def _oddest(
    group: Sequence[Report], reports: Sequence[Report], history: timedelta
) -> Cluster | None:
    """The group within the window in which it is oddest; `None` where it is too few residents."""
    if _voices(group) < FEWEST:
        return None
    now = group[-1].at
    before = reports[: bisect_right(reports, now - WINDOWS[-1], key=lambda one: one.at)]
    usual = _usual(group, before)
    best: Cluster | None = None
    for window in WINDOWS:
        inside = [one for one in group if one.at > now - window]
        voices = _voices(inside)
        if voices < FEWEST:
            continue
        share = _share_of_day(before, now, window)
        chance = odds.tail(voices, odds.expected(usual, share, history))
        if best is None or chance < best.odds:
            best = _cluster(inside, voices, chance)
    return best


def _usual(group: Sequence[Report], before: Sequence[Report]) -> int:
    """Reports of the same in the same place that came before."""
    if len(_placed(group)) == len(group):
        before = _placed(before)
    here = [one for one in before if any(near(one, other) for other in group)]
    if not here:
        return 0
    alike = likeness(here, group).mean(axis=1)
    return int((alike >= 1.0 - SAME).sum())


def _share_of_day(before: Sequence[Report], now: datetime, window: timedelta) -> float:
    """The share of a day's reports that come in the hours of this window: few ring at night.

    One report is added in proportion to the clock, so that no hour is taken for silent.
    """
    if window >= DAY:
        return window / DAY
    within = sum((now - one.at) % DAY < window for one in before)
    return (within + window / DAY) / (len(before) + 1)


def _voices(reports: Sequence[Report]) -> int:
    """Residents among them; those whose telephone was not told count as one together."""
    return len({one.person for one in reports})


def _cluster(reports: Sequence[Report], voices: int, chance: float) -> Cluster:
    topics = [one.topic for one in reports if one.topic]
    return Cluster(
        topic=max(sorted(set(topics)), key=topics.count, default=""),
        codes=tuple(one.code for one in reports),
        voices=voices,
        begun=reports[0].at,
        latest=reports[-1].at,
        buildings=frozenset().union(*(one.buildings for one in reports)),
        streets=frozenset().union(*(one.streets for one in reports)),
        odds=chance,
    )
