"""The number to ring back on is settled: on a full line, or where the caller's own is withheld.

On a full line the number she rings from is read out and confirmed with `1`; after `2`, or where it
is withheld, another is typed, ended with `#` and read back. `*` begins the number anew. Whoever
says nothing to the question is rung on the number she rings from. In a call that has an ear the
number may be said as well.
"""

from __future__ import annotations

from dataclasses import replace

from assistant.core.conversation import Pending
from assistant.core.turn import Understood
from assistant.dialogue import arranging, asking, following, opening, which_number
from assistant.dialogue.move import Context, Move
from assistant.dialogue.which_number import SAID, TYPED

DIGITS = range(arranging.SHORTEST, 16)
"From a local number without its area code to the longest international one (E.164)."
SILENCES = 2
"So many settle it: most who wait are waiting for just that."
TYPING = frozenset({TYPED, SAID})
MISHEARD = frozenset({"talk.yes", "feedback.give", "poll.vote", "poll.list", "case.suggest"})
"What a few digits, or a word that leaves it to us, are taken for; nobody means it here."


def opened(move: Move, context: Context) -> Move:
    """Say that the line is full and ask where to ring back."""
    plan = arranging.plan(move, context, "person.request", "", told=True, full=True)
    move = opening.unheard(move, "greeting.full", context).with_(arranging=plan)
    return which_number.ask_first(move, context)


def pressed(move: Move, question: Pending, digit: str, context: Context) -> Move:
    """One key while the number is being settled."""
    if question.intent in TYPING:
        return _typed(move, question, digit, context)
    if digit == "1":
        return _taken(move, question, context)
    if digit in {"2", "*"}:
        return which_number.ask(move, context)
    if digit == "9":
        return following.end(move)
    return move.then(*question.says)


def said(move: Move, turn: Understood, question: Pending, context: Context) -> Move | None:
    """A number in words, or a yes or no to one read back; `None` for another matter."""
    move = move.with_(misses=0)
    number = turn.reading.slots.phone
    if number is not None:
        return _number(move, number, context)
    if question.intent in TYPING:
        return _no_number(move, turn, question, context)
    if turn.reading.agrees is None:
        return None
    if turn.reading.agrees:
        return _taken(move, question, context)
    return which_number.ask(move, context)


def _no_number(move: Move, turn: Understood, question: Pending, context: Context) -> Move | None:
    """Words without a whole number where one was asked for; `None` for another matter."""
    match = turn.reading.match
    intent = match.intent if match.accepted else None
    if intent == "talk.no":
        return arranging.dropped(move, context)
    return asking.again(move, question) if intent in MISHEARD else None


def silent(move: Move, question: Pending, context: Context) -> Move:
    """Nothing was pressed: what was typed is enough, or the question is put once more.

    After the second silence she is rung on the number she rings from, at the first time there is.
    """
    if question.intent in TYPING and question.heard:
        return _typed(move, question, "#", context)
    misses = move.conversation.misses + 1
    if misses >= SILENCES and question.question == "callback":
        return arranging.settle(move, context)
    if misses >= SILENCES and question.intent not in TYPING:
        return _taken(move, question, context)
    return move.with_(misses=misses).then(*question.says)


def _typed(move: Move, question: Pending, digit: str, context: Context) -> Move:
    if digit == "*":
        return which_number.ask(move, context)
    if digit != "#":
        heard = (question.heard + digit)[: DIGITS[-1]]
        return move.with_(pending=replace(question, heard=heard))
    return _number(move, question.heard, context)


def _number(move: Move, number: str, context: Context) -> Move:
    if sum(sign.isdigit() for sign in number) not in DIGITS:
        return which_number.too_short(move, context)
    return which_number.check(move, number, context)


def _taken(move: Move, question: Pending, context: Context) -> Move:
    """The number is right: go on to the time."""
    return arranging.number_known(move, question.heard, context)
