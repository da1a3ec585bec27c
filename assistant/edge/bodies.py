"""The body of a request, taken in whole on the event loop before anybody works on it.

Pages and webhooks have a dozen threads. A thread that waited for a slow sender would be lost to the
others; a sender costs memory here instead, and there is a measure for that.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from typing import Any, Final

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]

FIRST_S: Final = 15.0
"Seconds for any body; so long a carrier waits for an answer at the most."
SLOWEST: Final = 16_384
"Bytes a second beyond those: an office's upload over a poor line."
AT_ONCE: Final = 96 * 1024 * 1024
"Bytes of all bodies that are being taken in."


class BodyError(Exception):
    """A body that is not taken; the HTTP status and one sentence."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


class Gone(Exception):  # noqa: N818 - says what has happened; nobody is to be answered
    """Whoever asked has left."""


@dataclass(slots=True)
class Bodies:
    """Takes bodies in; used on one event loop only."""

    first_s: float = FIRST_S
    slowest: int = SLOWEST
    at_once: int = AT_ONCE
    _held: int = 0

    async def take(self, receive: Receive, declared: int | None, most: int) -> bytearray:
        """The whole body, of at most `most` bytes. Raises `BodyError`, `Gone`.

        What it takes is counted until `release` is told of it.
        """
        if declared is not None and declared > most:
            raise _too_large(most)
        body = bytearray()
        began = asyncio.get_running_loop().time()
        try:
            async with asyncio.timeout_at(began + self.first_s) as limit:
                while await self._more(receive, body, most):
                    limit.reschedule(began + self.first_s + len(body) / self.slowest)
        except TimeoutError:
            self.release(body)
            raise BodyError(408, "The request came too slowly; send it again.") from None
        except BaseException:
            self.release(body)
            raise
        return body

    def release(self, body: bytearray) -> None:
        """This body is not held any more."""
        self._held -= len(body)

    async def _more(self, receive: Receive, body: bytearray, most: int) -> bool:
        """One piece; whether there are others."""
        event = await receive()
        if event["type"] == "http.disconnect":
            raise Gone
        piece = event.get("body", b"")
        if len(body) + len(piece) > most:
            raise _too_large(most)
        if self._held + len(piece) > self.at_once:
            raise BodyError(503, "Too much is being sent at once; try again in a minute.")
        body.extend(piece)
        self._held += len(piece)
        return bool(event.get("more_body", False))


def _too_large(most: int) -> BodyError:
    return BodyError(413, f"The request is too long; send at most {most} bytes.")
