"""Safe words that a machine has recorded: whoever plays it may say them, so they prove nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from assistant.callbacks.book import Book
    from assistant.callbacks.store import CallbackStore
    from assistant.ringing.texts import RingTexts


@dataclass(frozen=True, slots=True)
class BurntWords:
    """Puts a fresh one in their place, where she can be told it; else none."""

    store: CallbackStore
    book: Book
    texts: RingTexts

    def burn(self, code: str, now: datetime) -> None:
        """The word is dead if it was said in the last ring; the text says the new one.

        Without a text there is none: a word that she was never told would drive her away, and the
        old one could be anybody's.
        """
        if not self._was_said(code):
            return
        row = self.store.get(code)
        if row is None:
            return
        again = row.state != "unreached" and self.texts.reaches(row)
        promise = self.book.reword(code, now, fresh=again)
        changed = self.store.get(code)
        if promise is not None and promise.safe_word and changed is not None:
            self.texts.reworded(changed, now)

    def _was_said(self, code: str) -> bool:
        for line in reversed(self.store.history(code)):
            if line.accepted and line.event in {"WordSaid", "ResidentRung"}:
                return line.event == "WordSaid"
        return False
