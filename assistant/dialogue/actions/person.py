"""A person: put through where somebody is there, else rung back at a time that is agreed."""

from __future__ import annotations

from assistant.core.event import Transfer
from assistant.core.turn import Understood
from assistant.dialogue import arranging, chosen_time
from assistant.dialogue.move import Context, Entry, Move


def wanted(move: Move, turn: Understood, _entry: Entry, context: Context) -> Move:
    """The resident asks for a person."""
    return ask_for(move, context, heard=turn.utterance.text)


def ask_for(move: Move, context: Context, *, heard: str) -> Move:
    """Put the call through, or ask in one sentence what it is about so that staff can prepare.

    Asked for twice, she need not say what it is about.
    """
    pending = move.conversation.pending
    staff = context.site.staff_phone if context.staffed else None
    if move.conversation.channel == "voice" and staff:
        move = move.say("person.transfer").outcome("person.transferred")
        return move.then(Transfer(staff)).with_(pending=None)
    if pending is not None and pending.question == "callback":
        return chosen_time.no_more_questions(move, context)
    if pending is not None and pending.question == "words":
        heard = "；".join(part for part in (pending.heard, heard) if part)
        return take_over(move, context, heard=heard)
    if move.conversation.channel == "sms" or context.keys_only:
        return take_over(move, context, heard=heard)
    return move.say("person.words").expect(
        "words", context.now, intent="person.request", heard=heard
    )


def take_over(move: Move, context: Context, *, heard: str) -> Move:
    """Have a person ring her about this, without asking what it is about."""
    before = move.conversation.arranging
    if before is not None and before.chosen is not None:
        return arranging.settle(move, context)
    wanted = arranging.plan(move, context, "person.request", heard, told=True)
    move = move.with_(pending=None, misses=0, misses_in_all=0)
    return arranging.begin(move, wanted, context)
