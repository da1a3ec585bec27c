"""Worker processes for native code: they may crash, hang or keep the GIL there and nowhere else.

A `Worker` owns one child process at a time and replaces it when it is lost. The child runs
`target(connection, *args)`, where `connection` is a `ChildEnd`; `serve` is the loop most targets
need. The parent side may be used from any thread and from asyncio; nothing in it waits for a pipe
but the worker's own two threads. Messages are anything that can be pickled.

The child is started by the `spawn` method: `target` and `args` must be importable and picklable,
and the program's main module must guard its start with `if __name__ == "__main__"`.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from concurrent.futures import CancelledError, Future
from typing import TYPE_CHECKING, Any

from assistant.speech.child import ChildEnd, serve
from assistant.speech.childprocess import Child, WorkerFailed, WorkerLost, WorkerTimeout

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from assistant.core.errors import AssistantError

__all__ = [
    "ChildEnd",
    "Worker",
    "WorkerFailed",
    "WorkerLost",
    "WorkerTimeout",
    "serve",
]

Reply = Any
"Whatever the child sent back; the caller knows its own child."

log = logging.getLogger(__name__)

RESTART_DELAYS_S = (0.0, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0)
"Wait before each start in a row that went wrong: the first replacement is immediate."
STABLE_S = 30.0
"A child that served so long was sound; the next loss starts the delays afresh."
PATIENCE = 3
"Time-outs a child is given that is late but at work."
QUEUE_SIZE = 4000
"Messages waiting for the pipe: 80 s of one call's frames, 3 s of twenty-five calls'."


class Worker:
    """One child process, replaced when it dies or hangs.

    `prologue` gives the messages every new child gets first (what it must know again);
    `on_notice` is called, on the worker's own thread, with what the child sends unasked;
    `on_loss` likewise when a child is lost, before its replacement starts.
    """

    def __init__(  # noqa: PLR0913 - one keyword for each thing a pool of workers differs in
        self,
        name: str,
        target: Callable[..., None],
        args: Sequence[Any] = (),
        *,
        prologue: Callable[[], Sequence[Any]] | None = None,
        on_notice: Callable[[Any], None] | None = None,
        on_loss: Callable[[], None] | None = None,
        ready_timeout_s: float = 60.0,
        restart_delays_s: Sequence[float] = RESTART_DELAYS_S,
        queue_size: int = QUEUE_SIZE,
    ) -> None:
        self.name = name
        self._target = target
        self._args = tuple(args)
        self._prologue = prologue
        self._on_notice = on_notice
        self._on_loss = on_loss
        self._ready_timeout_s = ready_timeout_s
        self._delays_s = tuple(restart_delays_s)
        self._queue_size = queue_size
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._child: Child | None = None
        self._failures = 0
        self.starts = 0
        "Children started so far."
        self.generation = 0
        "Which child messages go to now; changes the moment one is given up."
        self.last_error = ""
        "Why the latest child was lost; empty while none was."

    def start(self) -> None:
        """Start the child in the background; does nothing when already started."""
        with self._lock:
            if self._thread is not None:
                return
            self._stopping.clear()
            self._child = self._make_child()
            self._thread = threading.Thread(
                target=self._supervise, name=f"worker {self.name}", daemon=True
            )
            self._thread.start()

    def stop(self) -> None:
        """End the child and wait for it, two seconds at most; safe to call twice."""
        with self._lock:
            thread, child = self._thread, self._child
            self._thread = None
            self._stopping.set()
        if child is not None:
            child.close()
        if thread is not None and thread is not threading.current_thread():
            thread.join(timeout=3.0)

    @property
    def pid(self) -> int | None:
        """The child's process id, or `None` when there is none just now."""
        child = self._child
        return None if child is None else child.pid

    @property
    def alive(self) -> bool:
        """Whether the child runs and has said that it is ready."""
        child = self._child
        return child is not None and child.ready.is_set() and not child.lost.is_set()

    def wait_ready(self, timeout_s: float) -> bool:
        """Wait until a child is ready; `False` when none was within `timeout_s`. Blocks."""
        deadline = time.monotonic() + timeout_s
        while not self._stopping.is_set() and self._thread is not None:
            child = self._child
            left = deadline - time.monotonic()
            if left <= 0 or child is None:
                break
            if child.ready.wait(min(left, 0.05)) and not child.lost.is_set():
                return True
            time.sleep(0.01)
        return False

    def send(self, message: object) -> None:
        """Queue a message that has no reply; `WorkerLost` when there is no child to take it."""
        self._current().put(None, message)

    async def request(
        self,
        message: object,
        timeout_s: float,
        *,
        progress: Callable[[], int] | None = None,
    ) -> Reply:
        """Ask the child and wait for its reply without holding up the event loop.

        Raises `WorkerLost` when the child dies first, `WorkerTimeout` when `timeout_s` passes
        (a child that was ready is then killed and replaced, and every other request to it is
        lost), `WorkerFailed` when the child refuses this one request.

        A child that serves many may be late without being hung. With `progress`, a figure that
        changes while it works, it is given `PATIENCE` times `timeout_s` as long as that changes,
        and not killed even then.
        """
        child = self._current()
        future = child.ask(message)
        waiting = asyncio.wrap_future(future)
        try:
            for _ in range(PATIENCE):
                before = progress() if progress else 0
                await asyncio.wait({waiting}, timeout=timeout_s)
                if waiting.done():
                    return waiting.result()
                if progress is None or progress() == before:
                    raise self._give_up(child, future, timeout_s)
        finally:
            waiting.cancel()
        raise WorkerTimeout(f"worker {self.name} is overloaded; use more workers or fewer calls")

    def ask(self, message: object, timeout_s: float) -> Reply:
        """Like `request`, for callers on a thread of their own."""
        child = self._current()
        future = child.ask(message)
        try:
            return future.result(timeout_s)
        except (TimeoutError, CancelledError):
            raise self._give_up(child, future, timeout_s) from None

    def replace(self, reason: str) -> None:
        """Kill the child and start another; every open request is lost."""
        child = self._child
        if child is not None:
            self._lose(child, reason)

    def _lose(self, child: Child, reason: str) -> None:
        """Put a new child in the place of this one: what is asked from now on goes to the new."""
        with self._lock:
            if self._child is child and not self._stopping.is_set():
                self.last_error = reason
                self._failures = 1 if child.served_s > STABLE_S else self._failures + 1
                self._child = self._make_child()
        child.kill(reason)

    def _current(self) -> Child:
        child = self._child
        if child is None or self._stopping.is_set():
            raise WorkerLost(f"worker {self.name} is not running; start it first")
        if child.delay_s > 0 and child.pid is None:
            raise WorkerLost(
                f"worker {self.name} keeps dying ({self.last_error}); it is restarted shortly"
            )
        return child

    def _give_up(self, child: Child, future: Future[Any], timeout_s: float) -> AssistantError:
        future.cancel()
        if child.ready.is_set():
            self._lose(child, f"no answer within {timeout_s:g} s")
        return WorkerTimeout(f"worker {self.name} gave no answer within {timeout_s:g} s")

    def _make_child(self) -> Child:
        self.generation += 1
        place = min(self._failures, len(self._delays_s)) - 1
        delay_s = self._delays_s[place] if self._delays_s and place >= 0 else 0.0
        return Child(self.name, self._target, self._args, delay_s, self._queue_size)

    def _supervise(self) -> None:
        """Start, serve and replace children until told to stop. The children die with this thread.

        On Linux a child is killed when the thread that started it ends, so this thread both starts
        the child and lives as long as it.
        """
        while not self._stopping.is_set():
            child = self._child
            if child is None or self._stopping.wait(child.delay_s):
                break
            reason = self._live(child)
            if self._stopping.is_set():
                break
            self._lose(child, reason)
            log.warning("worker %s was lost (%s) and is replaced", self.name, reason)
            child.fail_all(reason)
            if self._on_loss is not None:
                self._on_loss()
        if self._child is not None:
            self._child.fail_all("the worker was stopped")

    def _live(self, child: Child) -> str:
        """Run one child to its end; returns why it ended."""
        self.starts += 1
        first = () if self._prologue is None else self._prologue()
        return child.run(first, self._on_notice, self._ready_timeout_s)
