"""Short lessons by telephone."""

from __future__ import annotations

from assistant.core.turn import Understood
from assistant.core.values import PhoneNumber
from assistant.dialogue.actions import talk
from assistant.dialogue.move import Context, Entry, Move


def tell(move: Move, _turn: Understood, entry: Entry, context: Context) -> Move:
    """Tell the lesson named after the intent."""
    move = move.say(entry.intent, phone=PhoneNumber(context.site.office_phone))
    return talk.anything_else(move.with_(served=True), context)
