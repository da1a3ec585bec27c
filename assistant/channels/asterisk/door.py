"""What a dialplan asks us by HTTP, and where chan_websocket connects: one port of the line.

| path | asked | answer |
| --- | --- | --- |
| `/call?caller=` | may a call come? | its ticket, a UUID; nothing: not now |
| `/media?call=` | (WebSocket) here is its sound | |
| `/attach?call=&connection=` | fetch its sound from the Asterisk | the ticket, or nothing |
| `/next?call=` | the sound has ended; what now? | a number to dial, or nothing |

Only the Asterisk is answered, by name and password; nothing that it sent comes back or is logged.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import logging
import re
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl, urlsplit

from websockets.asyncio.server import serve

from assistant.channels.asterisk.stream import LONGEST_MESSAGE
from assistant.channels.asterisk.talk import came, strangers
from assistant.channels.paced.caller import contact_of
from assistant.channels.paced.tokens import TOKEN, is_our_check
from assistant.core.errors import CarrierError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from websockets.asyncio.server import Server, ServerConnection
    from websockets.http11 import Request, Response
    from websockets.typing import Subprotocol

    from assistant.channels.asterisk.talk import Parts
    from assistant.channels.asterisk.tickets import Ticket

log = logging.getLogger(__name__)
_wire_log = logging.getLogger(f"{__name__}.wire")
_wire_log.setLevel(logging.CRITICAL)
"The library logs what was asked for, and numbers stand in it."

OPEN_WITHIN_S = 5.0
MEDIA: Final = "media"
"The subprotocol that Asterisk asks for."
CONNECTION: Final = re.compile(r"[A-Za-z0-9-]{1,64}")

Attach = Callable[["Ticket", str], None]
Speak = Callable[["ServerConnection", "Ticket"], Awaitable[None]]


class Door:
    """That port."""

    def __init__(self, parts: Parts, speak: Speak, attach: Attach) -> None:
        self._parts, self._speak, self._attach = parts, speak, attach
        self._server: Server | None = None

    async def open(self) -> int:
        """Listen; the port. Raises `CarrierError`."""
        settings = self._parts.settings
        try:
            self._server = await serve(
                self._connected,
                settings.address,
                settings.port,
                process_request=self._asked,
                select_subprotocol=_media,
                compression=None,
                open_timeout=OPEN_WITHIN_S,
                max_size=LONGEST_MESSAGE,
                server_header=None,
                logger=_wire_log,
            )
        except OSError as error:
            raise CarrierError(
                f"the line's address and port cannot be used ({type(error).__name__}); is it this"
                " machine's, and does no other program hold it?"
            ) from error
        return int(next(iter(self._server.sockets)).getsockname()[1])

    async def close(self) -> None:
        """Listen no more."""
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()

    def _asked(self, connection: ServerConnection, request: Request) -> Response | None:
        """The answer to a question; `None` lets a WebSocket in."""
        host = str(connection.remote_address[0])
        barred = self._barred(host, request)
        if barred is not None:
            strangers.inc()
            return connection.respond(barred, "")
        address = urlsplit(request.path)
        given = dict(parse_qsl(address.query))
        match address.path:
            case "/call":
                return connection.respond(200, self._call(given.get("caller", ""), host))
            case "/next":
                return connection.respond(200, self._parts.tickets.onward(given.get("call", "")))
            case "/attach":
                return connection.respond(200, self._fetch(given))
            case "/media" if self._offered(connection, given) is not None:
                return None
        return connection.respond(404, "")

    def _barred(self, host: str, request: Request) -> int | None:
        """The status by which a stranger is turned away."""
        if not self._may(host, request):
            return 403
        return None if self._has_password(request) else 401

    def _may(self, host: str, request: Request) -> bool:
        settings = self._parts.settings
        if settings.knows(host):
            return True
        nonce, _, shown = request.headers.get(TOKEN, "").partition(":")
        return host == settings.address and is_our_check(settings.secret, nonce, shown)

    def _has_password(self, request: Request) -> bool:
        scheme, _, coded = request.headers.get("Authorization", "").partition(" ")
        try:
            given = binascii.a2b_base64(coded.encode("ascii"), strict_mode=True)
        except (ValueError, UnicodeEncodeError):
            return False
        settings = self._parts.settings
        right = f"{settings.name}:{settings.password}".encode()
        return scheme.lower() == "basic" and hmac.compare_digest(given, right)

    # -- calls --------------------------------------------------------------------------------

    def _call(self, caller: str, host: str) -> str:
        settings, inside = self._parts.settings, self._parts.inside
        contact = contact_of(caller, settings.country)
        ticket = None if inside.keys.full() else self._parts.tickets.issue(contact, host)
        if ticket is None:
            came.labels(settings.kind, "busy").inc()
            return ""
        return ticket.identifier

    def _fetch(self, given: dict[str, str]) -> str:
        """Connect to the Asterisk for a call that waits there."""
        ticket = self._parts.tickets.offered(given.get("call", ""))
        connection = given.get("connection", "")
        fitting = CONNECTION.fullmatch(connection) and self._parts.settings.media_url
        if ticket is None or not fitting:
            return ""
        self._parts.tickets.take(ticket)
        self._attach(ticket, connection)
        return ticket.identifier

    def _offered(self, connection: ServerConnection, given: dict[str, str]) -> Ticket | None:
        """The ticket that a WebSocket comes with, from where it was given or the Asterisk."""
        settings = self._parts.settings
        ticket = self._parts.tickets.offered(given.get("call", ""))
        host = str(connection.remote_address[0])
        if ticket is None or settings.kind != "asterisk":
            return None
        return ticket if settings.knows(host) or ticket.host == host else None

    async def _connected(self, connection: ServerConnection) -> None:
        request = connection.request
        given = dict(parse_qsl(urlsplit(request.path).query)) if request is not None else {}
        ticket = self._offered(connection, given)
        if ticket is None:  # two came with it at the same moment
            return
        self._parts.tickets.take(ticket)
        await self._speak(connection, ticket)


def _media(_connection: ServerConnection, offered: Sequence[Subprotocol]) -> Subprotocol | None:
    return next((name for name in offered if name == MEDIA), None)


def basic(name: str, password: str) -> str:
    """The header's value by which an Asterisk shows that it is ours."""
    return "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode("ascii")
