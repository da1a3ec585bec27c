"""Inbound sound put in order: packets as they come, frames of 20 ms as they are due. PURE.

In G.711 a byte is a sample, so a packet's timestamp says where its bytes belong, whether it holds
20 ms or 30. `take` is called every 20 ms and the place it reads from moves on by as much, whatever
has come: what is missing then is lost, and its time passes all the same. Too early a reader is set
back, one who falls behind (two clocks are never alike) skips a frame.
"""

from __future__ import annotations

from bisect import insort

from assistant.core.ports import FRAME_BYTES

WAIT = 4 * FRAME_BYTES
"Samples held back, 80 ms: a network that delays by 60 loses nothing."
LONGEST = 10 * FRAME_BYTES
"The most that is held back, 200 ms, on a worse network."
JUMP = 5 * 8000
"A timestamp so many samples from where it should be belongs to another stream."
TOO_LATE = 3
"Packets in a row that come too late to be heard: the reader is set back."
WATCHED = 100
"Frames, two seconds, in which more than needed must lie waiting before one is skipped."
LARGEST = 8 * FRAME_BYTES
HALF, WHOLE = 1 << 31, 1 << 32


class Jitter:
    """The sound of one stream."""

    def __init__(self) -> None:
        self._wait = WAIT
        self._restart()

    def _restart(self) -> None:
        self._held: list[tuple[int, bytes]] = []
        self._at: int | None = None
        self._newest = 0
        self._countdown = 0
        self._late = 0
        self._least, self._watched = LARGEST, 0

    def put(self, timestamp: int, payload: bytes) -> None:
        """One packet; repeats, packets of no use and those that come too late are dropped."""
        if not payload or len(payload) > LARGEST:
            return
        if self._at is None:
            self._begin(timestamp)
        start = self._unwrapped(timestamp)
        if abs(start - self._newest) > JUMP:
            self._restart()
            self._begin(timestamp)
            start = timestamp
        if self._at is not None and self._countdown > 0:
            self._at = min(self._at, max(start, self._at - WAIT))  # the first came out of order
        if self._at is not None and start + len(payload) <= self._at:
            self._came_too_late(start)
            return
        self._late = 0
        if all(start != begun for begun, _ in self._held):
            insort(self._held, (start, payload))
            self._newest = max(self._newest, start + len(payload))

    def _begin(self, timestamp: int) -> None:
        self._at = self._newest = timestamp
        self._countdown = self._wait // FRAME_BYTES

    def _unwrapped(self, timestamp: int) -> int:
        """The timestamp, which has 32 bits, on a line without end."""
        return self._newest + (timestamp - self._newest + HALF) % WHOLE - HALF

    def _came_too_late(self, start: int) -> None:
        self._late += 1
        if self._late >= TOO_LATE:
            self._wait = min(self._wait + FRAME_BYTES, LONGEST)
            self._restart()
            self._begin(start)

    def take(self) -> bytes | None:
        """The frame that is due; `None` where nothing has come for it."""
        if self._at is None:
            return None
        if self._countdown > 0:
            self._countdown -= 1
            return None
        self._keep_pace()
        begin, self._at = self._at, self._at + FRAME_BYTES
        if self._held and self._held[0][0] == begin and len(self._held[0][1]) == FRAME_BYTES:
            return self._held.pop(0)[1]
        return self._pieced(begin)

    def _pieced(self, begin: int) -> bytes | None:
        """A frame out of packets that do not begin or end with it; holes in it are its own end."""
        end, found = begin + FRAME_BYTES, bytearray()
        kept: list[tuple[int, bytes]] = []
        for start, payload in self._held:
            if start < end:
                skipped = max(0, begin + len(found) - start)
                found += payload[skipped : skipped + FRAME_BYTES - len(found)]
            if start + len(payload) > end:
                kept.append((start, payload))
        self._held = kept
        if not found:
            return None
        return bytes(found) + found[-1:] * (FRAME_BYTES - len(found))

    def _keep_pace(self) -> None:
        """Skip a frame where more lies waiting, all the time, than the network makes needful."""
        assert self._at is not None  # noqa: S101 - asked only of a stream that has begun
        self._least = min(self._least, self._newest - self._at)
        self._watched += 1
        if self._watched < WATCHED:
            return
        if self._least > self._wait + FRAME_BYTES:
            self._at += FRAME_BYTES
            self._held = [one for one in self._held if one[0] + len(one[1]) > self._at]
        self._least, self._watched = LARGEST, 0
