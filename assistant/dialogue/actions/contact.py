"""No more messages."""

from __future__ import annotations

from assistant.core.event import Forget, OptOut
from assistant.core.turn import Understood
from assistant.core.values import PhoneNumber
from assistant.dialogue import following
from assistant.dialogue.move import Context, Entry, Move


def opt_out(move: Move, _turn: Understood, _entry: Entry, context: Context) -> Move:
    """Stop everything unasked at once, and say so one time; a call goes on."""
    move = stopped(move, context)
    return following.anything_else(move, context) if move.conversation.channel == "voice" else move


def stopped(move: Move, context: Context) -> Move:
    """The same, whatever word asked for it."""
    return stop(move).inform("opted_out", phone=PhoneNumber(context.site.office_phone))


def stop(move: Move) -> Move:
    """The same without a word; by text nothing is answered from here on but danger."""
    move = move.then(OptOut(stop=True), Forget()).outcome("opted_out")
    by_text = move.conversation.channel == "sms"
    return move.with_(pending=None, stopped=by_text or move.conversation.stopped)
