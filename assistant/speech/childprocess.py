"""One incarnation of a worker, as its parent holds it: the process, its pipe, who waits for it."""

from __future__ import annotations

import contextlib
import itertools
import multiprocessing
import os
import queue
import threading
import time
from concurrent.futures import Future, InvalidStateError
from multiprocessing.reduction import ForkingPickler
from typing import TYPE_CHECKING, Any

from assistant.core.errors import AssistantError
from assistant.speech.child import BROKEN, main

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_GRACE_S = 1.0
_spawn = multiprocessing.get_context("spawn")


def _pack(message: object) -> bytes:
    return bytes(ForkingPickler.dumps(message))


class WorkerLost(AssistantError, RuntimeError):  # noqa: N818 - says what happened
    """The child died, was killed or cannot be reached; a replacement is on its way."""


class WorkerTimeout(AssistantError, TimeoutError):  # noqa: N818 - says what happened
    """The child gave no answer in time."""


class WorkerFailed(AssistantError, RuntimeError):  # noqa: N818 - says what happened
    """The child refused this one request and lives on."""


class Child:
    """The parent's hold on one child process, from before its start until it is gone."""

    def __init__(
        self,
        name: str,
        target: Callable[..., None],
        args: tuple[Any, ...],
        delay_s: float,
        queue_size: int,
    ) -> None:
        self.name = name
        self.delay_s = delay_s
        "How long the start is put off because earlier children died."
        self.ready = threading.Event()
        self.lost = threading.Event()
        self._doomed = threading.Event()
        self._reason = ""
        self._ready_at = 0.0
        self._ended_at = 0.0
        self._ids = itertools.count(1)
        self._pending: dict[int, Future[Any]] = {}
        self._lock = threading.Lock()
        self._outbox: queue.Queue[bytes | None] = queue.Queue(queue_size)
        self._pipe, self._far_end = _spawn.Pipe()
        self._process = _spawn.Process(
            target=main,
            args=(self._far_end, os.getpid(), target, args),
            name=name,
            daemon=True,
        )

    @property
    def pid(self) -> int | None:
        """The process id while the process runs."""
        return None if self.lost.is_set() else self._process.pid

    @property
    def served_s(self) -> float:
        """Seconds between being ready and the end."""
        end = self._ended_at or time.monotonic()
        return end - self._ready_at if self.ready.is_set() else 0.0

    def put(self, identifier: int | None, message: object) -> None:
        """Queue a message; `WorkerLost` when the child is gone or far behind.

        What cannot be pickled raises here, where the mistake is.
        """
        packed = _pack((identifier, message))
        if self.lost.is_set():
            raise WorkerLost(f"worker {self.name} was lost ({self._reason}); try again")
        try:
            self._outbox.put_nowait(packed)
        except queue.Full:
            raise WorkerLost(
                f"worker {self.name} is {self._outbox.maxsize} messages behind; use more workers"
            ) from None

    def ask(self, message: object) -> Future[Any]:
        """Queue a request; the future holds its reply or its error."""
        identifier = next(self._ids)
        future: Future[Any] = Future()
        with self._lock:
            self._pending[identifier] = future
        future.add_done_callback(lambda _: self._pending.pop(identifier, None))
        try:
            self.put(identifier, message)
        except WorkerLost:
            future.cancel()
            raise
        if self.lost.is_set():
            self.fail_all(self._reason)
        return future

    def kill(self, reason: str) -> None:
        """Kill the process at once, or as soon as it has been started."""
        self._reason = self._reason or reason
        self._doomed.set()
        with contextlib.suppress(AttributeError, ValueError, OSError):
            self._process.kill()

    def close(self) -> None:
        """Let the process end by itself within a second, else kill it."""
        with contextlib.suppress(queue.Full):
            self._outbox.put_nowait(None)
        if self._process.pid is not None:
            self.lost.wait(_GRACE_S)
        self.kill("stopped")

    def run(
        self,
        first: Sequence[Any],
        on_notice: Callable[[Any], None] | None,
        ready_timeout_s: float,
    ) -> str:
        """Start the process, read from it until it ends, and return why it ended."""
        try:
            self._process.start()
        except OSError as error:
            self._reason = f"cannot start a process: {error.strerror}"
        else:
            self._far_end.close()
            writer = threading.Thread(
                target=self._write, args=(first,), name=f"to {self.name}", daemon=True
            )
            writer.start()
            if self._doomed.is_set():
                self._process.kill()
            self._read(on_notice, time.monotonic() + ready_timeout_s)
        self.lost.set()
        self._ended_at = time.monotonic()
        self._clear_up()
        return self._reason

    def fail_all(self, reason: str) -> None:
        """Tell everybody who waits that the child is gone."""
        with self._lock:
            waiting = list(self._pending.values())
        for future in waiting:
            with contextlib.suppress(InvalidStateError):
                future.set_exception(WorkerLost(f"worker {self.name} was lost ({reason})"))

    def _clear_up(self) -> None:
        """Reap the process; its pipe is closed so that the writer ends too."""
        if self._process.pid is not None:
            self._process.join(_GRACE_S if not self._reason else 0.0)
            self._process.kill()
            self._process.join()
            self._reason = self._reason or f"ended with code {self._process.exitcode}"
        with contextlib.suppress(queue.Full):
            self._outbox.put_nowait(None)
        self._pipe.close()
        with contextlib.suppress(OSError):
            self._far_end.close()

    def _write(self, first: Sequence[Any]) -> None:
        with contextlib.suppress(*BROKEN, TypeError):  # TypeError: closed while it is written to
            for message in first:
                self._pipe.send_bytes(_pack((None, message)))
            while (packed := self._outbox.get()) is not None:
                self._pipe.send_bytes(packed)
            self._pipe.send_bytes(_pack(None))

    def _read(self, on_notice: Callable[[Any], None] | None, ready_by: float) -> None:
        with contextlib.suppress(*BROKEN):
            while not self.ready.is_set():
                if not self._pipe.poll(max(0.0, ready_by - time.monotonic())):
                    self.kill("not ready in time")
                    return
                self._take(self._pipe.recv(), on_notice)
            while True:
                self._take(self._pipe.recv(), on_notice)

    def _take(
        self, message: tuple[str, int | None, Any], on_notice: Callable[[Any], None] | None
    ) -> None:
        kind, identifier, value = message
        future = None if identifier is None else self._pending.get(identifier)
        if kind == "ready":
            self._ready_at = time.monotonic()
            self.ready.set()
        elif kind == "notice" and on_notice is not None:
            on_notice(value)
        elif kind == "lost":
            self._reason = value
        elif future is not None:
            with contextlib.suppress(InvalidStateError):
                if kind == "reply":
                    future.set_result(value)
                else:
                    future.set_exception(WorkerFailed(value))
