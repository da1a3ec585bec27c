"""A day of calls, texts and desks at the same time, hour after hour."""

from __future__ import annotations

import asyncio
import http.client
import itertools
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import numpy as np

from assistant.benchmarks import community
from assistant.benchmarks.callers import Callers
from assistant.benchmarks.desk import sessions
from assistant.benchmarks.plan import Assumed
from assistant.benchmarks.sms import Poster, Text, texts_of
from assistant.database import open_database
from assistant.vault.sources import key_source

if TYPE_CHECKING:
    from pathlib import Path

    from assistant.benchmarks.callers import Script
    from assistant.benchmarks.running import RunningService

LOOKS: Final = 40
"Of an office at its desk in a day: two people, one look each twenty minutes or so."
PAGES: Final = ("/desk/queue", "/desk/cases", "/desk/emergencies", "/desk/requests")
BUSIEST: Final = max(community.HOURS)
AT_ONCE: Final = 16
"Texts and looks under way at the same time; a further one waits, and its wait counts."
SEATS: Final = 250
"Addresses of desks: requests are counted by address (`desk/guard.py`), and offices have their own."

NOBODY: Final = (OSError, http.client.HTTPException)
Job = Callable[[], str]
"Gives what became of it: `answered`, `silent` (taken, but no words came back) or `refused`."


@dataclass(frozen=True, slots=True)
class Hour:
    """What comes in one hour."""

    calls: int
    "At the same time."
    texts: int
    looks: int


def day_hour(hour: int, offices: int, assumed: Assumed | None = None) -> Hour:
    """What so many offices have to bear in this hour of a day (0 to 23)."""
    assumed = assumed or Assumed()
    calls = offices * assumed.busy_hour_calls * community.HOURS[hour] / BUSIEST
    looks = offices * LOOKS * community.HOURS[hour] / sum(community.HOURS)
    at_once = calls * assumed.call_s / 3600
    return Hour(max(1, round(at_once)), round(calls * assumed.texts_a_call), round(looks))


def cookies_of(own: Path) -> list[str]:
    """Sessions at the desk of the service whose data lie in `own`."""
    url = f"sqlite:///{own / 'neighbour-line.db'}"
    database = open_database(url, key_source("", (), own / "keys"))
    try:
        return sessions(database, own)
    finally:
        database.close()


@dataclass(slots=True)
class Day:
    """One day at one service."""

    running: RunningService
    scripts: Sequence[Script]
    cookies: Sequence[str]
    seconds: float
    "Real, of each hour."
    _waits: dict[str, list[float]] = field(default_factory=lambda: {"text": [], "page": []})
    _became: Counter[str] = field(default_factory=Counter)
    _rung: int = 0
    _dropped: int = 0

    def live(self, hours: Sequence[Hour]) -> dict[str, Any]:
        """Live through these hours; the figures."""
        return asyncio.run(self._live(hours))

    async def _live(self, hours: Sequence[Hour]) -> dict[str, Any]:
        before, callers = self.running.cost(), Callers(self.running)
        poster = Poster(self.running)
        jobs = self._jobs(hours, poster)
        with closing(poster), ThreadPoolExecutor(AT_ONCE) as pool:
            for hour in hours:
                await self._hour(hour, jobs, callers, pool)
        after = self.running.cost()
        own = after.front_s + after.workers_s - before.front_s - before.workers_s
        return {
            "calls": self._rung,
            "most_calls_at_once": max(hour.calls for hour in hours),
            "dropped": self._dropped,
            "frames": int(self.running.counted("assistant_frames_total")),
            "late_frames": int(self.running.counted("assistant_frames_late_total")),
            "texts": len(self._waits["text"]),
            "looks": len(self._waits["page"]),
            "refused": self._became["refused"],
            "without_words": self._became["silent"],
            "text_ms": spread(self._waits["text"]),
            "page_ms": spread(self._waits["page"]),
            "cores_used": round(own / (after.at - before.at), 2),
            "callers_late_ms": round(1000 * callers.worst_late, 1),
        }

    def _jobs(self, hours: Sequence[Hour], poster: Poster) -> dict[str, list[Job]]:
        """All texts and looks of the day; every hour takes its own from the end."""
        texts = itertools.islice(texts_of("6"), sum(hour.texts for hour in hours))
        looks = sum(hour.looks for hour in hours)
        return {
            "text": [partial(post, poster, text) for text in texts],
            "page": [partial(self._look, number) for number in range(looks)],
        }

    async def _hour(
        self, hour: Hour, jobs: dict[str, list[Job]], callers: Callers, pool: ThreadPoolExecutor
    ) -> None:
        for _ in range(hour.calls):
            await callers.ring(self.scripts[self._rung % len(self.scripts)])
            self._rung += 1
        mine = [("text", jobs["text"].pop()) for _ in range(hour.texts)]
        mine += [("page", jobs["page"].pop()) for _ in range(hour.looks)]
        talking = asyncio.create_task(callers.talk(self.seconds))
        await self._evenly(mine, pool)
        await talking
        self._dropped += sum(caller.closed for caller in callers.everybody)
        callers.hang_up()
        await asyncio.sleep(0.1)

    async def _evenly(self, jobs: Sequence[tuple[str, Job]], pool: ThreadPoolExecutor) -> None:
        """Do each at its moment, spread over the hour in an order of chance."""
        began, loop = time.monotonic(), asyncio.get_running_loop()
        order = np.random.default_rng(1).permutation(len(jobs)).tolist()

        async def one(place: int, kind: str, job: Job) -> None:
            due = began + self.seconds * place / len(jobs)
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            self._became[await loop.run_in_executor(pool, job)] += 1
            self._waits[kind].append(1000 * (time.monotonic() - due))

        await asyncio.gather(*(one(place, *jobs[which]) for place, which in enumerate(order)))

    def _look(self, number: int) -> str:
        return look(self.running, number, self.cookies)


def post(poster: Poster, text: Text) -> str:
    """One text; nobody there is `refused`, as in `look`."""
    try:
        status, answer = poster.post(text)
    except NOBODY:
        return "refused"
    if status != HTTPStatus.OK:
        return "refused"
    return "answered" if "<Message" in answer else "silent"


def look(running: RunningService, number: int, cookies: Sequence[str]) -> str:
    """The `number`-th look of the desks at one of their pages, each desk from its own address.

    Nobody there, and an answer that does not come or breaks off, are `refused` like a status of it.
    """
    seat = (f"127.0.1.{1 + number % SEATS}", 0)
    address, page = urlsplit(running.base).netloc, PAGES[number % len(PAGES)]
    connection = http.client.HTTPConnection(address, timeout=30, source_address=seat)
    try:
        cookie = cookies[number % len(cookies)]
        connection.request("GET", page, headers={"Cookie": f"desk={cookie}"})
        answer = connection.getresponse()
        answer.read()
    except NOBODY:
        return "refused"
    else:
        return "answered" if answer.status == HTTPStatus.OK else "refused"
    finally:
        connection.close()


def spread(found: Sequence[float]) -> dict[str, float] | None:
    """The half, 95 and 99 in a hundred, and the last of these; `None` of none."""
    if not found:
        return None
    shares = {f"p{share}": round(float(np.percentile(found, share)), 1) for share in (50, 95, 99)}
    return {**shares, "max": round(max(found), 1)}
