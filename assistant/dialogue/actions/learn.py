"""Short lessons by telephone."""

from __future__ import annotations

from assistant.core.event import Say
from assistant.core.turn import Understood
from assistant.core.values import PhoneNumber
from assistant.dialogue import following
from assistant.dialogue.move import Context, Entry, Move


def tell(move: Move, _turn: Understood, entry: Entry, context: Context) -> Move:
    """Tell the lesson named after the intent, a breath at a time."""
    office = PhoneNumber(context.site.office_phone)
    lesson = Say(entry.intent, (("phone", office),))
    return following.tell(move.with_(served=True), (lesson,), context)
