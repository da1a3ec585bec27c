"""What happens when nothing was said or nothing was understood.

First a simpler question with an example, then three choices by key, then a person
(SENIOR 1.3: two failures in a row or three in a call). Nobody is blamed; nobody is cut off.
"""

from __future__ import annotations

from assistant.core.conversation import Conversation
from assistant.core.event import EndCall
from assistant.core.turn import Understood
from assistant.core.values import Localised, Words
from assistant.dialogue import choices
from assistant.dialogue.actions import person, safety, talk
from assistant.dialogue.move import Context, Entry, Move

MISSES_IN_A_ROW = 3
"The third miss in a row leads to a person: one example, one menu, then somebody who listens."
MISSES_IN_ALL = 5
SILENT_MISSES = 2
"""Silences with something new to say: an example, then the keys. A person is not called for silence
alone: nobody has asked for anything yet."""
SILENT_TURNS_BEFORE_END = 30
"Each waits 20 s: ten minutes without a sound is an empty line, not a slow speaker."


def silence(move: Move, context: Context) -> Move:
    """Nobody spoke. Ask again in simpler words; later only say that the line is still there."""
    question = move.conversation.pending
    if question is not None and question.question == "emergency":
        return safety.unanswered(move, question, context)
    if question is not None and question.question == "done":
        return talk.end(move)
    if move.conversation.misses >= SILENT_MISSES:
        return _still_here(move)
    if question is not None and question.question == "words":
        return _miss(move).say("silence.words")
    return _ladder(_miss(move), context, heard="", prompt="silence.first")


def not_understood(
    move: Move, context: Context, *, heard: str, turn: Understood | None = None
) -> Move:
    """Words that fit nothing. In a text, what was written is kept for a person at once."""
    missed = _miss(move)
    if turn is not None and missed.conversation.misses == 1:
        close = _close_call(turn, context)
        if close:
            return _which_wish(missed, context, close)
        likely = _likely(turn, context)
        if likely is not None:
            return confirm_wish(missed, turn, likely, context)
    if move.conversation.channel == "sms":
        return _text_not_understood(missed, context, heard)
    return _ladder(missed, context, heard=heard, prompt="unclear.first")


def confirm_wish(move: Move, turn: Understood, entry: Entry, context: Context) -> Move:
    """Ask by voice whether a doubtful wish was meant, naming it."""
    return move.say(f"wish.{entry.intent}").expect(
        "confirm",
        context.now,
        intent=f"{talk.WISH}{entry.intent}",
        heard=turn.utterance.text,
    )


def _miss(move: Move) -> Move:
    was = move.conversation
    return move.with_(misses=was.misses + 1, misses_in_all=was.misses_in_all + 1)


def _ladder(move: Move, context: Context, *, heard: str, prompt: str) -> Move:
    now = move.conversation
    if now.misses >= MISSES_IN_A_ROW or now.misses_in_all >= MISSES_IN_ALL:
        if not heard and _taken_down(now):
            return _still_here(move)
        return person.take_over(move, context, heard=heard)
    if now.misses == 1 and not context.keys_only:
        return _keep_question(move.say(prompt), now, context)
    if now.pending is not None and now.pending.options and now.misses == 1:
        return choices.read_out(move.say("silence.keys"), context, now.pending.options, menu=True)
    return choices.open_menu(move.say("menu.intro"))


def _taken_down(conversation: Conversation) -> bool:
    """Whether the last answer was that a person will ring back: once is enough without words."""
    return any(item.prompt == "person.taken" for item in conversation.said)


def _keep_question(move: Move, before: Conversation, context: Context) -> Move:
    """The question that was open stays open, so that a late answer still fits it."""
    if before.pending is not None:
        return move
    return move.expect("open", context.now)


def _still_here(move: Move) -> Move:
    silent = move.conversation.misses + 1
    move = move.with_(misses=silent, waiting=True)
    if silent >= SILENT_TURNS_BEFORE_END:
        return move.say("silence.end").then(EndCall())
    return move.say("silence.still_here")


def _text_not_understood(missed: Move, context: Context, heard: str) -> Move:
    if missed.conversation.misses == 1:
        return choices.open_menu(missed.say("unclear.first"))
    return person.take_over(missed, context, heard=heard)


CLOSE = 0.08
"Two intents nearer than this are a close call: one short question names both."
WORTH_ASKING = 0.38
"Below this score even the best intent is a guess not worth naming: of three, two are wrong."


def _close_call(turn: Understood, context: Context) -> tuple[Entry, ...]:
    ranked = [
        item
        for item in turn.reading.match.alternatives[:2]
        if item.intent in context.entries and not item.intent.startswith(NEVER_NAMED)
    ]
    if len(ranked) < 2:  # noqa: PLR2004 - a close call takes two
        return ()
    best, second = ranked
    if best.score < WORTH_ASKING or best.score - second.score > CLOSE:
        return ()
    return (context.entries[best.intent], context.entries[second.intent])


def _likely(turn: Understood, context: Context) -> Entry | None:
    """The wish she probably has, not surely enough to act on: one question names it."""
    match = turn.reading.match
    if match.intent is None or match.score < WORTH_ASKING:
        return None
    entry = context.entries.get(match.intent)
    return None if match.intent.startswith(NEVER_NAMED) else entry


NEVER_NAMED = ("talk.", "safety.")
"Commands and danger are not offered as what she may have meant."


def _which_wish(move: Move, context: Context, close: tuple[Entry, ...]) -> Move:
    first, second = close
    return move.say("unclear.close", first=_example(first), second=_example(second)).expect(
        "open", context.now
    )


def _example(entry: Entry) -> Localised | Words:
    return entry.example if entry.example.texts else Words(entry.intent)
