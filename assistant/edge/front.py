"""What stands before every page, webhook and socket (ASGI): measures, whole bodies, safe headers.

Whoever comes too often from one address is refused here, before a thread is lent. A webhook that a
carrier signed is never refused for that: an emergency may be in it.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Awaitable, Callable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from assistant.edge.bodies import Bodies, BodyError, Gone
from assistant.edge.rates import Rate, is_here, origin

log = logging.getLogger(__name__)

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
Signed = Callable[[str, bytes, str], bool]
"Takes path with query, body and signature; whether a carrier of ours signed them."

MINUTE_S: Final = 60.0
REFUSED: Final = frozenset({400, 401, 403, 404, 405, 408, 413, 415})
"Answers that somebody gets who tries doors."
POLICY: Final = 1008
TOO_OFTEN: Final = "Too many requests; wait a minute."
HEADERS: Final = {
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"no-referrer",
    b"x-frame-options": b"DENY",
    b"cross-origin-opener-policy": b"same-origin",
    b"permissions-policy": b"microphone=(), camera=(), geolocation=()",
}
FOR_PAGES: Final = (
    b"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    b"connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
FOR_DATA: Final = b"default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
TRANSPORT: Final = b"max-age=31536000"


@dataclass(frozen=True, slots=True)
class Measures:
    """How much is let in; an address of this machine may ask as often as it likes."""

    requests_per_minute: int
    refusals_per_minute: int
    largest: int
    "Bytes of a body."
    larger: Mapping[str, int]
    "More for addresses that begin so; the longest that fits counts."
    streamed: frozenset[str] = frozenset()
    "Addresses whose answer goes on for as long as somebody listens; they take no body."

    def most(self, path: str) -> int:
        """Bytes of a body sent to this address."""
        fitting = [begin for begin in self.larger if path.startswith(begin)]
        return self.larger[max(fitting, key=len)] if fitting else self.largest


class Front:
    """The ASGI application around another one."""

    def __init__(
        self,
        inner: App,
        measures: Measures,
        is_signed: Signed,
        is_secure: Callable[[], bool],
        tick: Callable[[], float] = time.monotonic,
    ) -> None:
        """`is_secure`: browsers reach us over TLS. `tick` counts seconds and never goes back."""
        self._inner, self._measures, self._is_signed = inner, measures, is_signed
        self._is_secure, self._tick = is_secure, tick
        self._asked = Rate(measures.requests_per_minute, MINUTE_S)
        self._refused = Rate(measures.refusals_per_minute, MINUTE_S)
        self._bodies = Bodies()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let one connection in, or answer it here."""
        if scope["type"] == "http":
            await self._request(scope, receive, send)
        elif scope["type"] == "websocket":
            await self._socket(scope, receive, send)
        else:
            await self._inner(scope, receive, send)

    # -- sockets ----------------------------------------------------------------------------

    async def _socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The stream checks its own signature, which is cheap; a refusal is counted."""
        who, accepted = _who(scope), False

        async def noted(message: Message) -> None:
            nonlocal accepted
            accepted = accepted or message["type"] == "websocket.accept"
            if message["type"] == "websocket.close" and not accepted:
                self._count_refusal(who)
            await send(message)

        await self._inner(scope, receive, noted)

    # -- requests ---------------------------------------------------------------------------

    async def _request(self, scope: Scope, receive: Receive, send: Send) -> None:
        who, path = _who(scope), scope["path"]
        headers = dict(scope["headers"])
        signature = headers.get(b"x-twilio-signature", b"").decode("latin-1")
        often = self._too_often(who)
        answer = _Answer(send, self._headers)
        if often and not signature:
            await answer.plain(429, TOO_OFTEN, close=True)
            return
        if path in self._measures.streamed:
            await self._inner(scope, receive, answer.send_at_once)
            return
        try:
            body = await self._bodies.take(receive, _declared(headers), self._measures.most(path))
        except Gone:
            return
        except BodyError as error:
            self._count_refusal(who)
            await answer.plain(error.status, str(error), close=True)
            return
        try:
            await self._work(scope, bytes(body), answer, signature if often else None)
        finally:
            self._bodies.release(body)
        if answer.status in REFUSED:
            self._count_refusal(who)
        await answer.deliver()

    async def _work(
        self, scope: Scope, body: bytes, answer: _Answer, signature: str | None
    ) -> None:
        """Have it answered; `signature` is that of one who came too often and must show it."""
        if signature is not None and not self._is_signed(_with_query(scope), body, signature):
            answer.keep_plain(429, TOO_OFTEN)
            return
        try:
            await self._inner(scope, _whole(body), answer.keep)
        except Exception:
            log.exception("a request failed before it was understood")
            answer.keep_plain(500, "Something went wrong here. The log of the service says what.")

    def _too_often(self, who: str | None) -> bool:
        if who is None:
            return False
        now = self._tick()
        return not self._asked.take(who, now) or self._refused.reached(who, now)

    def _count_refusal(self, who: str | None) -> None:
        if who is not None:
            self._refused.take(who, self._tick())

    def _headers(self, given: Sequence[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
        """The headers of an answer, with those added that it does not set itself."""
        own = {name.lower(): value for name, value in given}
        page = own.get(b"content-type", b"").startswith(b"text/html")
        wanted = {**HEADERS, b"content-security-policy": FOR_PAGES if page else FOR_DATA}
        if self._is_secure():
            wanted[b"strict-transport-security"] = TRANSPORT
        return [*given, *((name, value) for name, value in wanted.items() if name not in own)]


class _Answer:
    """An answer, kept whole before it is sent: no thread waits for a slow reader."""

    def __init__(
        self,
        send: Send,
        headers: Callable[[Sequence[tuple[bytes, bytes]]], list[tuple[bytes, bytes]]],
    ) -> None:
        self._send, self._with_headers = send, headers
        self._begin: Message | None = None
        self._body = bytearray()

    @property
    def status(self) -> int:
        """The HTTP status; 0 as long as there is no answer."""
        return int(self._begin["status"]) if self._begin is not None else 0

    async def keep(self, message: Message) -> None:
        """Keep a part of the answer."""
        if message["type"] == "http.response.start":
            self._begin = message
        else:
            self._body += message.get("body", b"")

    def keep_plain(self, status: int, sentence: str) -> None:
        """One plain sentence instead of whatever was kept."""
        self._body = bytearray(json.dumps({"error": sentence}).encode())
        length = str(len(self._body)).encode()
        headers = [(b"content-type", b"application/json"), (b"content-length", length)]
        self._begin = {"type": "http.response.start", "status": status, "headers": headers}

    async def plain(self, status: int, sentence: str, *, close: bool = False) -> None:
        """Answer with one plain sentence; `close` ends the connection with it."""
        self.keep_plain(status, sentence)
        if close and self._begin is not None:
            self._begin["headers"].append((b"connection", b"close"))
        await self.deliver()

    async def deliver(self) -> None:
        """Send what was kept."""
        if self._begin is None:
            return
        await self.send_at_once(self._begin)
        await self._send({"type": "http.response.body", "body": bytes(self._body)})

    async def send_at_once(self, message: Message) -> None:
        """Send a part of the answer as it comes."""
        if message["type"] == "http.response.start":
            message = {**message, "headers": self._with_headers(message.get("headers", ()))}
        await self._send(message)


def _who(scope: Scope) -> str | None:
    """Whom the measures count; `None` for this machine itself."""
    client = scope.get("client")
    address = str(client[0]) if client else ""
    return None if is_here(address) else origin(address)


def _declared(headers: Mapping[bytes, bytes]) -> int | None:
    """How long the body is said to be; nothing odd gets past the parser in front of us."""
    said = headers.get(b"content-length", b"")
    return int(said) if said.isdigit() else None


def _with_query(scope: Scope) -> str:
    query = scope["query_string"].decode("latin-1")
    return f"{scope['path']}?{query}" if query else str(scope["path"])


def _whole(body: bytes) -> Receive:
    """Hands the body over in one piece, then says that nobody is there any more."""
    pieces = [body]

    async def receive() -> Message:
        if pieces:
            return {"type": "http.request", "body": pieces.pop(), "more_body": False}
        return {"type": "http.disconnect"}

    return receive
