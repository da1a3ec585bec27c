"""The speaking half of a call: which sentence is in the caller's ear, and what she has heard."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from assistant.core.ports import FRAME_BYTES, FRAME_MS

if TYPE_CHECKING:
    from assistant.core.conversation import Conversation, Pace
    from assistant.core.ports import Journal, Line
    from assistant.dialogue.prompts import Sentence

LOST_MARK_MS = 5000
"A sentence whose mark has not come back so long after its end is taken as heard."


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

    def ends(self) -> int:
        """Frame number after its last sound."""
        return self.starts + self.frames


class Playback:
    """The queue of one call. Frames are counted from the call's first."""

    def __init__(self, line: Line, journal: Journal, opened: datetime) -> None:
        self._line, self._journal, self._opened = line, journal, opened
        self._queue: deque[Playing] = deque()
        self._count = 0

    @property
    def speaking(self) -> bool:
        """Whether anything is still to be heard."""
        return bool(self._queue)

    def heard_ms(self, frame: int) -> int:
        """How long the sentence in her ear has been going on."""
        return (frame - self._queue[0].starts) * FRAME_MS if self._queue else 0

    async def play(
        self, audio: bytes, sentence: Sentence, frame: int, rate: float, pace: Pace
    ) -> None:
        """Queue one sentence behind the others."""
        starts = max(frame, self._queue[-1].ends()) if self._queue else frame
        self._count += 1
        length = -(-len(audio) // FRAME_BYTES)
        item = Playing(f"p{self._count}", sentence, starts, length, rate, pace.gain_db)
        self._queue.append(item)
        await self._line.play(audio, item.mark)

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

    async def cut(self, frame: int, conversation: Conversation) -> None:
        """Stop now. What was not begun was not said."""
        begun = [item for item in self._queue if item.starts < frame]
        self._queue.clear()
        await self._line.clear()
        for item in begun:
            self._said(item, conversation, interrupted=item.ends() > frame)

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
