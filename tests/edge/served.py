"""The edge on a port of this machine: uvicorn as `web.serve` runs it, with shorter patience."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import uvicorn

from assistant.edge.connection import Patience, patient_protocol

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def served(application: Any, patience: Patience, **options: Any) -> Iterator[int]:  # noqa: ANN401 - ASGI
    """The port of a running server."""
    config = uvicorn.Config(
        application,
        port=0,
        lifespan="off",
        log_level="critical",
        http=patient_protocol(patience),
        ws="websockets-sansio",
        timeout_graceful_shutdown=1,
        **options,
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started and thread.is_alive():
        time.sleep(0.01)
    try:
        yield int(server.servers[0].sockets[0].getsockname()[1])
    finally:
        server.should_exit = True
        thread.join(10)


def knock(port: int, data: bytes = b"") -> socket.socket:
    """A connection over which so much has been sent."""
    opened = socket.create_connection(("127.0.0.1", port), timeout=5)
    opened.sendall(data)
    return opened


def read_all(opened: socket.socket) -> bytes:
    """Everything until the other side closes; what came before it cut the line."""
    found = b""
    try:
        while piece := opened.recv(65_536):
            found += piece
    except ConnectionResetError:
        pass
    return found
