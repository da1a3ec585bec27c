"""A person: put through where somebody is there, else taken down and rung back."""

from __future__ import annotations

from assistant.core.event import TakeDown, Transfer
from assistant.core.turn import Understood
from assistant.core.values import Code, PhoneNumber
from assistant.dialogue import following
from assistant.dialogue.move import Context, Entry, Move
from assistant.dialogue.telephones import as_dialled


def wanted(move: Move, turn: Understood, _entry: Entry, context: Context) -> Move:
    """The resident asks for a person."""
    return ask_for(move, context, heard=turn.utterance.text)


def ask_for(move: Move, context: Context, *, heard: str) -> Move:
    """Put the call through, or ask in one sentence what it is about so that staff can prepare.

    Asked for twice, she need not say what it is about.
    """
    pending = move.conversation.pending
    if pending is not None and pending.question == "words":
        heard = "；".join(part for part in (pending.heard, heard) if part)
        return take_over(move, context, heard=heard)
    staff = context.site.staff_phone
    if move.conversation.channel == "voice" and staff:
        move = move.say("person.transfer").outcome("person.transferred")
        return move.then(Transfer(staff)).with_(pending=None)
    if move.conversation.channel == "sms" or context.keys_only:
        return take_over(move, context, heard=heard)
    return move.say("person.words").expect(
        "words", context.now, intent="person.request", heard=heard
    )


def take_over(move: Move, context: Context, *, heard: str) -> Move:
    """Take the matter down for a person without asking anything more."""
    code, contact = context.codes(), move.conversation.contact
    dialled = as_dialled(contact, context.site.country)
    move = move.then(TakeDown(code, "person.request", heard))
    move = move.inform("person.taken", code=Code(code), phone=PhoneNumber(dialled))
    move = move.name_case(code, context).outcome("person.callback", case=code, phone=contact)
    move = move.with_(misses=0, misses_in_all=0)
    return following.anything_else(move, context)
