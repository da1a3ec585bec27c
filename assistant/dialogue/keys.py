"""Keys mean the same everywhere (SENIOR 1.4).

`0` person, `*` back, `#` end of input or menu, `9` end the call, `1` yes, `2` no; other digits
answer the question that is open.
"""

from __future__ import annotations

from assistant.dialogue import choices
from assistant.dialogue.actions import person, request, safety, talk
from assistant.dialogue.move import Context, Move

YES_NO = {"1": True, "2": False}


def pressed(move: Move, digit: str, context: Context) -> Move:
    """Act on one key; a key that means nothing here opens the menu."""
    move = move.with_(misses=0)
    fixed = ALWAYS.get(digit)
    if fixed is not None:
        return fixed(move, context)
    answered = choices.chosen_digit(move, digit, context) or _yes_no(move, digit, context)
    if answered is not None:
        return answered
    if digit == "9":
        return talk.end(move)
    if move.conversation.pending is not None and move.conversation.pending.options:
        move = move.say("key.unknown")
    return choices.open_menu(move)


def _yes_no(move: Move, digit: str, context: Context) -> Move | None:
    pending = move.conversation.pending
    yes = YES_NO.get(digit)
    if pending is None or yes is None:
        return None
    match pending.question:
        case "confirm":
            return request.confirmed(move, pending, context, yes=yes)
        case "emergency":
            return safety.answered(move, pending, context, yes=yes)
        case "else":
            return talk.ask_again(move, context) if yes else talk.farewell(move)
        case _:
            return None


def _hash(move: Move, context: Context) -> Move:
    pending = move.conversation.pending
    if pending is not None and pending.question == "words":
        return request.take(move, pending.intent or "person.request", pending.heard, context)
    return choices.open_menu(move)


ALWAYS = {
    "0": lambda move, context: person.ask_for(move, context, heard=""),
    "*": talk.go_back,
    "#": _hash,
}
"Keys that mean one thing whatever was asked."
