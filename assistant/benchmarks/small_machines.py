"""Hold a process to a share of one processor, so that one computer stands for several small ones.

The kernel's own bandwidth control of control groups does it (Documentation/scheduler/
sched-bwc.rst); the groups are made where that hierarchy may be written to, and taken away again.
"""

from __future__ import annotations

import contextlib
import secrets
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from assistant.benchmarks.running import BenchError, descendants

if TYPE_CHECKING:
    from collections.abc import Iterator

GROUPS: Final = Path("/sys/fs/cgroup")
PERIOD_US: Final = 100_000
"The kernel's own. Much shorter ones hold a thread up in the middle of what others wait for."


@contextmanager
def small_machine(pid: int, share: float) -> Iterator[None]:
    """Hold a process and those it has started to `share` of one processor until the end.

    Raises `BenchError` where groups cannot be made: that takes root, and a kernel with
    CONFIG_CFS_BANDWIDTH.
    """
    group = _hierarchy() / f"neighbour-line-{secrets.token_hex(4)}"
    try:
        try:
            group.mkdir()
            _limit(group, round(share * PERIOD_US))
            for one in (pid, *descendants(pid)):
                _move(one, group)
        except OSError as error:
            raise BenchError(
                f"{group}: process {pid} cannot be held to a share of the processor "
                f"({error.strerror}); run it as root, or without --share."
            ) from error
        yield
    finally:
        if group.is_dir():
            _dissolve(group)


def _hierarchy() -> Path:
    """The folder groups are made in: version 2 is one tree, version 1 has one a resource."""
    with contextlib.suppress(OSError):
        if "cpu" in (GROUPS / "cgroup.subtree_control").read_text().split():
            return GROUPS
    return GROUPS / "cpu"


def _limit(group: Path, quota_us: int) -> None:
    if (group / "cpu.max").exists():
        (group / "cpu.max").write_text(f"{quota_us} {PERIOD_US}")
        return
    (group / "cpu.cfs_period_us").write_text(str(PERIOD_US))
    (group / "cpu.cfs_quota_us").write_text(str(quota_us))


def _dissolve(group: Path) -> None:
    """Give its processes back to the group above; an empty one may be taken away."""
    for left in (group / "cgroup.procs").read_text().split():
        with contextlib.suppress(OSError):
            _move(int(left), group.parent)
    group.rmdir()


def _move(pid: int, group: Path) -> None:
    (group / "cgroup.procs").write_text(str(pid))
