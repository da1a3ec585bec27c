"""The speaking half of a call: which sentence is in the caller's ear, and what she has heard."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from assistant.core.ports import FRAME_BYTES, FRAME_MS
from assistant.speech.audio import SILENCE

if TYPE_CHECKING:
    from assistant.core.conversation import Conversation, Pace
    from assistant.core.ports import Journal, Line
    from assistant.dialogue.prompts import Sentence

KEPT = 3
"Latest sentences whose sound is remembered, to know its echo."
LOST_MARK_MS = 5000
"A sentence whose mark has not come back so long after its end is taken as heard."
ASKED = ("？", "?")
"How a question ends, whatever the language."


@dataclass(frozen=True, slots=True)
class Pauses:
    """Silence before a sentence, in frames (SENIOR 1.1)."""

    between: int
    before_question: int
    after_key: int

    def before(self, sentence: Sentence, *, first: bool, key: bool) -> int:
        """Before the first sentence of a reply only after a key: she moves the receiver back."""
        if first:
            return self.after_key if key else 0
        return self.before_question if sentence.text.endswith(ASKED) else self.between


@dataclass(frozen=True, slots=True)
class Playing:
    """One sentence on its way to the caller's ear."""

    mark: str
    sentence: Sentence
    starts: int
    "Frame number at which its first sound is heard."
    frames: int
    rate: float
    gain_db: float
    audio: bytes
    "Mu-law."
    aside: bool = False
    "A word in the caller's pause; she is not spoken to."

    def ends(self) -> int:
        """Frame number after its last sound."""
        return self.starts + self.frames


class Playback:
    """The queue of one call. Frames are counted from the call's first."""

    def __init__(self, line: Line, journal: Journal, opened: datetime) -> None:
        self._line, self._journal, self._opened = line, journal, opened
        self._queue: deque[Playing] = deque()
        self._latest: deque[Playing] = deque(maxlen=KEPT)
        self._count = 0
        self._began = 0

    @property
    def speaking(self) -> bool:
        """Whether anything that was said to her is still to be heard."""
        return any(not item.aside for item in self._queue)

    @property
    def sounding(self) -> bool:
        """Whether anything at all is still to be heard."""
        return bool(self._queue)

    def heard_ms(self, frame: int) -> int:
        """How long we have been speaking without a pause of our own."""
        return (frame - self._began) * FRAME_MS if self._queue else 0

    async def play(
        self,
        audio: bytes,
        sentence: Sentence,
        frame: int,
        rate: float,
        pace: Pace,
        *,
        aside: bool = False,
        pause_frames: int = 0,
    ) -> None:
        """Queue one sentence behind the others, after a pause."""
        if not self.speaking:
            self._began = frame
        starts = max(frame, self._queue[-1].ends()) if self._queue else frame
        starts += pause_frames
        self._count += 1
        length = -(-len(audio) // FRAME_BYTES)
        mark = f"p{self._count}"
        item = Playing(mark, sentence, starts, length, rate, pace.gain_db, audio, aside)
        self._queue.append(item)
        self._latest.append(item)
        await self._line.play(SILENCE * (pause_frames * FRAME_BYTES) + audio, item.mark)

    def sounds(self, frame: int, frames: int) -> bytes:
        """The last `frames` frames she was played up to `frame`, in mu-law; silence between."""
        wanted = bytearray(SILENCE * (frames * FRAME_BYTES))
        first = frame - frames
        for item in self._latest:
            begin = max(0, item.starts - first) * FRAME_BYTES
            skipped = max(0, first - item.starts) * FRAME_BYTES
            heard = item.audio[skipped : skipped + len(wanted) - begin]
            if begin < len(wanted):
                wanted[begin : begin + len(heard)] = heard
        return bytes(wanted)

    def returned(self, mark: str, conversation: Conversation) -> bool:
        """A mark came back: everything up to it was heard. Unknown marks change nothing."""
        if all(item.mark != mark for item in self._queue):
            return False
        while self._queue:
            item = self._queue.popleft()
            self._said(item, conversation, interrupted=False)
            if item.mark == mark:
                break
        return True

    def overdue(self, frame: int) -> str | None:
        """The last mark, when it should have come back long ago."""
        if self._queue and (frame - self._queue[-1].ends()) * FRAME_MS > LOST_MARK_MS:
            return self._queue[-1].mark
        return None

    async def cut(self, frame: int, conversation: Conversation) -> tuple[Sentence, ...]:
        """Stop now. What was not begun was not said. Returns what was not heard to its end."""
        queued = tuple(self._queue)
        self._queue.clear()
        await self._line.clear()
        for item in queued:
            if item.starts < frame:
                self._said(item, conversation, interrupted=item.ends() > frame)
        return tuple(item.sentence for item in queued if item.ends() > frame and not item.aside)

    def moment(self, frame: int) -> datetime:
        """The time at a frame of the call."""
        return self._opened + timedelta(milliseconds=frame * FRAME_MS)

    def _said(self, item: Playing, conversation: Conversation, *, interrupted: bool) -> None:
        self._journal.write(
            "said",
            conversation,
            self.moment(item.starts),
            text=item.sentence.text,
            language=item.sentence.language,
            prompt=item.sentence.prompt,
            interrupted=interrupted,
            seconds=round(item.frames * FRAME_MS / 1000, 2),
            rate=round(item.rate, 3),
            gain_db=item.gain_db,
        )
