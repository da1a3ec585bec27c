"""A process that is held to a share of a processor gets that share, and its freedom back."""

import contextlib
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.benchmarks.running import BenchError
from assistant.benchmarks.small_machines import GROUPS, small_machine

SHARE = 0.25
BUSY = "while True: pass"


@pytest.fixture
def busy() -> Iterator[subprocess.Popen[bytes]]:
    """A process that takes all it gets."""
    with subprocess.Popen([sys.executable, "-c", BUSY]) as process:
        yield process
        process.kill()


def test_a_busy_process_gets_its_share_and_no_more(busy: subprocess.Popen[bytes]) -> None:
    """Measured for a second; 30 % more allows for ticks of 10 ms and the period's end."""
    if not _may_be_made():
        pytest.skip("no control group of processors can be made here: that takes root")
    with small_machine(busy.pid, SHARE):
        groups = _groups()
        before, began = _cpu_s(busy.pid), time.monotonic()
        time.sleep(1)
        used = (_cpu_s(busy.pid) - before) / (time.monotonic() - began)
    assert len(groups) == 1
    assert used <= SHARE * 1.3
    assert not _groups() & groups


def test_who_is_gone_is_told_in_a_sentence() -> None:
    """Nothing of the group is left behind."""
    with subprocess.Popen([sys.executable, "-c", ""]) as gone:
        gone.wait()
    with pytest.raises(BenchError, match="without --share"), small_machine(gone.pid, SHARE):
        pytest.fail("a process that is gone was held")
    assert not _groups()


def _may_be_made() -> bool:
    """Whether this kernel lets us limit a group, tried with an empty one."""
    for tree in (GROUPS, GROUPS / "cpu"):
        group = tree / "neighbour-line-tried"
        with contextlib.suppress(OSError):
            group.mkdir()
            limited = any((group / name).exists() for name in ("cpu.max", "cpu.cfs_quota_us"))
            group.rmdir()
            if limited:
                return True
    return False


def _groups() -> set[Path]:
    return {path for path in GROUPS.glob("**/neighbour-line-*") if path.is_dir()}


def _cpu_s(pid: int) -> float:
    """User and system seconds, from proc(5), in ticks of 10 ms."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / 100
