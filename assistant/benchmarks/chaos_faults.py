"""The faults themselves: each is made on a running line for as long as its block lasts."""

from __future__ import annotations

import contextlib
import os
import resource
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from assistant.benchmarks.chaos_parts import workers_of
from assistant.benchmarks.running import BenchError

if TYPE_CHECKING:
    from assistant.benchmarks.chaos_line import Line

AWAY_S: Final = 10.0
"Longer than the eight seconds for which a text waits for the database."
SLOW_S: Final = 2.0
QUIET_S, RENEWED_S, LATE_S = 1.5, 4.0, 75.0
JUMP_S: Final = 3600
REST: Final = {
    "ASSISTANT_TWILIO__ACCOUNT_SID": "AC" + "1" * 32,
    "ASSISTANT_TWILIO__FROM_NUMBER": "+8657188001234",
}
"A carrier's account, so that its REST side is asked to hang up."
BASE: Final = "ASSISTANT_TWILIO__API_BASE"


@contextmanager
def service_killed(line: Line) -> Iterator[None]:
    """Nothing of it is tidied up; whoever keeps the box starts it again (systemd does at once)."""
    line.running.kill()
    line.running.wait(10)
    yield
    line.start()


@contextmanager
def hearing_killed(line: Line) -> Iterator[None]:
    """One recognition process ends in mid-sentence; they are started before the voice is."""
    _kill(workers_of(line.running.pid)[:1])
    yield


@contextmanager
def voice_killed(line: Line) -> Iterator[None]:
    """The process that speaks ends."""
    _kill(workers_of(line.running.pid)[-1:])
    yield


@contextmanager
def model_deleted(line: Line) -> Iterator[None]:
    """The models vanish from the disk, and whoever had read them ends."""
    shutil.rmtree(line.data / "models", ignore_errors=True)
    _kill(workers_of(line.running.pid))
    yield


@contextmanager
def disk_full(line: Line) -> Iterator[None]:
    """Not a byte is left beside the database."""
    filler = line.data / "filler"
    with filler.open("wb", buffering=0) as stream, contextlib.suppress(OSError):
        while True:
            stream.write(bytes(4096))
    yield
    filler.unlink()


@contextmanager
def nothing_written(line: Line) -> Iterator[None]:
    """No file takes a byte any more, as when a system makes a failing disk read-only."""
    before = resource.prlimit(line.running.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(line.running.pid, resource.RLIMIT_FSIZE, (0, before[1]))
    yield
    resource.prlimit(line.running.pid, resource.RLIMIT_FSIZE, before)


@contextmanager
def database_killed(line: Line) -> Iterator[None]:
    """The server's first process is killed as the kernel does it, and is away for a while."""
    if line.server is None:
        raise BenchError("this fault needs a server")
    begun = time.monotonic()
    with line.server.killed():
        yield
        time.sleep(max(0.0, AWAY_S - (time.monotonic() - begun)))


@contextmanager
def database_slow(line: Line) -> Iterator[None]:
    """Each question reaches the server two seconds late."""
    if line.slow is None:
        raise BenchError("this fault needs a slow way to a server")
    line.slow.delay_s = SLOW_S
    yield
    line.slow.delay_s = 0.0


def clock_jumps(seconds: int) -> Callable[[Line], AbstractContextManager[None]]:
    """The clock on the wall is set to another time, and stays there."""

    @contextmanager
    def jump(line: Line) -> Iterator[None]:
        if line.clock is None:
            raise BenchError("this fault needs a clock of its own")
        line.clock.jump(seconds)
        yield

    return jump


@contextmanager
def from_the_start(line: Line) -> Iterator[None]:
    """What fails was so before the line was started."""
    del line
    yield


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that goes wrong."""

    make: Callable[[Line], AbstractContextManager[None]]
    needs: str = ""
    "`disk` of its own, `postgres`, a `slow` one, a `clock`, `models`, or a carrier that `hangs`."
    settings: dict[str, str] = field(default_factory=dict)
    quiet_s: float = QUIET_S
    "She takes it that nothing more is said when so long nothing came, on the call's own clock."
    key: str = "#"
    "What is pressed meanwhile; 9 has the carrier asked to hang up."


FAULTS: Final[dict[str, Fault]] = {
    "service killed": Fault(service_killed),
    "recogniser killed": Fault(hearing_killed, "models"),
    "voice killed": Fault(voice_killed, quiet_s=RENEWED_S),
    "models deleted": Fault(model_deleted, "models", quiet_s=RENEWED_S),
    "disk full": Fault(disk_full, "disk"),
    "disk read-only": Fault(nothing_written, "pipe"),
    "clock an hour on": Fault(clock_jumps(JUMP_S), "clock"),
    "clock an hour back": Fault(clock_jumps(-JUMP_S), "clock"),
    "carrier refuses": Fault(from_the_start, "", {**REST, BASE: "http://127.0.0.1:9"}, key="9"),
    "carrier hangs": Fault(from_the_start, "hangs", REST, key="9"),
    "names gone": Fault(from_the_start, "", {**REST, BASE: "http://carrier.invalid"}, key="9"),
    "database killed": Fault(database_killed, "postgres"),
    "database slow": Fault(database_slow, "slow", quiet_s=LATE_S),
}


def _kill(pids: list[int]) -> None:
    """Raises `BenchError` where there is nobody to kill."""
    if not pids:
        raise BenchError("no worker of the service was found")
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def own_disk(line: Line, size: str) -> bool:
    """A disk in memory for the data folder; whether it could be had, which needs root."""
    place = str(line.data)
    command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", place]
    if subprocess.run(command, check=False, capture_output=True).returncode:
        return False
    line.stack.callback(subprocess.run, ["umount", "--lazy", place], check=False)
    return True
