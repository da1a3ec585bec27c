"""What the child processes of the worker tests run."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.core.errors import SynthesisError
from assistant.speech.workers import serve

if TYPE_CHECKING:
    from assistant.speech.workers import ChildEnd


def answer(message: object) -> object:
    """Do what the message says."""
    match message:
        case "pid":
            return os.getpid()
        case "hang":
            time.sleep(60)
        case "slow":
            time.sleep(0.2)
        case "die":
            os.kill(os.getpid(), signal.SIGKILL)
        case "stdin":
            return os.read(0, 1)
        case "shout":
            os.write(2, b"native noise about a resident")
            os.write(1, b"more of it")
        case "foreign":
            raise ValueError("王奶奶 13812345678")
        case "known":
            raise SynthesisError("no voice for xx; install one")
        case "descriptors":
            return len(list(Path("/proc/self/fd").iterdir()))
    return message


def echo(connection: ChildEnd) -> None:
    """Answer until the parent is gone."""
    serve(connection, answer)


def collect(connection: ChildEnd) -> None:
    """Answer with everything received so far, and tell of each message."""
    received: list[object] = []

    def keep(message: object) -> list[object]:
        received.append(message)
        connection.notify(("got", message))
        return received

    serve(connection, keep)


def dead_on_arrival(connection: ChildEnd) -> None:
    """Fail before being ready."""
    raise SynthesisError(f"broken {type(connection).__name__}")


def never_ready(connection: ChildEnd) -> None:
    """Load for ever."""
    time.sleep(60)
    connection.ready()
