from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from assistant.benchmarks import radar
from assistant.radar import odds
from assistant.radar.clusters import FAR, Report, distances, found, near

NOW = datetime(2026, 11, 25, 2, tzinfo=UTC)
HOUR = timedelta(hours=1)


def report(
    number: int, at: datetime, feature: int = 0, *buildings: int, topic: str = "water"
) -> Report:
    """A report whose words are one feature."""
    return Report(
        f"GH{number:06d}",
        at,
        f"resident {number}",
        topic,
        "zh",
        frozenset(buildings),
        frozenset(),
        np.array([feature]),
        np.array([1.0]),
    )


def usual(days: int = 28) -> list[Report]:
    """A report a day of something else, each elsewhere."""
    return [
        report(900 + day, NOW - timedelta(days=days - day), 50 + day, 1 + day % 20, topic="noise")
        for day in range(days)
    ]


def cluster(count: int) -> list[Report]:
    """So many residents of buildings 3 to 5 without water, ten minutes apart."""
    return [
        report(number, NOW + number * timedelta(minutes=10), 7, 3 + number % 3)
        for number in range(count)
    ]


def test_several_residents_with_one_trouble_are_a_risk() -> None:
    """With who, where, since when, and how odd it is."""
    risk = found([*usual(), *cluster(5)])
    assert risk is not None
    assert (risk.topic, risk.voices, risk.begun) == ("water", 5, NOW)
    assert risk.buildings == {3, 4, 5}
    assert risk.codes == tuple(f"GH{number:06d}" for number in range(5))
    assert risk.odds < 1e-6


def test_two_are_not_enough() -> None:
    """They may be one household."""
    assert found([*usual(), *cluster(2)]) is None
    assert found([]) is None


def test_one_resident_who_rings_often_is_one_voice() -> None:
    """Five calls of hers raise nothing; no more do five whose telephone was not told."""
    same = [replace(one, person="resident 1") for one in cluster(5)]
    assert found([*usual(), *same]) is None
    assert found([*usual(), *(replace(one, person="") for one in cluster(5))]) is None


def test_what_is_usual_is_no_risk() -> None:
    """Where three report it every day, three are an ordinary day."""
    days = [
        replace(one, at=one.at - timedelta(days=day), code=f"{one.code}-{day}")
        for day in range(28, 0, -1)
        for one in cluster(3)
    ]
    assert found([*days, *cluster(3)]) is None


def test_the_same_in_distant_buildings_is_not_one_trouble() -> None:
    """Buildings 1, 8 and 15 share no pipe."""
    apart = [replace(one, buildings=frozenset({1 + 7 * n})) for n, one in enumerate(cluster(3))]
    assert found([*usual(), *apart]) is None
    assert distances(apart)[0, 1] == FAR
    assert not near(apart[0], apart[1])
    assert near(apart[0], replace(apart[1], buildings=frozenset()))


def test_two_languages_meet_in_their_topic() -> None:
    """What an English caller says of the water joins what her neighbours say in Chinese."""
    mixed = cluster(4)
    mixed[1] = replace(mixed[1], language="en", numbers=np.array([3]))
    risk = found([*usual(), *mixed])
    assert risk is not None
    assert risk.voices == 4


@pytest.mark.parametrize(
    ("count", "expected", "chance"), [(1, 1.0, 0.6321), (3, 1.0, 0.0803), (5, 0.25, 6.61e-6)]
)
def test_the_tail_is_poissons(count: int, expected: float, chance: float) -> None:
    """Against the printed tables."""
    assert odds.tail(count, expected) == pytest.approx(chance, rel=1e-2)


def test_a_new_line_is_not_alarmed_by_everything() -> None:
    """An hour of history counts as a week: what never came was half expected in it."""
    assert odds.expected(0, 1.0, HOUR) == pytest.approx(0.5 / 7)
    assert odds.limit(100_000, HOUR) < odds.limit(100, HOUR) <= 0.001


def test_planted_clusters_are_found_and_quiet_weeks_stay_quiet() -> None:
    """The benchmark in its small form: at most one false risk a week, clusters within two calls."""
    figures = radar.run(None, weeks=1, trials=3)  # type: ignore[arg-type] # it reads no data
    assert figures["false_risks_a_week"] <= radar.FALSE_MOST
    assert figures["found_within_goal"] == figures["planted"] == 3
