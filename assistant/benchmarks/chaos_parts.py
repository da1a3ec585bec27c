"""What faults are made with: a slow way to a server, a carrier that hangs, a clock that jumps.

And what was heard: the prompts of a call, read from the journal of a service.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.benchmarks.running import descendants

if TYPE_CHECKING:
    from collections.abc import Iterator

NAME = ".s.PGSQL.5432"
"What PostgreSQL calls its socket in a folder."
MOST = 1 << 16
CLOCK = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <time.h>

static volatile long *ahead;
static int (*real)(clockid_t, struct timespec *);

__attribute__((constructor)) static void begin(void) {
    int file = open(getenv("BENCH_CLOCK"), O_RDONLY);
    ahead = mmap(0, sizeof(long), PROT_READ, MAP_SHARED, file, 0);
    real = dlsym(RTLD_NEXT, "clock_gettime");
}
int clock_gettime(clockid_t clock, struct timespec *now) {
    if (!real) real = dlsym(RTLD_NEXT, "clock_gettime");
    int result = real(clock, now);
    if (clock == CLOCK_REALTIME && ahead && ahead != MAP_FAILED) now->tv_sec += *ahead;
    return result;
}
int gettimeofday(struct timeval *restrict now, void *restrict zone) {
    struct timespec exact;
    clock_gettime(CLOCK_REALTIME, &exact);
    now->tv_sec = exact.tv_sec;
    now->tv_usec = exact.tv_nsec / 1000;
    return 0;
}
time_t time(time_t *now) {
    struct timespec exact;
    clock_gettime(CLOCK_REALTIME, &exact);
    if (now) *now = exact.tv_sec;
    return exact.tv_sec;
}
"""
"Stands before the C library's clock of the wall; the clocks that only count go on."


def workers_of(pid: int) -> list[int]:
    """The processes in which a service hears and speaks, in the order they were started in."""
    found = []
    for child in descendants(pid):
        with suppress(OSError):
            if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes():
                found.append(child)
    return sorted(found)


def prompts_of(journal: Path, call: str) -> list[str]:
    """The prompts said in a call, in their order."""
    lines = journal.read_text("utf-8").splitlines() if journal.exists() else []
    events = [json.loads(line) for line in lines if f'"{call}"' in line]
    return [event["prompt"] for event in events if event["event"] == "said"]


@dataclass(slots=True)
class SlowSocket:
    """Stands before a server's socket and passes on what is asked, late if told to."""

    listening: Path
    server: Path
    delay_s: float = 0.0

    @contextmanager
    def open(self) -> Iterator[SlowSocket]:
        """Listen until the end."""
        with socket.socket(socket.AF_UNIX) as door:
            door.bind(str(self.listening / NAME))
            door.listen()
            threading.Thread(target=self._take, args=(door,), daemon=True).start()
            yield self

    def _take(self, door: socket.socket) -> None:
        with suppress(OSError):
            while True:
                hers, _ = door.accept()
                servers = socket.socket(socket.AF_UNIX)
                servers.connect(str(self.server / NAME))
                for ends in ((hers, servers, True), (servers, hers, False)):
                    threading.Thread(target=self._pass_on, args=ends, daemon=True).start()

    def _pass_on(self, source: socket.socket, target: socket.socket, asks: bool) -> None:  # noqa: FBT001 - a thread's argument
        with suppress(OSError):
            while data := source.recv(MOST):
                if asks and self.delay_s:
                    time.sleep(self.delay_s)
                target.sendall(data)
        for end in (source, target):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


@contextmanager
def hanging_server() -> Iterator[str]:
    """The address of somebody on loopback who takes every connection and never answers."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        door.listen(64)
        yield f"http://127.0.0.1:{door.getsockname()[1]}"


@dataclass(frozen=True, slots=True)
class Clock:
    """The clock on the wall as one service and its workers see it."""

    file: Path
    environment: dict[str, str]

    def jump(self, seconds: int) -> None:
        """Stand so far from the true time from now on."""
        self.file.write_bytes(seconds.to_bytes(8, "little", signed=True))


def made_clock(folder: Path) -> Clock | None:
    """A clock for services started with its environment; `None` where no compiler is at hand."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None or os.name != "posix":
        return None
    source, library, file = folder / "clock.c", folder / "clock.so", folder / "clock"
    source.write_text(CLOCK)
    command = [compiler, "-shared", "-fPIC", "-O1", "-o", str(library), str(source), "-ldl"]
    if subprocess.run(command, check=False, capture_output=True).returncode:
        return None
    clock = Clock(file, {"LD_PRELOAD": str(library), "BENCH_CLOCK": str(file)})
    clock.jump(0)
    return clock
