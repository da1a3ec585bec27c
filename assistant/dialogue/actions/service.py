"""Questions about a service: by name, by need, or about the one just spoken of."""

from __future__ import annotations

from assistant.core.answer import SHAPES, Field, Lookup
from assistant.core.event import Ask
from assistant.core.turn import Understood
from assistant.dialogue.choices import CLEAR_NAME, as_field
from assistant.dialogue.move import Context, Entry, Move


def answer(move: Move, turn: Understood, entry: Entry, context: Context) -> Move:
    """Look up the field the intent asks for."""
    return _look_up(move, turn, (as_field(entry.field),), context)


def find(move: Move, turn: Understood, _entry: Entry, context: Context) -> Move:
    """Who can help: the service and its number."""
    return summary(move, turn, context)


def summary(move: Move, turn: Understood, context: Context) -> Move:
    """Say what a place does and its number, or the fact asked for before it was named."""
    pending, asked = move.conversation.pending, move.conversation.topic.field
    if pending is not None and pending.question == "which" and asked in SHAPES:
        return _look_up(move, turn, (as_field(asked),), context)
    return _look_up(move, turn, ("summary", "phone"), context)


def clearly_named(turn: Understood) -> bool:
    """Whether a directory entry was named outright."""
    return any(hit.score >= CLEAR_NAME for hit in turn.reading.slots.services)


def only_named(turn: Understood) -> bool:
    """Whether the words are a name and little else: an answer to "which place?", no new wish."""
    said = _letters(turn.utterance.text)
    names = [_letters(hit.words) for hit in turn.reading.slots.services if hit.score >= CLEAR_NAME]
    return bool(said) and any(len(name) >= MOSTLY * len(said) for name in names)


def named(move: Move, turn: Understood) -> Move:
    """The place was named that a question before was about: answer that question."""
    field = as_field(move.conversation.topic.field)
    fields: tuple[Field, ...] = ("summary", "phone") if field == "summary" else (field,)
    words, language = turn.reading.words or turn.utterance.text, move.conversation.language
    return move.then(Ask(Lookup(fields, (), words, language)))


def _letters(text: str) -> str:
    return "".join(sign for sign in text if sign.isalnum())


MOSTLY = 0.6
"Share of the words that must be the name: “就是那个老年食堂” is an answer still."


def _look_up(move: Move, turn: Understood, fields: tuple[Field, ...], _context: Context) -> Move:
    """A service named now wins; else a follow-up is about the service just spoken of."""
    slots = turn.reading.slots
    spoken_of = () if slots.services or fields[0] == "summary" else move.conversation.topic.services
    language = move.conversation.language
    return move.then(
        Ask(
            Lookup(
                fields, spoken_of, turn.reading.words or turn.utterance.text, language, slots.time
            )
        )
    )
