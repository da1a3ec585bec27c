"""The line is full: she leaves a number by keys and is rung back.

The number she rings from is read out and confirmed with `1`; after `2`, or where it is withheld,
another is typed, ended with `#` and read back. `*` begins the number anew. Whoever says nothing to
the question is taken down with the number she rings from. All but the greeting is said in every
language of the site: with keys alone nobody has shown yet which one is hers.
"""

from __future__ import annotations

import re
from dataclasses import replace

from assistant.core.conversation import Pending
from assistant.core.event import Say, TakeDown
from assistant.core.values import Code, PhoneNumber, Value
from assistant.dialogue import following
from assistant.dialogue.move import Context, Move

OWN, TYPED, CHECK = "number.own", "number.type", "number.check"
"The prompt that asks is also what `Pending.intent` remembers of the question."
DIGITS = range(7, 16)
"From a local number without its area code to the longest international one (E.164)."
SILENCES = 2
"After so many the number she rings from is taken: most who wait are waiting for just that."

_DIALLED = re.compile(r"\+?\d{3,15}")


def opened(move: Move, context: Context) -> Move:
    """Say that the line is full and ask where to ring back."""
    return _ask_first(move.say("greeting.full", site=context.site.name), context)


def pressed(move: Move, question: Pending, digit: str, context: Context) -> Move:
    """One key while the number is being settled."""
    if question.intent == TYPED:
        return _typed(move, question, digit, context)
    if digit == "1":
        return _taken(move, question, context)
    if digit in {"2", "*"}:
        return _ask_to_type(move, context)
    if digit == "9":
        return following.end(move)
    return move.then(*question.says)


def silent(move: Move, question: Pending, context: Context) -> Move:
    """Nothing was pressed: what was typed is enough, or the question is put once more."""
    if question.intent == TYPED and question.heard:
        return _typed(move, question, "#", context)
    misses = move.conversation.misses + 1
    if misses >= SILENCES and question.intent != TYPED:
        return _taken(move, question, context)
    return move.with_(misses=misses).then(*question.says)


def _ask_first(move: Move, context: Context) -> Move:
    contact = move.conversation.contact
    if _DIALLED.fullmatch(contact) is None:
        return _ask_to_type(move, context)
    return _ask(move, OWN, context, contact)


def _ask_to_type(move: Move, context: Context) -> Move:
    return _ask(move, TYPED, context, "")


def _ask(move: Move, prompt: str, context: Context, number: str) -> Move:
    before = len(move.events)
    move = _say(move, prompt, context, phone=PhoneNumber(number))
    says = move.events[before:]
    return move.expect("number", context.now, intent=prompt, heard=number, says=says)


def _say(move: Move, prompt: str, context: Context, **params: Value) -> Move:
    """Say one prompt in every language, the conversation's own first."""
    own = move.conversation.language
    others = [language for language in context.site.languages if language != own]
    return move.then(*(Say(prompt, tuple(params.items()), item) for item in (own, *others)))


def _typed(move: Move, question: Pending, digit: str, context: Context) -> Move:
    if digit == "*":
        return _ask_to_type(move, context)
    if digit != "#":
        heard = (question.heard + digit)[: DIGITS[-1]]
        return move.with_(pending=replace(question, heard=heard))
    if len(question.heard) not in DIGITS:
        return _ask_to_type(_say(move, "number.short", context), context)
    return _ask(move, CHECK, context, question.heard)


def _taken(move: Move, question: Pending, context: Context) -> Move:
    """Take her down, tell her so, and leave the keys menu open behind it."""
    number, code = question.heard, context.codes()
    other = number if number != move.conversation.contact else ""
    move = move.then(TakeDown(code, "person.request", "", phone=other))
    move = _say(move, "person.taken", context, code=Code(code), phone=PhoneNumber(number))
    move = move.outcome("person.callback", case=code, phone=number)
    move = _say(move, "number.after", context)
    return move.expect("done", context.now).with_(misses=0, waiting=True)
