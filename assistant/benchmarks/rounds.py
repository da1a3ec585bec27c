"""One measured stretch of calls in real time: what each cost, and how long callers waited."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from assistant.benchmarks.callers import FRAME_S, Callers, Script
from assistant.benchmarks.running import MEGABYTE

if TYPE_CHECKING:
    from assistant.benchmarks.callers import Caller
    from assistant.benchmarks.running import Cost, RunningService

SETTLING_S = 4.0
"Every call has been answered and the first greeting rendered by then; measured from there on."


@dataclass(frozen=True, slots=True)
class Round:
    """So many calls at the same time for so long."""

    calls: int
    seconds: float
    front_ms: float
    "CPU of the media and dialogue process, ms a call-second."
    workers_ms: float
    "CPU of recognition and synthesis, ms a call-second."
    frames: int
    late_frames: int
    "Taken in more than 60 ms after their time."
    dropped: int
    replies: int
    "Turns answered within the stretch."
    reply_p50_s: float | None
    "From the decision that a turn is over (or a key) to the first sound sent back."
    reply_p95_s: float | None
    resident_mb: float
    cores_had: float
    "Of the machine's processors, what other programs left to the service and its callers."
    callers_late_ms: float
    "How late the callers themselves ever were; above 20 the figures say more of them than of us."

    def as_json(self) -> dict[str, Any]:
        """For the report."""
        return {key: _rounded(value) for key, value in asdict(self).items()}

    @property
    def cpu_s(self) -> float:
        """CPU seconds a call-second."""
        return (self.front_ms + self.workers_ms) / 1000


def measure(
    service: RunningService, scripts: Sequence[Script], calls: int, seconds: float
) -> Round:
    """Ring `calls` times, the scripts in turn, and let everybody talk for `seconds`."""
    return asyncio.run(_measure(service, scripts, calls, seconds))


async def _measure(
    service: RunningService, scripts: Sequence[Script], calls: int, seconds: float
) -> Round:
    callers = Callers(service)
    for number in range(calls):
        await callers.ring(scripts[number % len(scripts)])
    talking = asyncio.create_task(callers.talk())
    try:
        await asyncio.sleep(SETTLING_S)
        callers.worst_late = 0.0
        (began, late, taken), own = await asyncio.to_thread(_look, service), time.process_time()
        await asyncio.sleep(seconds)
        ended, late_after, taken_after = await asyncio.to_thread(_look, service)
        own = time.process_time() - own
    finally:
        talking.cancel()
    delays = _delays(service, callers.everybody, began.at)
    dropped = sum(caller.closed for caller in callers.everybody)
    callers.hang_up()
    await asyncio.sleep(FRAME_S)
    length = ended.at - began.at
    return Round(
        calls=calls,
        seconds=length,
        front_ms=1000 * (ended.front_s - began.front_s) / length / calls,
        workers_ms=1000 * (ended.workers_s - began.workers_s) / length / calls,
        frames=taken_after - taken,
        late_frames=late_after - late,
        dropped=dropped,
        replies=len(delays),
        reply_p50_s=float(np.percentile(delays, 50)) if delays else None,
        reply_p95_s=float(np.percentile(delays, 95)) if delays else None,
        resident_mb=ended.resident / MEGABYTE,
        cores_had=_cores_had(began, ended, own),
        callers_late_ms=1000 * callers.worst_late,
    )


def _look(service: RunningService) -> tuple[Cost, int, int]:
    """The cost up to now, and the frames late and taken; the callers go on meanwhile."""
    late = service.counted("assistant_frames_late_total")
    return service.cost(), int(late), int(service.counted("assistant_frames_total"))


def _delays(service: RunningService, callers: Sequence[Caller], since: float) -> list[float]:
    """Seconds each answered turn had to wait for its first sound, begun after `since`."""
    found = [delay for caller in callers for at, delay in caller.key_delays if at >= since]
    timings = service.events("timing")
    for caller in callers:
        for event in timings.get(caller.call_sid, ()):
            frame = event["decided_ms"] // round(FRAME_S * 1000) - 1
            if event["decode_cpu_ms"] > 0 and 0 <= frame < len(caller.sent):
                decided = caller.sent[frame]
                first = next((moment for moment in caller.heard if moment >= decided), None)
                if decided >= since and first is not None:
                    found.append(first - decided)
    return found


def _cores_had(began: Cost, ended: Cost, own_s: float) -> float:
    ours = ended.front_s - began.front_s + ended.workers_s - began.workers_s + own_s
    others = max(0.0, ended.machine_s - began.machine_s - ours)
    return (os.cpu_count() or 1) - others / (ended.at - began.at)


def _rounded(value: object) -> object:
    return round(value, 3) if isinstance(value, float) else value
