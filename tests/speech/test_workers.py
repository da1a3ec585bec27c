from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from assistant.speech.workers import Worker, WorkerFailed, WorkerLost, WorkerTimeout
from tests.speech import worker_targets as targets

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@contextmanager
def running(
    target: Callable[..., None] = targets.echo,
    **options: Any,  # noqa: ANN401 - the worker's own
) -> Iterator[Worker]:
    """A worker for the length of a block."""
    worker = Worker("test", target, **options)
    worker.start()
    try:
        yield worker
    finally:
        worker.stop()


@pytest.fixture(scope="module")
def echo() -> Iterator[Worker]:
    """One worker for the tests that leave it whole."""
    with running() as worker:
        assert worker.wait_ready(10)
        yield worker


def send_many(worker: Worker) -> None:
    """More than pipe and queue hold."""
    for _ in range(50):
        worker.send(bytes(1 << 20))


def gone(pid: int, within_s: float = 3.0) -> bool:
    """Whether a process ends in time."""
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        with open(f"/proc/{pid}/stat", encoding="ascii") as stat:  # noqa: PTH123 - may vanish
            if ") Z " in stat.read():
                return True
        time.sleep(0.02)
    return False


def test_the_target_runs_in_a_process_of_its_own(echo: Worker) -> None:
    """The child answers with another process id, the one the parent knows."""
    assert echo.ask("pid", 5) == echo.pid != os.getpid()


def test_request_and_ask_are_twins(echo: Worker) -> None:
    """From asyncio and from a thread the same answer comes."""
    assert asyncio.run(echo.request({"a": 1}, 5)) == echo.ask({"a": 1}, 5) == {"a": 1}


def test_outstanding_requests_keep_their_answers(echo: Worker) -> None:
    """Five hundred requests at once each get their own answer."""

    async def many() -> list[Any]:
        return await asyncio.gather(*(echo.request(number, 10) for number in range(500)))

    assert asyncio.run(many()) == list(range(500))


def test_a_cancelled_request_leaves_the_worker_whole(echo: Worker) -> None:
    """A caller who hangs up while waiting costs no process."""
    pid = echo.pid

    async def hang_up() -> None:
        task = asyncio.create_task(echo.request("x", 5))
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    asyncio.run(hang_up())
    assert echo.ask("pid", 5) == pid


def test_a_foreign_error_is_told_without_its_words(echo: Worker) -> None:
    """An exception refuses the one request, and its text, which may quote a resident, stays out."""
    pid = echo.pid
    with pytest.raises(WorkerFailed, match=r"ValueError at worker_targets\.py") as refusal:
        echo.ask("foreign", 5)
    assert "王" not in str(refusal.value)
    assert "138" not in str(refusal.value)
    assert echo.ask("pid", 5) == pid


def test_our_own_error_is_told_in_full(echo: Worker) -> None:
    """Messages of the project's errors are fit for an operator and come through."""
    with pytest.raises(WorkerFailed, match="no voice for xx; install one"):
        echo.ask("known", 5)


def test_the_child_has_no_terminal(echo: Worker, capfd: pytest.CaptureFixture[str]) -> None:
    """Standard input is empty, and what native code writes to 1 and 2 goes nowhere."""
    assert echo.ask("stdin", 5) == b""
    echo.ask("shout", 5)
    captured = capfd.readouterr()
    assert (captured.out, captured.err) == ("", "")


def test_the_child_ignores_the_interrupt_key(echo: Worker) -> None:
    """Ctrl-C at the terminal reaches the whole group; the parent decides when a child ends."""
    pid = echo.ask("pid", 5)
    os.kill(pid, signal.SIGINT)
    assert echo.ask("pid", 5) == pid


def test_requests_leak_no_descriptors(echo: Worker) -> None:
    """A thousand requests leave threads and descriptors as they were, on both sides."""

    def counts() -> tuple[int, int, int]:
        here = len(os.listdir("/proc/self/fd"))  # noqa: PTH208 - counts, reads nothing
        return echo.ask("descriptors", 5), here, threading.active_count()

    before = counts()
    for number in range(1000):
        echo.ask(number, 5)
    assert counts() == before


def test_a_dead_child_is_replaced() -> None:
    """A request to a child that dies is lost; the next is answered by another child."""
    with running() as worker:
        first = worker.ask("pid", 10)
        with pytest.raises(WorkerLost, match="code -9"):
            worker.ask("die", 10)
        assert worker.ask("pid", 10) != first
        assert worker.starts == 2


def test_a_hung_child_is_killed_and_replaced() -> None:
    """Too long an answer costs the child its life, and others who wait on it their request."""
    with running() as worker:
        first = worker.ask("pid", 10)

        async def hang() -> tuple[Any, Any]:
            waiting = asyncio.create_task(worker.request("hang", 0.3))
            await asyncio.sleep(0.05)
            return await asyncio.gather(
                waiting, worker.request("behind", 10), return_exceptions=True
            )

        hung, behind = asyncio.run(hang())
        assert isinstance(hung, WorkerTimeout)
        assert isinstance(behind, WorkerLost)
        assert worker.ask("pid", 10) != first
        assert gone(first)


def test_late_is_not_hung(echo: Worker) -> None:
    """A child at work on others' requests is waited for; one that stands still is not."""
    pid = echo.ask("pid", 5)
    ticks = iter(range(100))

    async def behind(progress: Callable[[], int]) -> object:
        for _ in range(2):
            echo.send("slow")
        return await echo.request("mine", 0.25, progress=progress)

    assert asyncio.run(behind(lambda: next(ticks))) == "mine"

    async def far_behind() -> object:
        for _ in range(5):
            echo.send("slow")
        return await echo.request("mine", 0.1, progress=lambda: next(ticks))

    with pytest.raises(WorkerTimeout, match="overloaded"):
        asyncio.run(far_behind())
    assert echo.ask("pid", 5) == pid
    with pytest.raises(WorkerTimeout, match="no answer"):
        asyncio.run(behind(lambda: 0))
    assert echo.ask("pid", 5) != pid


def test_what_cannot_be_sent_raises_where_it_is_sent(echo: Worker) -> None:
    """A message that cannot be pickled is the caller's mistake and does the worker no harm."""
    with pytest.raises((TypeError, AttributeError)):
        echo.send(threading.Lock())
    assert echo.ask(1, 5) == 1


def test_a_stopped_process_counts_as_hung() -> None:
    """A child that does not run at all is replaced like one that computes for ever."""
    with running() as worker:
        first = worker.ask("pid", 10)
        os.kill(first, signal.SIGSTOP)
        with pytest.raises(WorkerTimeout):
            worker.ask("x", 0.2)
        assert worker.ask("pid", 10) != first


def test_restarts_are_bounded() -> None:
    """A child that dies at once is tried twice, then after the delay; requests fail at once."""
    with running(targets.dead_on_arrival, restart_delays_s=(0.0, 60.0)) as worker:
        deadline = time.monotonic() + 10
        while (third := worker._child) is None or third.delay_s < 60:
            assert time.monotonic() < deadline
            time.sleep(0.01)
        started = time.monotonic()
        with pytest.raises(WorkerLost, match=r"keeps dying .broken ChildEnd."):
            worker.ask("x", 5)
        assert time.monotonic() - started < 0.5
        assert worker.starts == 2
        assert not worker.alive


def test_a_child_that_never_gets_ready_is_replaced() -> None:
    """Loading has its own time-out; until it is over a request waits without killing anything."""
    with running(targets.never_ready, ready_timeout_s=0.6, restart_delays_s=(60.0,)) as worker:
        with pytest.raises(WorkerTimeout):
            worker.ask("x", 0.05)
        assert worker.generation == 1
        assert not worker.wait_ready(1.5)
        assert worker.last_error == "not ready in time"


def test_sending_never_waits() -> None:
    """With the pipe and the queue full the next message is refused, not waited for."""
    with running(targets.never_ready, queue_size=4) as worker:
        started = time.monotonic()
        with pytest.raises(WorkerLost, match="4 messages behind"):
            send_many(worker)
        assert time.monotonic() - started < 1.0


def test_every_child_hears_the_prologue_first() -> None:
    """What a child must know is told again to its replacement, before anything else."""
    notices: list[Any] = []
    losses: list[int] = []
    with running(
        targets.collect,
        prologue=lambda: ["a", "b"],
        on_notice=notices.append,
        on_loss=lambda: losses.append(1),
    ) as worker:
        assert worker.ask("c", 10) == ["a", "b", "c"]
        worker.replace("test")
        worker.send("d")
        assert worker.ask("e", 10) == ["a", "b", "d", "e"]
    assert [word for _, word in notices] == ["a", "b", "c", "a", "b", "d", "e"]
    assert losses == [1]


def test_stop_ends_the_child() -> None:
    """After `stop`, which may come twice, there is no process and requests are refused."""
    with running() as worker:
        pid = worker.ask("pid", 10)
        worker.stop()
        worker.stop()
        assert gone(pid)
        with pytest.raises(WorkerLost, match="not running"):
            worker.ask("x", 1)


def test_the_child_dies_with_its_parent(project: Path) -> None:
    """A parent killed without warning leaves no child behind, even one that hangs."""
    script = (
        "import os\n"
        "from assistant.speech.workers import Worker\n"
        "from tests.speech import worker_targets\n"
        "worker = Worker('orphan', worker_targets.echo)\n"
        "worker.start()\n"
        "print(worker.ask('pid', 20), flush=True)\n"
        "worker.send('hang')\n"
        "os.kill(os.getpid(), 9)\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", script], cwd=project, capture_output=True, timeout=60, check=False
    )
    assert run.returncode == -signal.SIGKILL, run.stderr
    assert gone(int(run.stdout))
