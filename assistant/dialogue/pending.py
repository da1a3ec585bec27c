"""The question that is open, and what answers it: a choice, yes or no, words, more words."""

from __future__ import annotations

from assistant.core.conversation import Pending
from assistant.core.turn import Understood
from assistant.dialogue import choices
from assistant.dialogue.actions import request, safety, talk
from assistant.dialogue.move import Context, Move

CLOSED = frozenset({"confirm", "else", "emergency", "done"})
"Questions to which a short yes or no is an answer, whatever else those words may mean."


def answer(move: Move, turn: Understood, context: Context) -> Move | None:
    """Act on an answer to the open question; `None` when the words are about something else."""
    pending = move.conversation.pending
    if pending is None:
        return None
    by_choice = choices.chosen_words(move, turn, context)
    if by_choice is not None:
        return by_choice.with_(misses=0)
    agrees = _agrees(turn, pending)
    if pending.question == "words":
        return request.words_given(move.with_(misses=0), turn, context)
    if agrees is not None:
        return yes_or_no(move.with_(misses=0), pending, context, yes=agrees)
    if pending.question == "confirm" and _adds_to_it(turn, pending):
        return request.more_words(move.with_(misses=0), turn, pending, context)
    return None


def yes_or_no(move: Move, pending: Pending, context: Context, *, yes: bool) -> Move:
    """Act on yes or no to the open question; without one, ask the open question again."""
    match pending.question:
        case "confirm":
            return request.confirmed(move, pending, context, yes=yes)
        case "emergency":
            return safety.answered(move, pending, context, yes=yes)
        case "done":
            return talk.end(move)
        case "else" if not yes:
            return talk.farewell(move, context)
        case "which" | "menu" | "field" if not yes:
            return talk.ask_again(move.with_(pending=None), context)
        case _:
            return talk.ask_again(move, context)


def answers_shortly(turn: Understood, pending: Pending | None) -> bool:
    """Whether this is just a yes or no to an open question, and so no alarm."""
    return pending is not None and _agrees(turn, pending) is not None


def _agrees(turn: Understood, pending: Pending) -> bool | None:
    reading = turn.reading
    intent = reading.match.intent if reading.match.accepted else None
    if pending.question in CLOSED:
        if pending.question in {"else", "done"} and _thanks(turn):
            return False
        if reading.agrees is not None:
            return reading.agrees
    if intent in {"talk.yes", "talk.no"}:
        return intent == "talk.yes"
    return None


def _thanks(turn: Understood) -> bool:
    """Thanks at the end of a talk mean that nothing more is wanted."""
    best = turn.reading.match.alternatives[:2]
    near = any(item.intent == "talk.thanks" and item.score >= LIKELY_THANKS for item in best)
    return near and len(turn.utterance.text) <= SHORT


LIKELY_THANKS = 0.4
SHORT = 30
"Characters; a longer sentence with thanks in it wants something."


def _adds_to_it(turn: Understood, pending: Pending) -> bool:
    """Whether the words complete the matter that is being confirmed, instead of answering."""
    match = turn.reading.match
    intent = pending.intent or ""
    if intent.startswith((talk.WISH, "person.")):
        return False
    return not match.accepted or match.intent in {intent, "talk.greeting"}
