"""Signals to open desks, by server-sent events, on the event loop: no thread waits for a desk.

A signal says that something has changed, and how many alarms stand; never a word or a number of a
resident. The page then fetches what it may see. One look at the database a second serves every
desk. A locked session still hears alarms: the desk rings though nobody has touched it for a while.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie
from typing import TYPE_CHECKING, Any, Final

from assistant.core.errors import AssistantError
from assistant.desk.guard import HEADERS
from assistant.staff.roles import may

if TYPE_CHECKING:
    from assistant.desk.parts import DeskParts

log = logging.getLogger(__name__)

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

EVENTS: Final = "/desk/events"
MOST: Final = 64
"Streams at once; further desks redraw themselves every so often instead."
MOST_A_SESSION: Final = 3
"A browser opens at most six connections to one host: the older tabs give theirs up."
LOOK_EVERY_S: Final = 1.0
HEARTBEAT_S: Final = 15.0
"So often something is sent, so that proxies keep the line and a dead one is noticed."
ASK_AGAIN_S: Final = 60.0
"So often a stream makes sure that its session was not ended."
WAITING: Final = 8
"Signals a slow desk may be behind; then its line is cut, and it comes back."


@dataclass(eq=False)
class _Stream:
    session: str
    signals: asyncio.Queue[bytes | None] = field(default_factory=lambda: asyncio.Queue(WAITING))


class Live:
    """The ASGI application at `EVENTS`."""

    def __init__(self, parts: DeskParts) -> None:
        self._parts = parts
        self._streams: list[_Stream] = []
        self._looking: asyncio.Task[None] | None = None
        self._latest = b""

    @property
    def open_streams(self) -> int:
        """How many desks listen."""
        return len(self._streams)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one desk until it leaves, is signed out, or its line is wanted by a newer tab."""
        session = await asyncio.to_thread(self._session, scope) if _asks(scope) else None
        if session is None:
            await _short(send, 204)  # which tells the browser not to come back by itself
            return
        if len(self._streams) >= MOST:
            await _short(send, 503)
            return
        stream = self._join(session)
        try:
            await self._serve(stream, scope, receive, send)
        except OSError:
            log.debug("a desk has gone")
        finally:
            self._streams.remove(stream)

    def _session(self, scope: Scope) -> str | None:
        """The session of the request's cookie, locked or not, if its role hears alarms."""
        headers: list[tuple[bytes, bytes]] = scope["headers"]
        sent = "; ".join(value.decode("latin-1") for name, value in headers if name == b"cookie")
        try:
            cookies = SimpleCookie(sent)
        except CookieError:
            return None
        name = "__Host-desk" if self._parts.public_url().startswith("https://") else "desk"
        if name not in cookies:
            return None
        now = self._parts.machine_now()
        session = self._parts.people.sessions.find(cookies[name].value, now)
        hears = (
            session is not None
            and session.stage == "in"
            and may(session.account.role, "emergencies.see")
        )
        return session.id if session is not None and hears else None

    def _join(self, session: str) -> _Stream:
        older = [one for one in self._streams if one.session == session]
        for one in older[: max(0, len(older) - MOST_A_SESSION + 1)]:
            _tell(one, b"event: elsewhere\ndata: {}\n\n")
            _tell(one, None)
        stream = _Stream(session)
        self._streams.append(stream)
        if self._latest:
            _tell(stream, self._latest)
        if self._looking is None or self._looking.done():
            self._looking = asyncio.get_running_loop().create_task(self._look())
        return stream

    async def _serve(self, stream: _Stream, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": _STREAM_HEADERS})
        await send({"type": "http.response.body", "body": b"retry: 3000\n\n", "more_body": True})
        leaving = asyncio.ensure_future(_gone(receive))
        loop = asyncio.get_running_loop()
        asked = loop.time()
        try:
            while not leaving.done():
                signal = await _next(stream, leaving)
                if signal is None:
                    break
                await send({"type": "http.response.body", "body": signal, "more_body": True})
                if loop.time() - asked > ASK_AGAIN_S:
                    asked = loop.time()
                    if await asyncio.to_thread(self._session, scope) is None:
                        break
            if not leaving.done():
                await send({"type": "http.response.body", "body": b""})
        finally:
            leaving.cancel()

    async def _look(self) -> None:
        """Look at the records while anybody listens, and tell everybody what has changed."""
        while self._streams:
            try:
                found = await asyncio.to_thread(self._signal)
            except AssistantError:
                log.exception("the desk cannot see its records")
                found = self._latest
            if found != self._latest:
                self._latest = found
                for stream in list(self._streams):
                    _tell(stream, found)
            await asyncio.sleep(LOOK_EVERY_S)
        self._latest = b""

    def _marks(self) -> tuple[str, list[str]]:
        """Other values after any change of a callback, and when somebody opens or leaves one."""
        parts = self._parts
        return parts.callbacks.mark(), parts.presence.mark(parts.machine_now())

    def _signal(self) -> bytes:
        alarms = self._parts.alarms.listing()
        state = [[one.code, one.status, one.answer, len(one.words)] for one in alarms]
        waiting = self._parts.request_desk.waiting()
        mark = hashlib.sha256(json.dumps([state, waiting, *self._marks()]).encode()).hexdigest()[
            :16
        ]
        free = sum(one.status == "open" for one in alarms)
        told = json.dumps({"mark": mark, "alarms": len(alarms), "free": free, "waiting": waiting})
        return f"event: change\ndata: {told}\n\n".encode()


_STREAM_HEADERS: Final = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
    *((name.lower().encode(), value.encode()) for name, value in HEADERS.items()),
]


def _asks(scope: Scope) -> bool:
    return bool(scope["method"] == "GET")


def _tell(stream: _Stream, signal: bytes | None) -> None:
    """Put a signal before a desk; one that is too far behind is cut off and comes back."""
    try:
        stream.signals.put_nowait(signal)
    except asyncio.QueueFull:
        stream.signals.get_nowait()
        stream.signals.put_nowait(None)


async def _next(stream: _Stream, leaving: asyncio.Future[None]) -> bytes | None:
    """The next signal, a heartbeat after a while, or `None` at the end."""
    signal = asyncio.ensure_future(stream.signals.get())
    both: set[asyncio.Future[Any]] = {signal, leaving}
    await asyncio.wait(both, timeout=HEARTBEAT_S, return_when=asyncio.FIRST_COMPLETED)
    if signal.done():
        return signal.result()
    signal.cancel()
    return None if leaving.done() else b": still here\n\n"


async def _gone(receive: Receive) -> None:
    """Returns when the desk has closed its line."""
    while (await receive())["type"] != "http.disconnect":
        pass


async def _short(send: Send, status: int) -> None:
    await send({"type": "http.response.start", "status": status, "headers": _STREAM_HEADERS[1:]})
    await send({"type": "http.response.body", "body": b""})
