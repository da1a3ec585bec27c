"""How long a fresh process takes from its first import to its first answer, and what it holds.

Run as a module with a table and a language, it prints one JSON object.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
KILOBYTE_MEGABYTES = 1 / 1024


def measure(table: Path, language: str) -> dict[str, float]:
    """`cold_start_s`, the processor's share of it, and `added_mb` (peak, beyond NumPy)."""
    command = [sys.executable, "-m", __name__, str(table), language]
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def peak_mb() -> float:
    """Linux's high-water mark; `getrusage` would begin with the parent's."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    mark = next(line for line in status.splitlines() if line.startswith("VmHWM:"))
    return int(mark.split()[1]) * KILOBYTE_MEGABYTES


def _start(table: Path, language: str) -> dict[str, Any]:
    import numpy as np  # noqa: PLC0415 - every matcher needs it: it is not counted

    lines = table.read_text(encoding="utf-8").splitlines()[1:]
    rows = [line.split("\t") for line in lines if line]
    before, started, busy = peak_mb(), time.perf_counter(), time.process_time()
    from assistant.understanding.matcher import IntentMatcher  # noqa: PLC0415 - what is measured

    matcher = IntentMatcher(language).fit([row[0] for row in rows], [row[1] for row in rows])
    matcher.match(rows[0][0])
    passed, worked = time.perf_counter() - started, time.process_time() - busy
    return {
        "cold_start_s": float(np.round(passed, 3)),
        "cold_start_cpu_s": float(np.round(worked, 3)),
        "added_mb": float(np.round(peak_mb() - before, 1)),
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(_start(Path(sys.argv[1]), sys.argv[2])))
