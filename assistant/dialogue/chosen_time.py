"""Her answer to the times on offer, and to the question what a callback is about. PURE."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.dialogue import arranging, asking, choices, following, windows

if TYPE_CHECKING:
    from assistant.core.conversation import Pending
    from assistant.core.turn import Understood
    from assistant.dialogue.move import Context, Move

NONE_FITS = "callback.none_fits"
"Marks that she was asked for a time of her own, since none on offer was right."
OWN_WAY = frozenset(
    {"talk.repeat", "talk.slower", "talk.faster", "talk.louder", "talk.back", "talk.help"}
    | {"talk.wait", "talk.language", "talk.goodbye", "talk.thanks", "talk.greeting"}
)
"Commands and courtesies that are no answer to a question about a time."
NO_SUBJECT = frozenset({"talk.no", "talk.yes", "talk.goodbye", "talk.thanks", "talk.greeting"}) | {
    "callback.when"
}
"Answers to the question what it is about that tell nothing of it; it need not be told."


def answered(move: Move, turn: Understood, context: Context) -> Move | None:
    """Take her answer to times on offer; `None` where she speaks of something else."""
    question, intent = move.conversation.pending, _accepted(turn)
    any_time = turn.reading.remark == "whenever"
    if question is None or (not any_time and _another_matter(turn, intent)):
        return None
    move = move.with_(misses=0)
    if turn.reading.slots.time is not None:
        return _time(move, turn, context)
    by_choice = choices.chosen_words(move, turn, context)
    return by_choice or _without_a_time(move, turn, question, context)


def _without_a_time(
    move: Move, turn: Understood, question: Pending, context: Context
) -> Move | None:
    """An answer that names no time and no choice: none at all, any, yes or no."""
    intent = _accepted(turn)
    if intent == "callback.cancel":
        return _cancelled(move, question, context)
    if intent == "person.request":
        return no_more_questions(move, context)
    any_time = turn.reading.remark == "whenever" and turn.reading.agrees is not False
    if any_time and _of_time(question):
        return arranging.soonest(move, context)
    return _yes_or_no(move, turn, question, context)


def no_more_questions(move: Move, context: Context) -> Move:
    """She leaves it to us: the first window; asked what to do with a callback, asked again."""
    question = move.conversation.pending
    if question is not None and question.options and not _of_time(question):
        return asking.again(move, question)
    return arranging.settle(move, context)


def subject(move: Move, turn: Understood, context: Context) -> Move:
    """What it is about, kept as said; or that she does not want to say, which is as good."""
    wanted = move.conversation.arranging
    if wanted is None or wanted.chosen is None:
        return asking.open_question(move.with_(pending=None), context)
    intent, time = _accepted(turn), turn.reading.slots.time
    if intent == "talk.wait":
        return move.with_(waiting=True).say("wait")
    if intent == "callback.cancel":
        return arranging.dropped(move, context)
    another = turn.reading.only_time or intent in {"callback.book", "callback.change"}
    if time is not None and another:
        return arranging.named(move, time, context)
    silent = turn.reading.agrees is not None or intent in NO_SUBJECT
    told = () if silent else (turn.utterance.text,)
    words = "；".join(part for part in (wanted.words, *told) if part)
    return arranging.book(move, replace(wanted, words=words, told=True), wanted.chosen)


def _accepted(turn: Understood) -> str | None:
    match = turn.reading.match
    return match.intent if match.accepted else None


def _another_matter(turn: Understood, intent: str | None) -> bool:
    """Whether these words are a command, or ask about a place; a bare time is neither."""
    if intent in OWN_WAY:
        return turn.reading.agrees is None and turn.reading.slots.time is None
    named = any(hit.score >= choices.CLEAR_NAME for hit in turn.reading.slots.services)
    return intent is not None and named and not intent.startswith("callback.")


def _time(move: Move, turn: Understood, context: Context) -> Move:
    """A time: that of a window on offer, or another one."""
    wanted, time = move.conversation.arranging, turn.reading.slots.time
    if wanted is None or time is None:
        return asking.open_question(move.with_(pending=None), context)
    offered = windows.meant(wanted.offered, time, context.now)
    if offered is not None:
        time = replace(time, start=offered.start, end=offered.end, grain="window")
    return arranging.named(move, time, context)


def _cancelled(move: Move, question: Pending, context: Context) -> Move:
    for option in question.options:
        if option.target.startswith(f"{windows.DEED}cancel:"):
            return choices.take(move, option)
    return arranging.dropped(move, context)


def _yes_or_no(move: Move, turn: Understood, question: Pending, context: Context) -> Move | None:
    """Yes is the first of what was offered; no asks for a time of hers, and then lets it be."""
    intent = _accepted(turn)
    agrees = turn.reading.agrees
    if agrees is None and intent in {"talk.yes", "talk.no"}:
        agrees = intent == "talk.yes"
    if agrees is None:
        begun = intent in {"callback.book", "callback.change"}
        return asking.again(move, question) if begun else None
    if agrees:
        if question.options:
            return choices.take(move, question.options[0])
        return arranging.soonest(move, context)
    if not _of_time(question):
        return _let_be(move.with_(arranging=None, pending=None), context)
    if question.intent == NONE_FITS:
        return arranging.dropped(move, context)
    move = move.say("callback.another_time")
    return move.expect("callback", context.now, options=question.options, intent=NONE_FITS)


def _let_be(move: Move, context: Context) -> Move:
    """Nothing is to be done with the callback after all; a text is never answered by silence."""
    if move.conversation.channel == "sms":
        return asking.open_question(move, context)
    return following.anything_else(move, context)


def _of_time(question: Pending) -> bool:
    return any(windows.window_of(item) is not None for item in question.options)
