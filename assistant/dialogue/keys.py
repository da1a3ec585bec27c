"""Keys mean the same everywhere (SENIOR 1.4).

`0` person, `*` back, `#` end of input or menu, `9` end the call, `1` yes, `2` no; other digits
answer the question that is open. While a telephone number is typed, every digit is part of it.
"""

from __future__ import annotations

from collections.abc import Callable

from assistant.dialogue import (
    arranging,
    asking,
    choices,
    following,
    pending,
    ring_back,
    rung_off,
)
from assistant.dialogue.actions import person, request, safety, talk
from assistant.dialogue.move import Context, Move

YES_NO = {"1": True, "2": False}
IN_DANGER = frozenset("1209")
"Keys that keep their meaning while the emergency question is open; any other is a cry for help."


def pressed(move: Move, digit: str, context: Context) -> Move:
    """Act on one key; a key that means nothing here reads the choices out again."""
    move = move.with_(misses=0)
    asked = move.conversation.pending
    if asked is not None and asked.question == "number":
        return ring_back.pressed(move, asked, digit, context)
    if asked is not None and asked.question == "emergency" and digit not in IN_DANGER:
        return safety.unanswered(move, context)
    return _usual(move, digit, context)


def _usual(move: Move, digit: str, context: Context) -> Move:
    fixed = ALWAYS.get(digit)
    if fixed is not None:
        return fixed(move, context)
    answered = choices.chosen_digit(move, digit, context) or _yes_no(move, digit, context)
    if answered is not None:
        return answered
    if digit == "9":
        return rung_off.parting(move, context) or following.end(move)
    question = move.conversation.pending
    if question is not None and question.options:
        move = move.say("key.unknown")
        return choices.read_out(move, context, question.options, menu=question.question == "menu")
    if question is not None and not asking.anything(question):
        return asking.in_other_words(move, question, said=False)
    return choices.open_menu(move)


def _yes_no(move: Move, digit: str, context: Context) -> Move | None:
    question, yes = move.conversation.pending, YES_NO.get(digit)
    if question is None or yes is None or question.question not in pending.CLOSED:
        return None
    return pending.yes_or_no(move, question, context, yes=yes)


def _hash(move: Move, context: Context) -> Move:
    question = move.conversation.pending
    if question is None or asking.anything(question):
        return choices.open_menu(move)
    if question.question != "words":
        return asking.by_keys(move, question)
    arranged = move.conversation.arranging
    if arranged is not None and arranged.chosen is not None:
        return arranging.settle(move, context)
    if question.intent in {None, "person.request"}:
        return person.take_over(move, context, heard=question.heard)
    return request.take(move, question.intent or "", question.heard, context)


ALWAYS: dict[str, Callable[[Move, Context], Move]] = {
    "0": lambda move, context: person.ask_for(move, context, heard=""),
    "*": talk.go_back,
    "#": _hash,
}
"Keys that mean one thing whatever was asked."
