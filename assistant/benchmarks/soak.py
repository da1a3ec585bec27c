"""`run.py bench soak`: eight hours of a busy house at speed, and whether anything grows.

Sound runs faster than in life, for calls count frames; texts and looks of desks come between. An
hour is sixty calls of a minute, sixty texts of as many telephones and 120 looks; of four calls one
is spoken, the others go by keys. Memory, open files and threads of all processes and the size of
the database are taken every quarter of an hour. The first quarter of the run fills caches and
pools; through the rest a straight line is drawn, since a leak is a slope and a single look is
chance. The clock of the house is not hurried: what nights delete is deleted in none of these hours.
"""

from __future__ import annotations

import asyncio
import itertools
import tempfile
import time
from contextlib import closing
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from assistant.benchmarks import sounds
from assistant.benchmarks.apart import ROOT
from assistant.benchmarks.callers import Callers
from assistant.benchmarks.calls import BY_KEYS, talkers
from assistant.benchmarks.load_day import cookies_of, look, post
from assistant.benchmarks.running import MEGABYTE, service
from assistant.benchmarks.sms import Poster, Text
from assistant.config import load_config

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from assistant.benchmarks.callers import Script
    from assistant.benchmarks.running import RunningService

HOURS: Final = 8.0
AT_ONCE: Final = 4
STEPS_AN_HOUR: Final = 15
"Of four calls, four texts and eight looks each."
CALL_S, SMALL_CALL_S = 60.0, 10.0
SPEED, SMALL_SPEED = 10.0, 20.0
"Ten times is what two recognisers on two processors keep up with while one caller in four speaks."
SMALL_HOURS: Final = 0.4
EVERY: Final = 4
"Steps between two samples; every step in the small form."
WARM: Final = 0.25
BOUNDS: Final = {"memory_mb": 4.0, "files": 1.0, "threads": 1.0, "database_kb": 3000.0}
"""Growth an hour. Memory: 100 MB in a day that is as busy all through. Files and threads: less
than one. The database: 25 kB for each of 120 contacts, with words, outcomes and indices; that is no
leak but what is kept, and disks are planned with it (`benchmarks/plan.py`)."""


@dataclass(frozen=True, slots=True)
class Sample:
    """The service at one moment."""

    hour: float
    "Simulated, from the start."
    memory_mb: float
    "Filled by its processes themselves: a leak is never a page of a file."
    files: int
    threads: int
    database_kb: float


def run(data: Path, *, hours: float = HOURS, small: bool = False) -> dict[str, Any]:
    """Figures of one run; `data` gives the models, nothing in it is changed.

    `small` is at most `SMALL_HOURS`, by keys only. Raises `BenchError` when the service does not
    start, and whatever is wrong with the settings.
    """
    hours = min(hours, SMALL_HOURS) if small else hours
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="bench-soak-") as folder:
        own = Path(folder) / "service"
        spoken = () if small else _spoken(data, Path(folder) / "callers")
        with service(data, own) as running:
            life = _Life(running, own, spoken, small=small)
            samples = asyncio.run(life.live(round(hours * STEPS_AN_HOUR)))
    growth = slopes(samples)
    return {
        "hours": hours,
        "seconds": round(time.monotonic() - began, 1),
        "spoken": bool(spoken),
        "unanswered": life.unanswered,
        "growth_an_hour": growth,
        "bounds_an_hour": BOUNDS,
        "within": {name: growth[name] <= bound for name, bound in BOUNDS.items()},
        "samples": [asdict(sample) for sample in samples],
    }


def slopes(samples: Sequence[Sample]) -> dict[str, float]:
    """Growth an hour of each measure after the warm-up, by least squares; two samples at least."""
    kept = [one for one in samples if one.hour >= WARM * samples[-1].hour]
    hours = [one.hour for one in kept]
    return {
        name: round(float(np.polyfit(hours, [asdict(one)[name] for one in kept], 1)[0]), 2)
        for name in BOUNDS
    }


def _spoken(data: Path, scratch: Path) -> tuple[Script, ...]:
    material = sounds.prepare(load_config(ROOT / "config.yaml"), ROOT, data, scratch)
    heard = any(material.sentences.get(language) for language in material.models)
    return talkers(material) if heard else ()


@dataclass(slots=True)
class _Life:
    """What goes on at the service, step by step."""

    running: RunningService
    own: Path
    "The service's data folder."
    spoken: Sequence[Script]
    small: bool = field(kw_only=True)
    unanswered: int = 0
    "Texts and looks that were refused, and calls that the line ended."
    _looks: Iterator[int] = field(default_factory=itertools.count)

    async def live(self, steps: int) -> list[Sample]:
        every, cookies = 1 if self.small else EVERY, cookies_of(self.own)
        texts = _texts()
        samples = []
        for step in range(steps):
            await self._calls(step)
            await asyncio.to_thread(self._post, list(itertools.islice(texts, AT_ONCE)))
            for number in itertools.islice(self._looks, 2 * AT_ONCE):
                became = await asyncio.to_thread(look, self.running, number, cookies)
                self.unanswered += became != "answered"
            if step % every == every - 1:
                await asyncio.sleep(0.2)
                samples.append(_sample(self.running, self.own, (step + 1) / STEPS_AN_HOUR))
        return samples

    def _post(self, texts: Sequence[Text]) -> None:
        with closing(Poster(self.running)) as poster:
            self.unanswered += sum(post(poster, text) == "refused" for text in texts)

    async def _calls(self, step: int) -> None:
        """Four at the same time; the first is spoken."""
        call_s, speed = (SMALL_CALL_S, SMALL_SPEED) if self.small else (CALL_S, SPEED)
        callers = Callers(self.running)
        scripts = [BY_KEYS[(step + number) % len(BY_KEYS)] for number in range(AT_ONCE)]
        if self.spoken:
            scripts[0] = self.spoken[step % len(self.spoken)]
        for script in scripts:
            await callers.ring(script)
        await callers.talk(call_s, speed)
        self.unanswered += sum(caller.closed for caller in callers.everybody)
        callers.hang_up()


def _texts() -> Iterator[Text]:
    """Each from another telephone: what is kept for every contact must end somewhere."""
    for number in itertools.count():
        yield Text(f"SMsoak{number:026x}", f"+861357{number:07d}", "食堂几点开门")


def _sample(running: RunningService, own: Path, hour: float) -> Sample:
    files, threads = running.held()
    size = sum(path.stat().st_size for path in own.glob("neighbour-line.db*"))
    memory = running.filled() / MEGABYTE
    return Sample(round(hour, 3), round(memory, 2), files, threads, round(size / 1024, 1))
