"""From the clock to a call: what was heard is kept in order until the call has time for it.

A call that is busy with a turn counts the frames that waited afterwards, as with any carrier. One
that fails, or lets go of the line because it cannot speak, is followed by the keys menu.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from assistant.channels.paced.line import PacedLine
from assistant.core.ports import Call

log = logging.getLogger(__name__)

MOST = 90 * 50
"Frames a call may be behind, ninety seconds; after that it is taken to hang."


@dataclass(frozen=True, slots=True)
class Key:
    """One key."""

    digit: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark came back."""

    name: str


@dataclass(frozen=True, slots=True)
class Gone:
    """The caller has gone."""


Event = bytes | Key | Mark | Gone


class Inbox:
    """An `Ear` that keeps what it hears."""

    def __init__(self) -> None:
        self._events: deque[Event] = deque()
        self._news = asyncio.Event()
        self.deaf = False
        "While it is, frames are let pass: nobody is to wait for an answer to what was said then."

    def frame(self, ulaw: bytes) -> None:
        """The next 20 ms."""
        if self.deaf:
            return
        if len(self._events) > MOST:
            self.gone()
        self._put(ulaw)

    def key(self, digit: str) -> None:
        """A key."""
        self._put(Key(digit))

    def played(self, mark: str) -> None:
        """A mark."""
        self._put(Mark(mark))

    def gone(self) -> None:
        """Nobody is there any more; what was not taken yet does not matter."""
        self._events.clear()
        self._put(Gone())

    def forget(self) -> None:
        """Let go of what was heard while nobody listened; that they have gone is kept."""
        gone = [event for event in self._events if isinstance(event, Gone)]
        self._events = deque(gone)

    def _put(self, event: Event) -> None:
        self._events.append(event)
        self._news.set()

    async def next(self) -> Event:
        """The oldest that was not taken."""
        while not self._events:
            self._news.clear()
            await self._news.wait()
        return self._events.popleft()


async def serve(call: Call, line: PacedLine, inbox: Inbox, menu: Callable[[], Call]) -> None:
    """The call from pick-up to its end, and behind it the menu where the line is still there."""
    if await _goes_well(call, inbox) or line.done:
        return
    await line.clear()
    if not await _goes_well(menu(), inbox) and not line.done:
        log.error("the keys menu failed as well; the line is given up")


async def _goes_well(call: Call, inbox: Inbox) -> bool:
    """Feed a call; false where it failed or let go of the line while the caller is on it."""
    try:
        await call.start()
        return await _feed(call, inbox)
    except asyncio.CancelledError:
        # The service stops: what she was in the middle of is kept, as when she rings off.
        await call.hung_up()
        raise
    except Exception as error:  # noqa: BLE001 - whatever fails inside, the caller hears the menu
        log.error("a call failed and goes on by the keys menu: %s", type(error).__name__)  # noqa: TRY400 - words said may stand in it
        return False


async def _feed(call: Call, inbox: Inbox) -> bool:
    """Whether the caller has gone."""
    while not call.over:
        event = await inbox.next()
        match event:
            case bytes():
                await call.frame(event)
            case Key(digit):
                await call.key(digit)
            case Mark(name):
                await call.played(name)
            case Gone():
                await call.hung_up()
                return True
    return False
