"""`run.py bench fuzz --minutes N`: damaged inputs to every surface strangers reach.

Goal: a million inputs, no crash, no 5xx, nothing that takes longer than a second, memory flat.
"""

from __future__ import annotations

import asyncio
import gc
import os
import tempfile
import time
import traceback
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from assistant.benchmarks.fuzz_house import house
from assistant.benchmarks.fuzz_inputs import Damage
from assistant.benchmarks.fuzz_refusals import refusals
from assistant.benchmarks.fuzz_surfaces import surfaces

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assistant.benchmarks.fuzz_surfaces import Surface

MINUTES: Final = 2.0
SEED: Final = 20261125
HANGS_S: Final = 1.0
FAILS: Final = 500
REFUSALS: Final = 100
WARM: Final = 0.3
"Share of the run after which memory is compared: caches and pools have filled by then."
SHOWN: Final = 10
MEGABYTE: Final = 1 << 20


@dataclass(slots=True)
class Tally:
    """What came of the inputs of one surface."""

    inputs: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    crashes: list[str] = field(default_factory=list)
    "Kind of error and where it was raised; never an input, which may hold anything."
    hangs: int = 0
    slowest_s: float = 0.0

    def figures(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "inputs": self.inputs,
            "crashes": len(self.crashes),
            "server_errors": sum(n for status, n in self.statuses.items() if status >= FAILS),
            "hangs": self.hangs,
            "slowest_ms": round(1000 * self.slowest_s, 1),
            "statuses": {str(status): n for status, n in sorted(self.statuses.items())},
            "first_crashes": self.crashes[:SHOWN],
        }


def run(data: Path, *, minutes: float = MINUTES, seed: int = SEED) -> dict[str, Any]:
    """Figures of one run; nothing under `data` is read or changed."""
    del data
    with tempfile.TemporaryDirectory(prefix="bench-fuzz-") as name:
        folder = Path(name)
        with house(folder / "data") as inside:
            return asyncio.run(_all(inside, folder, minutes * 60, seed))


async def _all(inside: Any, folder: Path, seconds: float, seed: int) -> dict[str, Any]:  # noqa: ANN401 - a House
    damage = Damage(seed)
    tallies, grown = await _feed(surfaces(inside, folder), damage, seconds)
    each = {name: tally.figures() for name, tally in tallies.items()}
    refused = await refusals(inside, damage, REFUSALS)
    sums = {key: sum(one[key] for one in each.values()) for key in (
        "inputs", "crashes", "server_errors", "hangs",
    )}  # fmt: skip
    return {
        "seed": seed,
        "seconds": round(seconds, 1),
        **sums,
        "memory": grown,
        "surfaces": each,
        "refused": refused,
        "goal": "1000000 inputs, none a crash, a 5xx or over 1 s; memory flat; all refused",
    }


async def _feed(
    all_surfaces: tuple[Surface, ...], damage: Damage, seconds: float
) -> tuple[dict[str, Tally], dict[str, float]]:
    """Rounds over all surfaces until the time is over; and how memory grew meanwhile."""
    tallies = {surface.name: Tally() for surface in all_surfaces}
    began, warm, before = time.monotonic(), 0, 0
    while (passed := time.monotonic() - began) < seconds:
        if not warm and passed > WARM * seconds:
            warm, before = _resident(), _inputs(tallies)
        for surface in all_surfaces:
            for _ in range(surface.share):
                await _one(surface, tallies[surface.name], damage)
    end = _resident()
    warm = warm or end
    return tallies, {
        "warm_mb": round(warm / MEGABYTE, 1),
        "end_mb": round(end / MEGABYTE, 1),
        "bytes_an_input": round((end - warm) / max(1, _inputs(tallies) - before), 1),
    }


def _inputs(tallies: Mapping[str, Tally]) -> int:
    return sum(tally.inputs for tally in tallies.values())


async def _one(surface: Surface, tally: Tally, damage: Damage) -> None:
    began = time.monotonic()
    try:
        status = await surface.feed(damage)
    except Exception as error:  # noqa: BLE001 - each is a finding
        tally.crashes.append(_where(error))
        status = 0
    took = time.monotonic() - began
    tally.inputs += 1
    tally.statuses[status] += 1
    tally.slowest_s = max(tally.slowest_s, took)
    tally.hangs += took > HANGS_S


def _where(error: Exception) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    return f"{type(error).__name__} at {Path(frames[-1].filename).name}:{frames[-1].lineno}"


def _resident() -> int:
    """Bytes of this process (Linux); 0 elsewhere."""
    gc.collect()
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except OSError:
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")
