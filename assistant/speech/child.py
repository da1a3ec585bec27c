"""One incarnation of a worker: the child process, its pipe, and both ends of it."""

from __future__ import annotations

import contextlib
import ctypes
import itertools
import multiprocessing
import os
import pickle
import queue
import signal
import sys
import threading
import time
import traceback
from concurrent.futures import Future, InvalidStateError
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.core.errors import AssistantError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from multiprocessing.connection import Connection

_BROKEN = (EOFError, OSError, pickle.PickleError, ValueError)
_GRACE_S = 1.0
_PR_SET_PDEATHSIG = 1
_spawn = multiprocessing.get_context("spawn")


class WorkerLost(AssistantError, RuntimeError):  # noqa: N818 - says what happened
    """The child died, was killed or cannot be reached; a replacement is on its way."""


class WorkerTimeout(AssistantError, TimeoutError):  # noqa: N818 - says what happened
    """The child gave no answer in time."""


class WorkerFailed(AssistantError, RuntimeError):  # noqa: N818 - says what happened
    """The child refused this one request and lives on."""


class ChildEnd:
    """What the target sees of its parent. For one thread at a time, except `notify`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._sending = threading.Lock()

    def ready(self) -> None:
        """Say that everything is loaded: from now on a request that takes too long is a hang."""
        self._put(("ready", None, None))

    def receive(self) -> tuple[int | None, Any] | None:
        """The next message with the id to reply to (`None`: no reply); `None` at the end."""
        try:
            received: tuple[int | None, Any] | None = self._connection.recv()
        except _BROKEN:
            return None
        return received

    def reply(self, identifier: int | None, value: object) -> None:
        """Answer a request; does nothing for a message that wants no reply."""
        if identifier is not None:
            self._put(("reply", identifier, value))

    def fail(self, identifier: int | None, error: BaseException) -> None:
        """Refuse a request: the parent raises `WorkerFailed`."""
        if identifier is not None:
            self._put(("failed", identifier, describe(error)))

    def notify(self, value: object) -> None:
        """Send something unasked."""
        self._put(("notice", None, value))

    def lost(self, error: BaseException) -> None:
        """Say why this process ends."""
        self._put(("lost", None, describe(error)))

    def _put(self, message: tuple[str, int | None, Any]) -> None:
        with self._sending, contextlib.suppress(BrokenPipeError, ConnectionResetError):
            self._connection.send(message)


def serve(connection: ChildEnd, handle: Callable[[Any], Any]) -> None:
    """Say ready, then answer each message with `handle(message)` until the parent is gone.

    An exception refuses that one request.
    """
    connection.ready()
    while (received := connection.receive()) is not None:
        identifier, message = received
        try:
            value = handle(message)
        except Exception as error:  # noqa: BLE001 - the edge between native code and the parent
            connection.fail(identifier, error)
        else:
            connection.reply(identifier, value)


def describe(error: BaseException) -> str:
    """What went wrong, without anything a resident said: foreign messages may quote input."""
    if isinstance(error, AssistantError):
        return str(error)
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{place}"


def _main(
    connection: Connection, parent: int, target: Callable[..., None], args: tuple[Any, ...]
) -> None:
    """The child's main function."""
    _detach(parent)
    end = ChildEnd(connection)
    try:
        target(end, *args)
    except Exception as error:  # noqa: BLE001 - reported without its text, then the process ends
        end.lost(error)
        connection.close()
        os._exit(1)
    connection.close()


def _detach(parent: int) -> None:
    """Cut loose from the terminal and tie the process's life to its parent's.

    Native libraries write what they like to descriptors 1 and 2, and some of it is what was said.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    void = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(void, descriptor)
    os.close(void)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)


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
        self._reason = ""
        self._ready_at = 0.0
        self._ended_at = 0.0
        self._ids = itertools.count(1)
        self._pending: dict[int, Future[Any]] = {}
        self._lock = threading.Lock()
        self._outbox: queue.Queue[tuple[int | None, object] | None] = queue.Queue(queue_size)
        self._pipe, self._far_end = _spawn.Pipe()
        self._process = _spawn.Process(
            target=_main,
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
        """Queue a message; `WorkerLost` when the child is gone or far behind."""
        if self.lost.is_set():
            raise WorkerLost(f"worker {self.name} was lost ({self._reason}); try again")
        try:
            self._outbox.put_nowait((identifier, message))
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
        """Kill the process at once."""
        self._reason = self._reason or reason
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
        with contextlib.suppress(*_BROKEN):
            for message in first:
                self._pipe.send((None, message))
            while (item := self._outbox.get()) is not None:
                self._pipe.send(item)
            self._pipe.send(None)

    def _read(self, on_notice: Callable[[Any], None] | None, ready_by: float) -> None:
        with contextlib.suppress(*_BROKEN):
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
