"""Outbound sound that waits in Asterisk's own queue, and what it reports of it. PURE.

Each prompt goes in brackets (START_ and STOP_MEDIA_BUFFERING), for two reasons: a last part of a
frame is filled up and not dropped, and the report of its end comes when Asterisk has played it.
Where a report does not come, as from a channel that hands sound through, our own clock says it. A
flush drops the reports with the sound, so its marks come back from here.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from assistant.channels.asterisk.control import Style, write
from assistant.channels.asterisk.sound import Sound
from assistant.channels.paced.playout import LONGEST
from assistant.core.ports import FRAME_BYTES

AHEAD_FRAMES = 250
"""Frames handed over before their time, five seconds; Asterisk's queue takes 1000, and more of them
would only have to be flushed when the caller speaks."""
CHUNK_BYTES = 25 * FRAME_BYTES
"Mu-law in one message, half a second: 8,000 bytes as linear samples, and frames are short here."
GRACE_FRAMES = 50
"Frames after its time by our clock, one second, that a report may come late."


@dataclass(slots=True)
class _Owed:
    """A mark whose sound Asterisk has."""

    id: str
    mark: str
    end: int
    "Frames handed over up to it, in the whole call."
    left: int
    "Frames until it is given back without a report."


@dataclass(frozen=True, slots=True)
class _Chunk:
    audio: bytes


@dataclass(frozen=True, slots=True)
class _End:
    mark: str


class Buffered:
    """The queue of one call. `send` puts a message, bytes for sound, on its way and never waits."""

    def __init__(self, send: Callable[[str | bytes], None], style: Style, sound: Sound) -> None:
        self._send, self._style, self._sound = send, style, sound
        self._waiting: deque[_Chunk | _End] = deque()
        self._owed: deque[_Owed] = deque()
        self._back: list[str] = []
        self._bytes = self._ids = self._handed = self._ahead = 0
        self._open = False
        "Whether a bracket is."
        self._room = True

    def play(self, audio: bytes, mark: str = "") -> None:
        """Queue mu-law of any length, a quarter of an hour at the most."""
        if self._bytes + len(audio) > LONGEST:
            audio = b""
        self._bytes += len(audio)
        for at in range(0, len(audio), CHUNK_BYTES):
            self._waiting.append(_Chunk(audio[at : at + CHUNK_BYTES]))
        self._waiting.append(_End(mark))
        self._hand_over()

    def clear(self) -> None:
        """Drop what is queued, here and there; its marks come back at once."""
        if self._owed or self._waiting or self._ahead:
            self._send(write(self._style, "FLUSH_MEDIA"))
        self._back += [owed.mark for owed in self._owed if owed.mark]
        self._back += [end.mark for end in self._waiting if isinstance(end, _End) and end.mark]
        self._waiting.clear()
        self._owed.clear()
        self._bytes = self._ahead = 0
        self._open = False

    def tick(self) -> None:
        """20 ms have passed: hand over what is due, and give up what was never reported."""
        self._ahead = max(0, self._ahead - 1)
        for owed in self._owed:
            owed.left -= 1
        while self._owed and self._owed[0].left <= 0:
            self._give_back(self._owed.popleft())
        self._hand_over()

    def said(self, reported: str) -> None:
        """Asterisk has played up to this id; one that nobody waits for is let pass."""
        if all(owed.id != reported for owed in self._owed):
            return
        while True:
            owed = self._owed.popleft()
            self._give_back(owed)
            if owed.id == reported:
                self._ahead = self._handed - owed.end
                return

    def flow(self, *, room: bool) -> None:
        """Its queue is nearly full, or has room again."""
        self._room = room

    def returned(self) -> list[str]:
        """The marks that have come back since this was last asked."""
        back, self._back = self._back, []
        return back

    def _give_back(self, owed: _Owed) -> None:
        if owed.mark:
            self._back.append(owed.mark)

    def _hand_over(self) -> None:
        while self._waiting and self._room and self._ahead < AHEAD_FRAMES:
            if not self._open:
                self._send(write(self._style, "START_MEDIA_BUFFERING"))
                self._open = True
            match self._waiting.popleft():
                case _Chunk(audio):
                    self._sound_on(audio)
                case _End(mark):
                    self._end(mark)

    def _sound_on(self, audio: bytes) -> None:
        self._send(self._sound.from_ulaw(audio))
        frames = -(-len(audio) // FRAME_BYTES)
        self._bytes -= len(audio)
        self._handed += frames
        self._ahead += frames

    def _end(self, mark: str) -> None:
        self._ids += 1
        name = f"p{self._ids}"
        self._send(write(self._style, "STOP_MEDIA_BUFFERING", name))
        self._open = False
        self._owed.append(_Owed(name, mark, self._handed, self._ahead + GRACE_FRAMES))
