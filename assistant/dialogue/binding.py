"""A digit in a text means what it meant in the message it answers, for a day. PURE.

Residents answer late, and an answer may cross a newer message of ours. The newest numbered message
wins, unless her words name a choice of an earlier one.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from assistant.core.answer import Matters
from assistant.core.conversation import Numbered, Option
from assistant.core.event import Ask
from assistant.core.values import Localised
from assistant.dialogue import asking, choices, nicknames

if TYPE_CHECKING:
    from datetime import datetime

    from assistant.core.answer import Found
    from assistant.core.conversation import Conversation, Pending
    from assistant.core.turn import Understood
    from assistant.dialogue.move import Context, Move

PENDING_HOURS = 24
"A numbered answer stays bound to its question for a day (CHANNELS 1.4, SENIOR 2)."
NAMES_ITSELF = ("service:", "case:", "window:", "callback.", "feedback.", "poll.", nicknames.KIND)
"Choices whose answer begins with their name: what the digit stood for need not be said before."
SEVERAL = re.compile(
    r"\s*[\d一二三四](?:[\s,，、.;；/&+和跟与]|and|or|或者?|还有)+[\d一二三四][\s.。]*"
)
"Two choices in one answer."
KEPT = 3
"Numbered messages kept at once."


def remember(move: Move) -> Move:
    """Keep the numbered question that was just sent."""
    now, pending = move.conversation, move.conversation.pending
    if now.channel != "sms" or pending is None or not pending.options:
        return move
    return replace(move, conversation=bound(now, pending))


def bound(now: Conversation, question: Pending) -> Conversation:
    """The conversation, in which a digit now means what it means in answer to `question`."""
    sent, before = Numbered(question, now.topic, now.nickname), now.numbered
    if before and before[-1].question.options == question.options:
        before = before[:-1]
    return replace(now, numbered=(*before[1 - KEPT :], sent))


def by_digit(move: Move, turn: Understood, context: Context) -> Move | None:
    """Take a digit, or a named choice of an earlier message; `None` where it is neither."""
    now, choice = move.conversation, turn.reading.slots.choice
    hers = [item for item in now.numbered if nicknames.mine(now, item.nickname)]
    fresh = [item for item in hers if not expired(item.question, context.now)]
    if not choice:
        return _one_at_a_time(move, turn, context) or _named(move, turn, fresh)
    if now.pending is not None and now.pending.options:
        return _take(move, Numbered(now.pending, now.topic), str(choice), context)
    if not (asking.anything(now.pending) or asking.yields(now.pending)):
        return None
    if fresh:
        return _take(move, fresh[-1], str(choice), context)
    if now.numbered:
        return move.then(Ask(Matters(now.contact, "which", turn.utterance.text)))
    return None


def expired(question: Pending, now: datetime) -> bool:
    """Whether a question was asked too long ago for a digit to be about it."""
    if question.until is not None and now <= question.until:
        return False
    return now - question.asked > timedelta(hours=PENDING_HOURS)


def which_matter(move: Move, found: Found, context: Context) -> Move:
    """The message that was answered is too old: ask what it is about, the open matters first."""
    codes = [item.code for item in found.promises] + [item.code for item in found.matters]
    options = [Option("", Localised((("", code),)), f"case:{code}") for code in codes]
    now = move.conversation
    hers = [item for item in now.numbered if nicknames.mine(now, item.nickname)]
    for sent in hers[-1:]:
        options += sent.question.options
        move = move.with_(topic=sent.topic)
    renumbered = tuple(
        replace(item, digit=str(number)) for number, item in enumerate(options, start=1)
    )
    return choices.read_out(move.say("which.matter"), context, renumbered, menu=False)


def _named(move: Move, turn: Understood, fresh: list[Numbered]) -> Move | None:
    """A choice of an earlier message by its name alone, perhaps with its digit before it."""
    said = _letters(turn.utterance.text)
    for sent in reversed(fresh):
        for option in sent.question.options:
            name = _letters(option.name.text(move.conversation.language))
            if name and said in {name, option.digit + name}:
                return choices.take(_back_to(move, sent), option)
    return None


def _take(move: Move, sent: Numbered, digit: str, context: Context) -> Move:
    """Say what the digit stands for, and do it; a digit that is none of them is asked again."""
    bound, options = _back_to(move, sent), sent.question.options
    for option in options[: choices.page_of(options)]:
        if option.digit == digit:
            if not option.target.startswith(NAMES_ITSELF):
                bound = bound.say("chosen", name=option.name)
            return choices.take(bound, option)
    further = choices.chosen_digit(bound, digit, context)
    if further is not None:
        return further
    menu = sent.question.question == "menu"
    return choices.read_out(bound.say("key.unknown"), context, options, menu=menu)


def _one_at_a_time(move: Move, turn: Understood, context: Context) -> Move | None:
    """Two digits in one answer: the choices come again."""
    question = move.conversation.pending
    several = SEVERAL.fullmatch(turn.utterance.text) is not None
    if not several or question is None or not question.options:
        return None
    menu = question.question == "menu"
    return choices.read_out(move.say("choose.one"), context, question.options, menu=menu)


def _back_to(move: Move, sent: Numbered) -> Move:
    return move.with_(pending=sent.question, topic=sent.topic, misses=0)


def _letters(text: str) -> str:
    return "".join(sign for sign in text.lower() if sign.isalnum())
