"""A copy that is cut off: by a stop of the service, by its death, by a loss of power."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from signal import SIGINT, SIGTERM, Signals
from typing import TYPE_CHECKING

import pytest

from assistant.backing_up import ABANDONED, HALF, copy_apart, copy_to
from assistant.core.errors import DatabaseError
from assistant.database import open_database
from tests.conftest import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

LAST = 19
"The nice value of who lets every other go first."
SERVICE = """
import sys
from pathlib import Path
from assistant.backing_up import copy_apart
file, database, folder = map(Path, sys.argv[1:])
copy_apart(file, database, folder, "")
"""


@pytest.fixture
def endless(tmp_path: Path) -> Iterator[Path]:
    """A database that takes for ever to open: a pipe into which nobody writes."""
    pipe = tmp_path / "line.db"
    os.mkfifo(pipe)
    yield pipe
    os.close(os.open(pipe, os.O_RDWR))


def until(holds: Callable[[], object]) -> None:
    """Wait for it, 30 s at most."""
    end = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.02)


def copying(pipe: Path, process: int) -> bool:
    """Whether a process has begun to copy: it lets others go first, and its folder is there."""
    begun = any((pipe.parent / "backups").glob(f"{HALF}*"))
    return begun and os.getpriority(os.PRIO_PROCESS, process) == LAST


@pytest.mark.parametrize("ended_by", [SIGTERM, SIGINT])
@pytest.mark.timeout(60)
def test_a_copy_that_is_ended_leaves_nothing_behind(endless: Path, ended_by: Signals) -> None:
    """As systemd ends every process of a service, and a terminal too."""
    file = endless.parent / "backups" / "x.backup"
    with ThreadPoolExecutor(1) as pool:
        copy = pool.submit(copy_apart, file, endless, endless.parent, "")
        until(multiprocessing.active_children)
        (child,) = multiprocessing.active_children()
        assert child.pid is not None
        until(lambda: copying(endless, child.pid or 0))
        os.kill(child.pid, ended_by)
        with pytest.raises(DatabaseError, match="was ended"):
            copy.result(30)
    assert [*file.parent.iterdir()] == []


@pytest.mark.timeout(60)
def test_a_copy_ends_with_a_service_that_is_killed(endless: Path) -> None:
    """Nobody would ever give it another piece of work."""
    file = endless.parent / "backups" / "x.backup"
    given = (str(file), str(endless), str(endless.parent))
    service = subprocess.Popen([sys.executable, "-c", SERVICE, *given], cwd=ROOT)
    children = Path(f"/proc/{service.pid}/task")

    def at_it() -> list[int]:
        found = [one for task in children.glob("*/children") for one in task.read_text().split()]
        return [int(one) for one in found if copying(endless, int(one))]

    until(at_it)
    (child,) = at_it()
    service.kill()
    service.wait()
    until(lambda: not Path(f"/proc/{child}").exists() or "Z" in state(child))
    assert not file.exists()


def state(process: int) -> str:
    """The letter of its state."""
    return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]


def test_what_a_loss_of_power_left_is_removed_with_the_next_copy(tmp_path: Path) -> None:
    """It is as big as the database, and residents' deleted rows are in it. One just begun stays."""
    database, folder = tmp_path / "line.db", tmp_path / "backups"
    open_database(f"sqlite:///{database}").close()
    old, under_way = folder / f"{HALF}old", folder / f"{HALF}under-way"
    for one in (old, under_way):
        one.mkdir(parents=True)
        (one / "database.sqlite").write_bytes(b"rows")
    before = (datetime.now(UTC) - ABANDONED).timestamp() - 1
    os.utime(old, (before, before))
    copy_to(folder / "x.backup", database, tmp_path, "")
    assert {one.name for one in folder.iterdir()} == {under_way.name, "x.backup"}
