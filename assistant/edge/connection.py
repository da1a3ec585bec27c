"""How long a connection is waited for: uvicorn's HTTP protocol with the limits it does not have.

uvicorn waits for ever for the head of a request, keeps a head of any length, and holds an answer
for whoever never reads it. Each costs no thread, but a socket and memory, and there are only so
many. (Bodies are the matter of `front`.)
"""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from assistant.edge.rates import is_here, origin

if TYPE_CHECKING:
    from uvicorn.config import Config
    from uvicorn.server import ServerState

TOO_LARGE: Final = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\n"
    b"content-length: 0\r\nconnection: close\r\n\r\n"
)


@dataclass(frozen=True, slots=True)
class Patience:
    """What a connection is given."""

    head_s: float = 10.0
    "Seconds for the head of a request, from its first byte, or from the opening of a connection."
    head_bytes: int = 32_768
    "A carrier's signed request has about 1,500, the desk's with its cookies about 1,200."
    read_s: float = 30.0
    "Seconds in which somebody must take some 50 KB of what waits for them."
    from_one: int = 100
    "Connections one address may have open; those of this machine and of proxies are not counted."
    proxies: frozenset[str] = frozenset()
    "Addresses behind which many stand."


@dataclass(slots=True)
class Connections:
    """Counts open connections by address; used on the event loop only."""

    _open: Counter[str] = field(default_factory=Counter)

    def enter(self, address: str, most: int) -> bool:
        """Count one more; false, and not counted, where there are as many as may be."""
        if self._open[address] >= most:
            return False
        self._open[address] += 1
        return True

    def leave(self, address: str) -> None:
        """One less."""
        self._open[address] -= 1
        if self._open[address] <= 0:
            del self._open[address]


def patient_protocol(patience: Patience) -> type[HttpToolsProtocol]:
    """The HTTP protocol of uvicorn with these limits, for `uvicorn.Config(http=…)`."""
    return type("Limited", (_Limited,), {"patience": patience, "connections_of": Connections()})


class _Limited(HttpToolsProtocol):
    patience: Patience
    connections_of: Connections

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._counted = ""
        self._in_head, self._head_bytes = True, 0
        self._late: asyncio.TimerHandle | None = None
        self._stuck: asyncio.TimerHandle | None = None

    # -- a connection -----------------------------------------------------------------------

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        super().connection_made(transport)
        address = self.client[0] if self.client else ""
        if not (is_here(address) or address in self.patience.proxies):
            who = origin(address)
            if not self.connections_of.enter(who, self.patience.from_one):
                transport.abort()
                return
            self._counted = who
        self._wait_for_head()

    def connection_lost(self, exc: Exception | None) -> None:
        self._over()
        super().connection_lost(exc)

    def handle_websocket_upgrade(self) -> None:
        """From here on the socket is another protocol's."""
        self._over()
        super().handle_websocket_upgrade()

    def _over(self) -> None:
        self._stop_waiting()
        self._stop_pushing()
        if self._counted:
            self.connections_of.leave(self._counted)
            self._counted = ""

    # -- the head of a request --------------------------------------------------------------

    def data_received(self, data: bytes) -> None:
        if self._in_head:
            self._head_bytes += len(data)
            if self._late is None:
                self._wait_for_head()
        super().data_received(data)
        if self._in_head and self._head_bytes > self.patience.head_bytes:
            self.transport.write(TOO_LARGE)
            self.transport.close()

    def on_headers_complete(self) -> None:
        self._in_head, self._head_bytes = False, 0
        self._stop_waiting()
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """What comes next is the head of another request; its time runs from its first byte."""
        self._in_head, self._head_bytes = True, 0
        super().on_message_complete()

    def _wait_for_head(self) -> None:
        self._late = self.loop.call_later(self.patience.head_s, self._give_up)

    # -- who never reads --------------------------------------------------------------------

    def pause_writing(self) -> None:
        super().pause_writing()
        self._stuck = self._stuck or self.loop.call_later(self.patience.read_s, self._give_up)

    def resume_writing(self) -> None:
        self._stop_pushing()
        super().resume_writing()

    def _stop_waiting(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None

    def _stop_pushing(self) -> None:
        if self._stuck is not None:
            self._stuck.cancel()
            self._stuck = None

    def _give_up(self) -> None:
        if self.transport is not None:
            self.transport.abort()
