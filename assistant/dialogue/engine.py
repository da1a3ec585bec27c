"""The pure step: a conversation and a turn in, the next conversation and events out.

Why a resident got this reply: start at `step`, follow the kind of turn. What an accepted intent
does stands in `actions/`; what happens when nothing was understood stands in `repair`.
"""

from __future__ import annotations

from dataclasses import replace

from assistant.core.conversation import Conversation, Pending
from assistant.core.event import Event
from assistant.core.turn import (
    HungUp,
    Key,
    LookedUp,
    Opened,
    Silence,
    Turn,
    Unclear,
    Understood,
)
from assistant.dialogue import answers, choices, keys, repair
from assistant.dialogue.actions import ACTIONS, request, safety, service, talk
from assistant.dialogue.move import Context, Move

PENDING_HOURS = 24
"A numbered answer stays bound to its question for a day (CHANNELS 1.4, SENIOR 2)."


def step(
    conversation: Conversation, turn: Turn, context: Context
) -> tuple[Conversation, tuple[Event, ...]]:
    """Answer one turn. Pure: the same arguments give the same result; never raises for words."""
    move = Move(_drop_expired(conversation, context))
    match turn:
        case Opened():
            move = _opened(move, context)
        case Understood():
            move = _understood(_next_turn(move), turn, context)
        case Key(digit):
            move = keys.pressed(_next_turn(move), digit, context)
        case Silence():
            move = repair.silence(_next_turn(move), context)
        case Unclear():
            move = repair.not_understood(_next_turn(move), context, heard="")
        case LookedUp():
            move = answers.looked_up(move, turn, context)
        case HungUp():
            move = _hung_up(move)
    return replace(move.conversation, updated=context.now), move.events


def _drop_expired(conversation: Conversation, context: Context) -> Conversation:
    pending = conversation.pending
    if pending is None:
        return conversation
    age = context.now - pending.asked
    if age.total_seconds() <= PENDING_HOURS * 3600:
        return conversation
    return replace(conversation, pending=None)


def _next_turn(move: Move) -> Move:
    return move.with_(turns=move.conversation.turns + 1, waiting=False)


def _opened(move: Move, context: Context) -> Move:
    if context.keys_only:
        move = move.say("greeting.keys_only", site=context.site.name)
        return choices.open_menu(move)
    return talk.greet(move, context)


def _hung_up(move: Move) -> Move:
    if not move.conversation.served:
        move = move.outcome("abandoned")
    return move


def _understood(move: Move, turn: Understood, context: Context) -> Move:
    """Danger first, then the open question, then a new wish, then repair."""
    reading = turn.reading
    move = _follow_language(move, turn)
    if reading.safety is not None:
        return safety.offer(move, turn, reading.safety, context)
    answered = _answer_pending(move, turn, context)
    if answered is not None:
        return answered
    return _wish(move, turn, context)


def _follow_language(move: Move, turn: Understood) -> Move:
    """Answer in the language the resident chose to speak, once she said more than a word or two."""
    if turn.reading.language == move.conversation.language:
        return move
    return move.with_(language=turn.reading.language)


def _answer_pending(move: Move, turn: Understood, context: Context) -> Move | None:
    pending = move.conversation.pending
    if pending is None:
        return None
    intent = _expected_intent(turn, pending)
    by_choice = choices.chosen_words(move, turn, context)
    if by_choice is not None:
        return _understood_again(by_choice)
    if pending.question == "words":
        return request.words_given(move, turn, intent, context)
    if intent in {"talk.yes", "talk.no"}:
        return yes_or_no(move, pending, context, yes=intent == "talk.yes")
    if pending.question == "else" and intent == "talk.thanks":
        return talk.farewell(_understood_again(move))
    return None


LIKELY = 0.2
"To a yes-or-no question even a weak yes, no, thanks or goodbye is what it sounds like."


def _expected_intent(turn: Understood, pending: Pending) -> str | None:
    match = turn.reading.match
    if match.accepted:
        return match.intent
    closed = pending.question in {"confirm", "else", "emergency", "more"}
    likely = match.intent in {"talk.yes", "talk.no", "talk.thanks"} and match.score >= LIKELY
    return match.intent if closed and likely else None


def yes_or_no(move: Move, pending: Pending, context: Context, *, yes: bool) -> Move:
    """Act on yes or no to the open question; without one, ask the open question again."""
    move = _understood_again(move)
    match pending.question:
        case "confirm":
            return request.confirmed(move, pending, context, yes=yes)
        case "emergency":
            return safety.answered(move, pending, context, yes=yes)
        case "else" if not yes:
            return talk.farewell(move)
        case "which" | "menu" | "field" if not yes:
            return talk.ask_again(move.with_(pending=None), context)
        case _:
            return talk.ask_again(move, context)


def _wish(move: Move, turn: Understood, context: Context) -> Move:
    """Carry out an accepted intent; a clear name alone asks what the place can do."""
    match = turn.reading.match
    move = move.with_(later=turn.reading.second or "")
    entry = context.entries.get(match.intent) if match.intent and match.accepted else None
    if entry is None:
        if service.clearly_named(turn):
            return service.summary(_understood_again(move), turn, context)
        return repair.not_understood(move, context, heard=turn.utterance.text, turn=turn)
    if _doubtful(turn, entry.intent, context):
        return repair.confirm_wish(move, turn, entry, context)
    return ACTIONS[entry.action](_understood_again(move), turn, entry, context)


def _doubtful(turn: Understood, intent: str, context: Context) -> bool:
    """Whether the ear was too unsure to act on a wish at once; commands cost nothing to obey."""
    return turn.utterance.confidence < context.confirm_below and not intent.startswith("talk.")


def _understood_again(move: Move) -> Move:
    return move.with_(misses=0)
