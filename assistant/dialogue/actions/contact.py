"""No more messages."""

from __future__ import annotations

from assistant.core.event import OptOut
from assistant.core.turn import Understood
from assistant.core.values import PhoneNumber
from assistant.dialogue.move import Context, Entry, Move


def opt_out(move: Move, _turn: Understood, _entry: Entry, context: Context) -> Move:
    """Stop everything unasked at once, and say so one time."""
    move = move.then(OptOut(stop=True)).outcome("opted_out")
    move = move.say("opted_out", phone=PhoneNumber(context.site.office_phone))
    return move.with_(pending=None)
