"""The child process's own half of a worker: its main function and its end of the pipe."""

from __future__ import annotations

import contextlib
import ctypes
import os
import pickle
import signal
import sys
import threading
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.core.errors import AssistantError

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.connection import Connection

BROKEN = (EOFError, OSError, pickle.PickleError, ValueError)
"What reading from or writing to a pipe raises when the other end is gone or was cut off."
_PR_SET_PDEATHSIG = 1


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
        except BROKEN:
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


def main(
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
