"""What a SIP line carries: real calls by sipp, with recorded sound and keys, on this machine.

First calls that come quickly: none may fail, and no key may be lost. Then as many calls by keys as
a full house has, at the same time: how late frames are sent, and what a second of a call costs,
with the same figure of Twilio's path beside it. sipp is Debian's package sip-tester.
"""

from __future__ import annotations

import contextlib
import json
import re
import secrets
import shutil
import socket
import subprocess
import tempfile
import threading
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from assistant.benchmarks.apart import apart
from assistant.benchmarks.calls import BY_KEYS
from assistant.benchmarks.rounds import measure
from assistant.benchmarks.running import NO_LIMIT, BenchError, RunningService, launched

if TYPE_CHECKING:
    from collections.abc import Iterator

HOST: Final = "127.0.0.1"
SCENARIO: Final = Path(__file__).with_name("lines_call.xml")
SOUNDS: Final = Path("/usr/share/sip-tester")
"Recordings that come with sipp: A-law speech, and telephone events."
KEYS_A_CALL = 2
BEFORE_HOLD_S = 2.4
"From a call's answer until it has pressed both keys."
LATE: Final = re.compile(r'assistant_line_lateness_seconds_bucket\{le="([^"]+)"\} ([0-9.e+]+)')
BLOCK = """
lines:
  bench:
    kind: sip
    address: {host}
    port: {port}
    peer: {host}
    user: bench
    register_s: 0
    calls: 400
    rtp_ports: [21000, 21998]
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sipp:
    """What one run of sipp does."""

    calls: int
    rate: int
    "Begun in a second."
    hold_s: float
    "How long each stays after its keys."


@dataclass(frozen=True, slots=True)
class Rung:
    """What came of it."""

    made: int
    failed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How much is tried; a look at the parts tries less."""

    quick: Sipp = Sipp(calls=50, rate=10, hold_s=0.5)
    together: Sipp = Sipp(calls=100, rate=20, hold_s=30.0)
    seconds: float = 20.0
    "Measured while all of `together` are in progress."
    twilio_calls: int = 20


def run(data: Path, plan: Plan | None = None) -> dict[str, Any]:
    """Measure and return the figures. Raises `BenchError` without sipp or without a service."""
    plan = plan or Plan()
    if shutil.which("sipp") is None:
        raise BenchError("sipp is not installed; apt-get install sip-tester")
    with tempfile.TemporaryDirectory(prefix="bench-lines-") as folder:
        scratch, port = Path(folder), _free_port()
        with _service(data, scratch, port) as running:
            quick = _quick(running, port, plan.quick)
            together = _together(running, port, plan)
            beside = measure(running, BY_KEYS, plan.twilio_calls, plan.seconds / 2)
    return {
        "quick": quick,
        "together": together,
        "twilio": {"calls": beside.calls, "cpu_ms_a_stream_second": round(beside.front_ms, 2)},
    }


@contextlib.contextmanager
def _service(data: Path, scratch: Path, port: int) -> Iterator[RunningService]:
    """The service with one line and no limit but the line's own; everything else in `scratch`."""
    if (data / "models").is_dir():
        (scratch / "models").symlink_to((data / "models").resolve())
    text = apart(scratch).read_text("utf-8")
    config, journal, secret = scratch / "config.yaml", scratch / "j.jsonl", secrets.token_hex(16)
    block = BLOCK.format(host=HOST, port=port)
    config.write_text(text.replace("\nlines: {}\n", block), "utf-8")
    options = ["--data", str(scratch), "--config", str(config), "--journal", str(journal)]
    given = {
        "ASSISTANT_CALLS__SPEECH": "0",
        "ASSISTANT_CALLS__KEYS": str(NO_LIMIT),
        "ASSISTANT_CALLS__NUMBER": str(NO_LIMIT),
        "ASSISTANT_TWILIO__AUTH_TOKEN": secret,
        "ASSISTANT_DRILL__AT": "",
    }
    with launched(options, scratch / "service.log", given) as (base, process):
        yield RunningService(base, secret, journal, process)


def _quick(running: RunningService, port: int, what: Sipp) -> dict[str, Any]:
    came = ring(port, what)
    time.sleep(1)
    keys = sum(1 for line in _lines(running.journal) if line["event"] == "key")
    lost = what.calls * KEYS_A_CALL - keys
    return {"calls": what.calls, "failed": came.failed, "keys_lost": lost}


def _together(running: RunningService, port: int, plan: Plan) -> dict[str, Any]:
    """All of them in progress: looked at twice, `seconds` apart."""
    what, came = plan.together, list[Rung]()
    calling = threading.Thread(target=lambda: came.append(ring(port, what)))
    calling.start()
    time.sleep(what.calls / what.rate + BEFORE_HOLD_S + 1)
    before, cost = _page(running), running.cost()
    time.sleep(plan.seconds)
    after, spent = _page(running), running.cost()
    calling.join()
    frames = _figure(after, "assistant_line_frames_total") - _figure(
        before, "assistant_line_frames_total"
    )
    late = _figure(after, "assistant_line_frames_late_total") - _figure(
        before, "assistant_line_frames_late_total"
    )
    seconds = frames / 50
    return {
        "calls": what.calls,
        "failed": came[0].failed,
        "at_the_same_time": round(seconds / (spent.at - cost.at)),
        "frames": round(frames),
        "late_frames": round(late),
        "lateness_p99_9_ms": lateness(before, after, 0.999),
        "cpu_ms_a_stream_second": round((spent.front_s - cost.front_s) * 1000 / seconds, 2),
    }


def ring(port: int, what: Sipp) -> Rung:
    """Calls to the line at this port; blocks until they are over. Raises `BenchError`."""
    command = [
        "sipp", "-sf", str(SCENARIO), "-s", "bench", "-i", HOST, "-p", str(_free_port()),
        "-mi", HOST, "-mp", "23000", "-m", str(what.calls), "-r", str(what.rate),
        "-l", str(what.calls), "-d", str(round(what.hold_s * 1000)), "-nostdin",
        "-timeout", str(round(what.calls / what.rate + what.hold_s + 30)), f"{HOST}:{port}",
    ]  # fmt: skip
    done = subprocess.run(
        command, cwd=SOUNDS, stdin=subprocess.DEVNULL, capture_output=True, check=False
    )
    return read(done.stdout.decode("utf-8", "replace"))


def read(screen: str) -> Rung:
    """What sipp's last screen counts. Raises `BenchError` where it has none."""
    good = re.findall(r"Successful call\s*\|\s*\d+\s*\|\s*(\d+)", screen)
    bad = re.findall(r"Failed call\s*\|\s*\d+\s*\|\s*(\d+)", screen)
    if not good or not bad:
        raise BenchError("sipp did not run; try it by hand: sipp -v")
    return Rung(int(good[-1]) + int(bad[-1]), int(bad[-1]))


def lateness(before: str, after: str, share: float) -> float | None:
    """Milliseconds within which this share of ticks came, by two pages of metrics."""
    earlier = dict(LATE.findall(before))
    counts = [(le, float(n) - float(earlier.get(le, 0))) for le, n in LATE.findall(after)]
    if not counts or counts[-1][1] <= 0:
        return None
    wanted = share * counts[-1][1]
    return next(float(le) * 1000 for le, count in counts if count >= wanted)


def _page(running: RunningService) -> str:
    with urllib.request.urlopen(running.base + "/metrics", timeout=20) as answer:  # noqa: S310 - loopback
        text: str = answer.read().decode()
        return text


def _figure(page: str, name: str) -> float:
    found = re.search(rf"^{name} ([0-9.e+]+)$", page, re.MULTILINE)
    return float(found.group(1)) if found else 0.0


def _lines(journal: Path) -> Iterator[dict[str, Any]]:
    with journal.open(encoding="utf-8") as lines:
        for line in lines:
            if line.endswith("\n"):
                yield json.loads(line)


def _free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])
