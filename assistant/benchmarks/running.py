"""The real service in a process of its own on this machine, and what it costs (Linux's /proc)."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.benchmarks.apart import ROOT, apart, surroundings
from assistant.core.errors import AssistantError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

READY_WITHIN_S = 120.0
ENDS_WITHIN_S = 20.0
"After that a service that was asked to end is killed."
TICKS = os.sysconf("SC_CLK_TCK")
MEGABYTE = 1 << 20
NO_LIMIT = 100_000


class BenchError(AssistantError, RuntimeError):
    """The service to be measured did not start or did not answer."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What the service had used at one moment."""

    at: float
    front_s: float
    "CPU of the process that owns the port: media, dialogue, pages."
    workers_s: float
    "CPU of recognition and synthesis."
    machine_s: float
    "CPU of the whole machine, others included."
    resident: int
    "Bytes of all its processes that are its own; what they share is counted once."


@dataclass(slots=True)
class RunningService:
    """A service on loopback that accepts calls signed with `secret`."""

    base: str
    secret: str
    journal: Path
    process: subprocess.Popen[bytes] = field(repr=False)

    def cost(self) -> Cost:
        """What it has used up to now."""
        own, *others = [self.process.pid, *descendants(self.process.pid)]
        return Cost(
            at=time.monotonic(),
            front_s=_cpu(own),
            workers_s=sum(map(_cpu, others)),
            machine_s=_machine_cpu(),
            resident=sum(_pages(pid, "Pss") for pid in (own, *others)),
        )

    def filled(self) -> int:
        """Bytes that all its processes have filled themselves; what is read from files is left out.

        The pages of files that other programs map too weigh less or more as those come and go.
        """
        own = self.process.pid
        return sum(_pages(pid, "Pss_Anon") for pid in (own, *descendants(own)))

    def held(self) -> tuple[int, int]:
        """Open files and threads of all its processes."""
        own = self.process.pid
        every = [Path(f"/proc/{pid}") for pid in (own, *descendants(own))]
        return sum(_entries(one / "fd") for one in every), sum(_entries(o / "task") for o in every)

    def counted(self, name: str) -> float:
        """One figure of `/metrics`."""
        with urllib.request.urlopen(self.base + "/metrics", timeout=20) as answer:  # noqa: S310 - loopback
            for line in answer.read().decode().splitlines():
                if line.startswith(name + " "):
                    return float(line.split()[1])
        raise BenchError(f"the service counts no {name}")

    def events(self, name: str) -> dict[str, list[dict[str, Any]]]:
        """The journal's lines of the event `name`, by conversation."""
        found: dict[str, list[dict[str, Any]]] = {}
        with self.journal.open(encoding="utf-8") as lines:
            for line in lines:
                if f'"{name}"' in line and line.endswith("\n"):
                    event = json.loads(line)
                    if event["event"] == name:
                        found.setdefault(event["conversation"], []).append(event)
        return found


@contextlib.contextmanager
def service(data: Path, scratch: Path, **rungs: int) -> Iterator[RunningService]:
    """The service with the models and rendered prompts of `data`, all else of its own in `scratch`.

    `rungs` sets `calls.speech`, `calls.keys` and `calls.number`; what is not named has no limit.
    Raises `BenchError` when it is not ready in time.
    """
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True)
    borrow(data, scratch)
    journal, secret = scratch / "journal.jsonl", secrets.token_hex(16)
    limits = {"speech": NO_LIMIT, "keys": NO_LIMIT, "number": NO_LIMIT, **rungs}
    given = {f"ASSISTANT_CALLS__{name.upper()}": str(value) for name, value in limits.items()}
    given["ASSISTANT_TWILIO__AUTH_TOKEN"] = secret
    given["ASSISTANT_DRILL__AT"] = ""  # nobody but the bench rings
    options = ["--data", str(scratch), "--journal", str(journal)]
    with launched(options, scratch / "service.log", given) as (base, process):
        yield RunningService(base, secret, journal, process)


def borrow(data: Path, scratch: Path) -> None:
    """Let a service over `scratch` use the models and rendered prompts of `data`."""
    for kept in ("models", "audio"):
        if (data / kept).is_dir():
            (scratch / kept).symlink_to((data / kept).resolve())


@contextlib.contextmanager
def launched(
    options: Sequence[str],
    log: Path,
    environment: Mapping[str, str],
    *,
    program: Sequence[str] = ("-m", "assistant.cli"),
) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """`serve` with these options on a free port of this machine, ready; its address and process.

    `program` is what the interpreter runs. Raises `BenchError` when it is not ready in time.
    """
    with begun(options, log, environment, program=program) as (base, process):
        _until_ready(process, base, log)
        yield base, process


@contextlib.contextmanager
def begun(
    options: Sequence[str],
    log: Path,
    environment: Mapping[str, str],
    *,
    program: Sequence[str] = ("-m", "assistant.cli"),
) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """As `launched`, from the moment the process is there, and ended with the block."""
    port = free_port()
    command = [sys.executable, *program, "serve", "--host", "127.0.0.1"]
    command += ["--port", str(port), *options]
    if "--config" not in options:
        command += ["--config", str(apart(log.parent))]
    with log.open("wb") as stream:
        process = subprocess.Popen(
            command, cwd=ROOT, env=surroundings(environment), stdout=stream, stderr=stream
        )
    try:
        yield f"http://127.0.0.1:{port}", process
    finally:
        process.terminate()
        try:
            process.wait(ENDS_WITHIN_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(5)


def _until_ready(process: subprocess.Popen[bytes], base: str, log: Path) -> None:
    """Wait until it hears and the fixed prompts are rendered."""
    deadline = time.monotonic() + READY_WITHIN_S
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(OSError), urllib.request.urlopen(base + "/readyz", timeout=2):  # noqa: S310 - loopback
            _until_idle(process.pid)
            return
        time.sleep(0.1)
    last = log.read_text("utf-8", "replace").strip().splitlines()[-1:]
    raise BenchError(f"the service was not ready within {READY_WITHIN_S:g} s: {''.join(last)}")


def _until_idle(pid: int) -> None:
    """Wait until warming is over: half a second in which hardly anything was used."""
    deadline, before = time.monotonic() + READY_WITHIN_S, -1.0
    while time.monotonic() < deadline:
        used = sum(map(_cpu, (pid, *descendants(pid))))
        if used - before < 0.05:  # noqa: PLR2004 - a tenth of the half second
            return
        before = used
        time.sleep(0.5)


def free_port() -> int:
    """A port of loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def descendants(pid: int) -> list[int]:
    """The processes that a process started, and those started, as far as they still run."""
    found: list[int] = []
    with contextlib.suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                found += [int(child), *descendants(int(child))]
    return found


def _entries(folder: Path) -> int:
    """How many lie in it; 0 for a process that is gone."""
    try:
        return sum(1 for _ in folder.iterdir())
    except OSError:
        return 0


def _cpu(pid: int) -> float:
    """User and system seconds of one process; 0 for one that is gone."""
    try:
        numbers = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(numbers[11]) + int(numbers[12])) / TICKS


def _machine_cpu() -> float:
    """Busy seconds of all processors since the machine was started."""
    user, nice, system, _idle, _wait, *rest = (
        Path("/proc/stat").read_text().split("\n")[0].split()[1:]
    )
    return sum(map(int, (user, nice, system, *rest[:3]))) / TICKS


def _pages(pid: int, kind: str) -> int:
    """Bytes of one process by a row of `smaps_rollup`; pages shared with others in proportion."""
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith(f"{kind}:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    return 0
