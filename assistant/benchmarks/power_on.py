"""From power-on to the first answered call: a process is started and rung until it is heard.

Models, rendered prompts and what the readers learnt lie on the disk, as after every start but the
first: one start is made and ended before, so that the database lies there too.
"""

from __future__ import annotations

import contextlib
import secrets
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any

from websockets.exceptions import WebSocketException

from assistant.benchmarks.running import BenchError, begun, borrow, launched
from assistant.drill.caller import NoAnswerError
from assistant.drill.carrier import Carrier, DrillError

TRIES = 3
WITHIN_S = 60.0
PAUSE_S = 0.05
"Between two tries to ring a line that does not answer yet."


def run(data: Path) -> dict[str, Any]:
    """Seconds to the first sound of a greeting, and until the line hears, of several starts.

    Models and rendered prompts are those of `data`. Raises `BenchError` when no call is answered.
    """
    with tempfile.TemporaryDirectory(prefix="bench-power-on-") as folder:
        scratch = Path(folder)
        borrow(data, scratch)
        given = {"ASSISTANT_TWILIO__AUTH_TOKEN": secrets.token_hex(16), "ASSISTANT_DRILL__AT": ""}
        with launched(["--data", folder], scratch / "service.log", given):
            pass
        starts = [_started(scratch, given, number) for number in range(TRIES)]
    middle = sorted(start["answered_s"] for start in starts)[TRIES // 2]
    return {"starts": starts, "median_answered_s": middle}


def _started(scratch: Path, given: dict[str, str], number: int) -> dict[str, float]:
    on = time.monotonic()
    with begun(["--data", str(scratch)], scratch / "service.log", given) as (base, _):
        open_s = _until(base + "/healthz", on)
        carrier = Carrier(base, given["ASSISTANT_TWILIO__AUTH_TOKEN"])
        answered_s = _answered(carrier, number, on)
        hears_s = _until(base + "/readyz", on)
    times = {"open_s": open_s, "answered_s": answered_s, "hears_s": hears_s}
    return {name: round(seconds, 2) for name, seconds in times.items()}


def _until(url: str, on: float) -> float:
    """Seconds until a page is there. Raises `BenchError` where it does not come."""
    while time.monotonic() - on < WITHIN_S:
        with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=5):  # noqa: S310 - loopback
            return time.monotonic() - on
        time.sleep(PAUSE_S)
    raise BenchError(f"nothing was there within {WITHIN_S:g} s of the start")


def _answered(carrier: Carrier, number: int, on: float) -> float:
    """Seconds until a call hears the first sound. Raises `BenchError` where none does."""
    while time.monotonic() - on < WITHIN_S:
        call = f"CA-power-{number}-{time.monotonic_ns()}"
        with (
            contextlib.suppress(DrillError, NoAnswerError, WebSocketException, OSError),
            carrier.call(call, "+8613800000402") as caller,
        ):
            while not caller.heard_at and not caller.closed:
                caller.wait(0.02)
            if caller.heard_at:
                return caller.heard_at[0] - on
        time.sleep(PAUSE_S)
    raise BenchError(f"no call was answered within {WITHIN_S:g} s of the start")
