"""What is on today: notices and rosters."""

from __future__ import annotations

from assistant.core.answer import Field, Lookup
from assistant.core.event import Ask
from assistant.core.turn import Understood
from assistant.dialogue.move import Context, Entry, Move


def answer(move: Move, turn: Understood, entry: Entry, _context: Context) -> Move:
    """Look the day's notice or roster up."""
    field: Field = "roster" if entry.field == "roster" else "notice"
    words = turn.reading.words or turn.utterance.text
    language = move.conversation.language
    return move.then(Ask(Lookup((field,), (), words, language, turn.reading.slots.time)))
