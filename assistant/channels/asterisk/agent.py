"""One line to an Asterisk: its door, its sound, and the calls in progress."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from websockets.asyncio.client import connect
from websockets.exceptions import InvalidHandshake, InvalidURI
from websockets.typing import Subprotocol

from assistant.channels.asterisk.door import MEDIA, OPEN_WITHIN_S, Door
from assistant.channels.asterisk.plug import Plug
from assistant.channels.asterisk.stream import LONGEST_MESSAGE, talk_over
from assistant.channels.asterisk.talk import Parts, came
from assistant.channels.asterisk.tickets import Tickets
from assistant.core.errors import CarrierError

if TYPE_CHECKING:
    from websockets.asyncio.connection import Connection

    from assistant.channels.asterisk.settings import AsteriskSettings
    from assistant.channels.asterisk.tickets import Ticket
    from assistant.channels.paced.house import Inside
    from assistant.channels.paced.ticker import Ticker

log = logging.getLogger(__name__)

ENDS_WITHIN_S = 1.0
"For calls to write down that they are over, when the service stops."


class AsteriskLine:
    """The line. Everything happens on one loop."""

    def __init__(self, settings: AsteriskSettings, inside: Inside, ticker: Ticker) -> None:
        self.settings = settings
        self.parts = Parts(settings, inside, ticker, Tickets(settings.calls))
        self._door = Door(self.parts, self._talk_over, self._attach)
        self._sound: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self.port = self.sound_port = 0

    async def start(self) -> None:
        """Listen. Raises `CarrierError`."""
        self.port = await self._door.open()
        if self.settings.kind == "audiosocket":
            self.sound_port = await self._open_sound()
        log.info("the line %s listens", self.settings.name)

    async def _open_sound(self) -> int:
        settings, loop = self.settings, asyncio.get_running_loop()
        try:
            self._sound = await loop.create_server(
                lambda: Plug(self.parts, self._keep), settings.address, settings.sound_port
            )
        except OSError as error:
            await self._door.close()
            raise CarrierError(
                f"the line's sound port cannot be used ({type(error).__name__}); does another"
                " program hold it?"
            ) from error
        return int(self._sound.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        """Hang up and listen no more."""
        if self._sound is not None:
            self._sound.close()
        for task in tuple(self._tasks):
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=ENDS_WITHIN_S)
        await self._door.close()

    def _keep(self, work: asyncio.Task[None]) -> None:
        self._tasks.add(work)
        work.add_done_callback(self._tasks.discard)

    async def _talk_over(self, socket: Connection, ticket: Ticket) -> None:
        """A call whose sound has connected to us; it ends with the line, like every other."""
        work = asyncio.get_running_loop().create_task(talk_over(socket, ticket, self.parts))
        self._keep(work)
        await asyncio.wait({work})

    def _attach(self, ticket: Ticket, connection: str) -> None:
        self._keep(asyncio.get_running_loop().create_task(self._connect(ticket, connection)))

    async def _connect(self, ticket: Ticket, connection: str) -> None:
        """Fetch the sound of a call that waits at the Asterisk under this id."""
        try:
            socket = await connect(
                f"{self.settings.media_url}/{connection}",
                subprotocols=[Subprotocol(MEDIA)],
                compression=None,
                proxy=None,
                open_timeout=OPEN_WITHIN_S,
                max_size=LONGEST_MESSAGE,
            )
        except (OSError, TimeoutError, InvalidHandshake, InvalidURI) as error:
            came.labels(self.settings.kind, "no_sound").inc()
            log.error("a call's sound cannot be fetched: %s", type(error).__name__)  # noqa: TRY400 - the sentence says it
            self.parts.tickets.over(ticket)
            return
        await talk_over(socket, ticket, self.parts)
