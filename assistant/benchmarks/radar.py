"""The radar on a made-up community: what a planted cluster takes to be found, what is false alarm.

A quiet community reports as the examples of `case.report` and `case.complain` have it, one drawn at
random each time, from any building at any minute of the day: nothing in it belongs together. Each
trial plants five residents of three neighbouring buildings who report one trouble in their own
words within ninety minutes. Seeded.
"""

from __future__ import annotations

import random
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from assistant.benchmarks.community_words import TROUBLES
from assistant.cases.topics import load_sorting
from assistant.directory.areas import area
from assistant.library import load
from assistant.radar import odds
from assistant.radar.clusters import Report, found
from assistant.radaring import Wording

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from assistant.radar.clusters import Cluster

ROOT: Final = Path(__file__).parents[2]
START: Final = datetime(2026, 9, 7, tzinfo=UTC)
CALLS_A_DAY: Final = 500
REPORTING: Final = 0.25
"Share of calls that report or complain; the others ask, book and chat, and are no reports."
BUILDINGS: Final = 20
NAMED: Final = 0.6
"Share of reports that name a building."
IN_CHINESE: Final = 0.8
RESIDENTS: Final = 2000
PLANTED: Final = 5
WITHIN: Final = timedelta(minutes=90)
MOSTLY: Final = 0.6
"Share of a risk's residents that must be planted ones for it to be the planted risk."
WARMING: Final = timedelta(days=28)
FALSE_MOST: Final = 1.0
"A week, on the quiet community."
FOUND_WITHIN: Final = 2
"Calls after the fifth of a planted cluster."


class Community:
    """Makes reports. One generator decides everything, so a seed is a run."""

    def __init__(self, wording: Wording, said: Mapping[str, Sequence[str]], seed: int) -> None:
        """`said` are the sentences of quiet days by language."""
        self._random = random.Random(seed)  # noqa: S311 - a simulation
        self._wording, self._said = wording, said
        self._topic = load_sorting().topic
        self._features: dict[tuple[str, str], tuple[NDArray[np.int64], NDArray[np.float64]]] = {}
        self._count = 0

    def quiet(self, first: datetime, days: int, calls: int = CALLS_A_DAY) -> Iterator[Report]:
        """Reports of so many days, in order."""
        for day in range(days):
            midnight = first + timedelta(days=day)
            reporting = sum(self._random.random() < REPORTING for _ in range(calls))
            minutes = sorted(self._random.uniform(7 * 60, 21 * 60) for _ in range(reporting))
            for minute in minutes:
                language = "zh" if self._random.random() < IN_CHINESE else "en"
                words = self._random.choice(self._said[language])
                yield self._report(midnight + timedelta(minutes=minute), words, language)

    def planted(self, begins: datetime, topic: str) -> list[Report]:
        """Five residents of three neighbouring buildings, each in her own words."""
        first = self._random.randrange(1, BUILDINGS - 2)
        chinese = self._random.sample(TROUBLES[topic]["zh"], PLANTED - 1)
        words = [*((text, "zh") for text in chinese), (TROUBLES[topic]["en"][0], "en")]
        self._random.shuffle(words)
        minutes = sorted(self._random.uniform(0, WITHIN / timedelta(minutes=1)) for _ in words)
        reports = [
            self._report(begins + timedelta(minutes=minute), text, language)
            for minute, (text, language) in zip(minutes, words, strict=True)
        ]
        return [
            replace(one, buildings=frozenset({first + self._random.randrange(3)}))
            for one in reports
        ]

    def _report(self, at: datetime, words: str, language: str) -> Report:
        key = (words, language)
        if key not in self._features:
            self._features[key] = self._wording.features(words, language)
        self._count += 1
        here = area((words,))
        named = frozenset({self._random.randrange(1, BUILDINGS + 1)})
        buildings = named if self._random.random() < NAMED else frozenset[int]()
        return Report(
            f"GH{self._count:06d}",
            at,
            f"resident {self._random.randrange(RESIDENTS)}",
            self._topic(words),
            language,
            here.buildings or buildings,
            here.streets,
            *self._features[key],
        )


def community(seed: int) -> Community:
    """A community that speaks as the examples of the line's own library do."""
    examples = load(ROOT, ("zh", "en")).examples
    said = {
        language: [*by["case.report"].spoken, *by["case.complain"].spoken]
        for language, by in examples.items()
    }
    return Community(Wording(examples), said, seed)


def watched(reports: Sequence[Report], since: datetime) -> Iterator[tuple[Report, Cluster]]:
    """What the radar finds from `since` on, with the report that made it look."""
    kept: list[Report] = []
    for report in reports:
        kept = [*(one for one in kept if one.at > report.at - odds.BASELINE), report]
        if report.at >= since:
            cluster = found(kept)
            if cluster is not None:
                yield report, cluster


def false_risks(made: Community, weeks: int) -> list[Cluster]:
    """Risks raised in so many quiet weeks after four that only teach what is usual."""
    since = START + WARMING
    reports = list(made.quiet(START, WARMING.days + 7 * weeks))
    raised: list[Cluster] = []
    for _, cluster in watched(reports, since):
        if not any(set(cluster.codes) & set(one.codes) for one in raised):
            raised.append(cluster)
    return raised


def found_after(made: Community, topic: str, begins: datetime, quiet: list[Report]) -> int | None:
    """Calls of the day between the fifth of a cluster and the risk; 0 and less is at it or before.

    `None` where it was not found that day. Every call counts, not only those that report.
    """
    planted = made.planted(begins, topic)
    reports = sorted([*quiet, *planted], key=lambda one: one.at)
    own = {one.code for one in planted}
    for report, cluster in watched(reports, planted[0].at):
        if len(own & set(cluster.codes)) >= MOSTLY * cluster.voices:
            between = (report.at - planted[-1].at) / timedelta(days=1) * CALLS_A_DAY
            return round(between)
    return None


def run(data: Path, *, weeks: float = 4, trials: float = 20, seed: float = 1) -> dict[str, Any]:
    """Quiet weeks and planted clusters; `data` is not read."""
    del data
    made = community(int(seed))
    began = time.perf_counter()
    raised = false_risks(made, int(weeks))
    a_week = len(raised) / int(weeks)
    quiet = list(made.quiet(START, WARMING.days + 1))
    looks = len(quiet)
    begins = START + WARMING + timedelta(hours=9)
    topics = sorted(TROUBLES)
    delays = [
        found_after(made, topics[number % len(topics)], begins, quiet)
        for number in range(int(trials))
    ]
    known = [delay for delay in delays if delay is not None]
    return {
        "calls_a_day": CALLS_A_DAY,
        "reports_a_day": round(looks / (WARMING.days + 1), 1),
        "false_risks_a_week": a_week,
        "goal_false_risks_a_week": FALSE_MOST,
        "planted": len(delays),
        "found": len(known),
        "found_within_goal": sum(delay <= FOUND_WITHIN for delay in known),
        "calls_after_the_fifth": sorted(known),
        "seconds": round(time.perf_counter() - began, 1),
    }
