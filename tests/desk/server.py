"""The desk on a port of this machine, pages and live signals, as `web.py` serves them."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, cast

import uvicorn
from a2wsgi import WSGIMiddleware

from assistant.desk import EVENTS, Live

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.desk.around import Around


APPEARANCES: Final = (("zh", 0, 1366), ("zh", 1, 320), ("en", 0, 320), ("en", 1, 1366))
"Language, large text, pixels across: every language in either size, on a PC and a telephone."


@contextmanager
def served(around: Around) -> Iterator[str]:
    """The origin of a running desk."""
    pages: Any = WSGIMiddleware(cast("Any", around.app()), workers=4)
    live = Live(around.parts)

    async def application(scope: Any, receive: Any, send: Any) -> None:  # noqa: ANN401 - ASGI
        await (live if scope["path"] == EVENTS else pages)(scope, receive, send)

    config = uvicorn.Config(
        application, port=0, lifespan="off", log_level="error", timeout_graceful_shutdown=1
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started and thread.is_alive():
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    around.public_url = f"http://127.0.0.1:{port}"
    try:
        yield around.public_url
    finally:
        server.should_exit = True
        thread.join(10)
