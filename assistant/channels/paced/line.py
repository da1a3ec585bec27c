"""A `core.ports.Line`: a queue of sound, and what is asked of the call's signalling."""

from __future__ import annotations

from typing import Protocol


class Queue(Protocol):
    """Sound that is to be said: `playout.Playout`, or one that lies with the exchange."""

    def play(self, audio: bytes, mark: str = "") -> None:
        """Queue mu-law of any length; `mark` comes back once it has been said or dropped."""
        ...

    def clear(self) -> None:
        """Drop what is queued."""
        ...


class Signals(Protocol):
    """What can be done with a call."""

    async def hang_up(self) -> None:
        """End it; does nothing on a call that is over."""
        ...

    async def transfer(self, number: str) -> None:
        """Put the caller through. Raises `CarrierError`."""
        ...


class PacedLine:
    """One call's line."""

    def __init__(self, playout: Queue, signals: Signals) -> None:
        self._playout, self._signals = playout, signals
        self.done = False
        "Whether the call was ended or put through."

    async def play(self, audio: bytes, mark: str) -> None:
        """Queue mu-law; the mark comes back with the 20 ms that end it."""
        self._playout.play(audio, mark)

    async def clear(self) -> None:
        """Drop what is queued."""
        self._playout.clear()

    async def hang_up(self) -> None:
        """End the call."""
        self.done = True
        await self._signals.hang_up()

    async def transfer(self, number: str) -> None:
        """Put the caller through; the call goes on where that fails. Raises `CarrierError`."""
        await self._signals.transfer(number)
        self.done = True

    async def leave(self) -> bool:
        """The keys menu (`menu.MenuCall`) goes on with the call."""
        return True
