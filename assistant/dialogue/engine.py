"""The pure step: a conversation and a turn in, the next conversation and events out.

Why a resident got this reply: start at `step`, follow the kind of turn. What an accepted intent
does stands in `actions/`; what happens when nothing was understood stands in `repair`.
"""

from __future__ import annotations

from dataclasses import replace

from assistant.core.conversation import Conversation
from assistant.core.event import Event
from assistant.core.turn import (
    CarrierWord,
    EarsLost,
    HungUp,
    Key,
    LookedUp,
    Opened,
    Silence,
    Turn,
    Unclear,
    Understood,
    Wordless,
)
from assistant.dialogue import (
    answers,
    asking,
    binding,
    choices,
    figures,
    following,
    honesty,
    introductions,
    keys,
    opening,
    pending,
    repair,
    ring_back,
    rung_off,
    texts,
)
from assistant.dialogue.actions import ACTIONS, callback, person, poll, privacy, safety, service
from assistant.dialogue.move import Context, Entry, Move


def step(
    conversation: Conversation, turn: Turn, context: Context
) -> tuple[Conversation, tuple[Event, ...]]:
    """Answer one turn. Pure: the same arguments give the same result; never raises for words."""
    move = Move(_drop_expired(conversation, context))
    match turn:
        case Opened():
            move = _opened(move, turn, context)
        case Understood():
            move = _understood(_next_turn(move), turn, context)
        case Key(digit):
            move = keys.pressed(_next_turn(move), digit, context)
        case Silence() | Unclear() | EarsLost():
            move = _unheard(_next_turn(move), turn, context)
        case LookedUp():
            move = answers.looked_up(move, turn, context)
        case HungUp():
            move = _hung_up(move, context)
        case Wordless() | CarrierWord():
            move = texts.without_words(_next_turn(move), turn, context)
    if context.keys_only:
        move = _name_the_keys(move)
    return replace(binding.remember(move).conversation, updated=context.now), move.events


def _unheard(move: Move, turn: Silence | Unclear | EarsLost, context: Context) -> Move:
    match turn:
        case Silence():
            return repair.silence(move, context)
        case Unclear():
            return repair.not_understood(move, context, heard="")
        case EarsLost():
            return repair.ears_lost(move, context)


def _name_the_keys(move: Move) -> Move:
    """Without an ear a question that was just put is followed by the keys that answer it."""
    question = move.conversation.pending
    closed = question is not None and question.question in asking.YES_NO | {"else"}
    if question is None or not closed or move.events[-1:] != question.says[-1:]:
        return move
    return move.say("ears.yes_no")


def _drop_expired(conversation: Conversation, context: Context) -> Conversation:
    if conversation.pending is None:
        return conversation
    if not binding.expired(conversation.pending, context.now):
        return conversation
    return replace(conversation, pending=None)


def _next_turn(move: Move) -> Move:
    return move.with_(turns=move.conversation.turns + 1, waiting=False)


def _opened(move: Move, turn: Opened, context: Context) -> Move:
    if turn.last is not None:
        move = move.with_(missed_on=turn.last.missed_on)
    move = move.with_(feedback=turn.feedback, news=turn.news)
    if turn.rung == "number":
        return ring_back.opened(move, context)
    if context.keys_only:
        why = "greeting.keys_only" if turn.rung == "speech" else "greeting.keys_busy"
        return choices.open_menu(opening.unheard(move, why, context))
    return opening.greet(move, turn, context)


def _hung_up(move: Move, context: Context) -> Move:
    """Somebody who was promised a call gets it, even if she hangs up before saying what about."""
    question = move.conversation.pending
    move = safety.gone(move, context)
    arranged = rung_off.left(move, context) or rung_off.missed(move, context)
    if arranged is not None:
        return arranged
    if question is not None and question.question == "words":
        return rung_off.kept_words(move, context, question.heard)
    if not move.conversation.served:
        move = move.outcome("abandoned")
    return move


def _understood(move: Move, turn: Understood, context: Context) -> Move:
    """Danger first, then the open question, then a new wish, then repair."""
    move = _follow_language(texts.received(introductions.heard(move, turn, context), turn), turn)
    danger, question = turn.reading.safety, move.conversation.pending
    if danger is not None and not pending.answers_shortly(turn, question):
        return safety.offer(move, turn, danger, context)
    by_text = texts.written(move, turn, context)
    if by_text is not None:
        return by_text
    remarked = _remarked(move, turn, context)
    if remarked is not None:
        return remarked.with_(misses=0)
    answered = introductions.told(move, turn, context) or pending.answer(move, turn, context)
    if answered is not None:
        return answered
    if safety.keeps(move, turn):
        return safety.more_words(move, turn.utterance.text, context)
    return _wish(move, turn, context)


def _remarked(move: Move, turn: Understood, context: Context) -> Move | None:
    """What is told by its cues, whatever the words were matched to; `None` for nothing of it."""
    return (
        honesty.remark(move, turn, context)
        or privacy.remarked(move, turn, context)
        or figures.remarked(move, turn)
        or callback.remarked(move, turn, context)
        or poll.remarked(move, turn)
    )


def _follow_language(move: Move, turn: Understood) -> Move:
    """Answer in the language the resident chose to speak; STOP and HELP are no such choice."""
    now, reading = move.conversation, turn.reading
    command = now.channel == "sms" and reading.word is not None and now.turns > 1
    if reading.language == now.language or command:
        return move
    return following.adjusted(move, "language").with_(language=turn.reading.language)


def _wish(move: Move, turn: Understood, context: Context) -> Move:
    """Carry out an accepted intent; a clear name alone asks what the place can do."""
    reading = turn.reading
    move = move.with_(later=reading.second or "")
    if reading.slots.choice == 0 and not reading.match.accepted:
        return person.ask_for(move.with_(misses=0), context, heard="")
    entry = _meant(turn, context)
    if entry is None:
        return repair.not_understood(move, context, heard=turn.utterance.text, turn=turn)
    if _doubtful(turn, entry.intent, context):
        return repair.confirm_wish(move, turn, entry, context)
    if entry.action != "talk.repeat":
        move = move.with_(repeats=0)
    return ACTIONS[entry.action](move.with_(misses=0), turn, entry, context)


def _meant(turn: Understood, context: Context) -> Entry | None:
    """The intent to carry out: the accepted one, or what a case code or a clear name tells."""
    match, slots = turn.reading.match, turn.reading.slots
    best = context.entries.get(match.intent) if match.intent is not None else None
    about_calls = match.accepted and match.intent is not None and match.intent[:9] == "callback."
    if slots.case is not None and not about_calls:
        return context.entries.get("case.status")
    if match.accepted:
        return best
    if not service.clearly_named(turn):
        return None
    about = [item for item in match.alternatives if item.intent.startswith("service.")]
    if about and about[0].score >= match.score / 2:
        return context.entries.get(about[0].intent)
    unlikely = match.score < repair.WORTH_ASKING
    return context.entries.get("service.find") if unlikely else None


def _doubtful(turn: Understood, intent: str, context: Context) -> bool:
    """Whether the ear was too unsure to act on a wish at once.

    Commands cost nothing to obey, and danger has a question of its own.
    """
    own_way = intent.startswith(("talk.", "safety."))
    return turn.utterance.confidence < context.confirm_below and not own_way
