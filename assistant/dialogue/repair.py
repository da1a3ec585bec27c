"""What happens when nothing was said or nothing was understood.

First a simpler question with an example, then three choices by key, then a person
(SENIOR 1.3: two failures in a row or three in a call). Nobody is blamed; nobody is cut off.
"""

from __future__ import annotations

from assistant.core.conversation import Conversation, Option, Pending
from assistant.core.event import EndCall
from assistant.core.turn import Understood
from assistant.core.values import Localised, Words
from assistant.dialogue import (
    arranging,
    asking,
    choices,
    following,
    moments,
    pending,
    ring_back,
)
from assistant.dialogue.actions import feedback, person, safety
from assistant.dialogue.move import Context, Entry, Move

MISSES_IN_A_ROW = 3
"""After two failures in a row, one example and one menu, the next leads to somebody who listens;
silences are no failures of hers, but count towards the row."""
MISSES_IN_ALL = 3
"The third of a call, whatever lay between."
SILENT_MISSES = 2
"""Silences with something new to say: an example, then the keys. A person is not called for silence
alone: nobody has asked for anything yet."""
SILENT_TURNS_BEFORE_END = 30
"Each waits 20 s: ten minutes without a sound is an empty line, not a slow speaker."


def silence(move: Move, context: Context) -> Move:
    """Nobody spoke. Ask again in simpler words; later only say that the line is still there."""
    question = move.conversation.pending
    if question is not None and question.question == "emergency":
        return safety.unanswered(move, context)
    if question is not None and _is_settled_by_silence(question, move.conversation):
        return ring_back.silent(move, question, context)
    if question is not None and question.question == "feedback" and not question.options:
        return feedback.nothing_more(move, context)
    done = question is not None and question.question == "done"
    if done or move.conversation.misses >= SILENT_MISSES:
        return _still_here(move)
    silent = move.with_(misses=move.conversation.misses + 1)
    if question is not None and question.question == "words":
        return _no_words(silent, context)
    return _ladder(silent, context, "silence.first")


def _no_words(silent: Move, context: Context) -> Move:
    """She was asked what it is about. A time she has chosen is booked without it in the end."""
    arranged = silent.conversation.arranging
    chosen = arranged is not None and arranged.chosen is not None
    if chosen and silent.conversation.misses > 1:
        return arranging.settle(silent, context)
    return silent.say("silence.words")


def _is_settled_by_silence(question: Pending, now: Conversation) -> bool:
    """A number, or a time on a full line: most who wait there are waiting for just that."""
    full = now.arranging is not None and now.arranging.full
    return question.question == "number" or (full and question.question == "callback")


def not_understood(
    move: Move, context: Context, *, heard: str, turn: Understood | None = None
) -> Move:
    """Words that fit nothing. In a text, what was written is kept for a person at once."""
    question = move.conversation.pending
    if question is not None and question.question == "emergency":
        return safety.unanswered(move, context)
    missed = _miss(move)
    if turn is not None and missed.conversation.misses == 1 and not _asked_closely(question):
        guessed = _guess(missed, turn, context)
        if guessed is not None:
            return guessed
    if move.conversation.channel == "sms":
        return _text_not_understood(missed, context, heard, turn)
    if _too_often(missed.conversation):
        return _person(missed, context, heard)
    return _ladder(missed, context, "unclear.first", turn)


def _guess(move: Move, turn: Understood, context: Context) -> Move | None:
    """One question that names what she may have meant: two wishes, or one; `None` for neither."""
    close = _close_call(turn, context)
    if close:
        return _which_wish(move, turn, context, close)
    likely = _likely(turn, context)
    return None if likely is None else confirm_wish(move, turn, likely, context)


def ears_lost(move: Move, context: Context) -> Move:
    """Say once that only keys work from here on, and put what was asked so that keys answer it."""
    move, question = move.say("ears.lost"), move.conversation.pending
    if question is None or question.question in pending.BY_WORDS:
        return choices.open_menu(move)
    if question.options:
        return choices.read_out(move, context, question.options, menu=question.question == "menu")
    return move.then(*question.says).say("ears.yes_no")


def confirm_wish(move: Move, turn: Understood, entry: Entry, context: Context) -> Move:
    """Ask by voice whether a doubtful wish was meant, naming it."""
    return move.say(f"wish.{entry.intent}").expect(
        "confirm",
        context.now,
        intent=f"{following.WISH}{entry.intent}",
        heard=turn.utterance.text,
    )


def _miss(move: Move) -> Move:
    was = move.conversation
    return move.with_(misses=was.misses + 1, misses_in_all=was.misses_in_all + 1)


def _too_often(now: Conversation) -> bool:
    return now.misses >= MISSES_IN_A_ROW or now.misses_in_all >= MISSES_IN_ALL


def _person(move: Move, context: Context, heard: str) -> Move:
    """A person at once where one is there; else she is rung back, and told so once."""
    if not heard and _taken_down(move.conversation):
        return _still_here(move)
    arranged = move.conversation.arranging
    if arranged is not None and (arranged.offered or arranged.chosen is not None):
        return arranging.settle(move, context)
    if context.site.staff_phone and context.staffed and move.conversation.channel == "voice":
        return person.ask_for(move.with_(pending=None), context, heard=heard)
    return person.take_over(move, context, heard=heard)


def _asked_closely(question: Pending | None) -> bool:
    """Whether yes, no or one of a few was asked for: what fits neither is no likely wish."""
    return question is not None and question.question in asking.YES_NO


def _ladder(move: Move, context: Context, prompt: str, turn: Understood | None = None) -> Move:
    """First simpler words with an example, then the keys."""
    now, question = move.conversation, move.conversation.pending
    first = now.misses == 1 and not context.keys_only
    if question is None or asking.anything(question):
        if not first:
            return choices.open_menu(move.say("menu.intro"))
        match = turn.reading.match if turn is not None else None
        return _keep_question(moments.suggest(move, context, prompt, match), now, context)
    if question.options and not first:
        intro = move.say("silence.keys")
        return choices.read_out(intro, context, question.options, menu=True)
    if first:
        return asking.in_other_words(move, question, said=prompt == "unclear.first")
    return asking.by_keys(move, question)


def _taken_down(conversation: Conversation) -> bool:
    """Whether the last answer was that a person will ring back: once is enough without words."""
    return any(item.prompt in RINGS_BACK for item in conversation.said)


RINGS_BACK = frozenset({"person.taken", "callback.booked", "callback.changed", "callback.no_room"})
"What is said to somebody who will be rung back."


def _keep_question(move: Move, before: Conversation, context: Context) -> Move:
    """The question that was open stays open, so that a late answer still fits it."""
    if before.pending is not None:
        return move
    return move.expect("open", context.now)


def _still_here(move: Move) -> Move:
    silent = move.conversation.misses + 1
    move = move.with_(misses=silent, waiting=True)
    if silent >= SILENT_TURNS_BEFORE_END:
        return move.say("silence.end").with_(pending=None, ended=True).then(EndCall())
    return move.say("silence.still_here")


def _text_not_understood(
    missed: Move, context: Context, heard: str, turn: Understood | None
) -> Move:
    match = turn.reading.match if turn is not None else None
    if missed.conversation.misses == 1:
        return choices.open_menu(moments.suggest(missed, context, "unclear.first", match))
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


def _which_wish(move: Move, turn: Understood, context: Context, close: tuple[Entry, ...]) -> Move:
    """One short question that names both; the first or the second, by word or key, answers it."""
    first, second = close
    options = tuple(
        Option(str(number), entry.example, f"intent:{entry.intent}")
        for number, entry in enumerate(close, start=1)
    )
    move = move.say("unclear.close", first=_example(first), second=_example(second))
    heard = turn.utterance.text
    return move.expect("which", context.now, options=options, heard=heard)


def _example(entry: Entry) -> Localised | Words:
    return entry.example if entry.example.texts else Words(entry.intent)
