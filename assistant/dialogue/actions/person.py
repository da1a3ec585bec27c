"""A person: put through where somebody is there, else taken down and rung back."""

from __future__ import annotations

from assistant.core.event import Say, TakeDown, Transfer
from assistant.core.turn import Understood
from assistant.core.values import Code, PhoneNumber
from assistant.dialogue.actions import talk
from assistant.dialogue.move import Context, Entry, Move


def wanted(move: Move, turn: Understood, _entry: Entry, context: Context) -> Move:
    """The resident asks for a person."""
    return ask_for(move, context, heard=turn.utterance.text)


def ask_for(move: Move, context: Context, *, heard: str) -> Move:
    """Put the call through, or ask in one sentence what it is about so that staff can prepare."""
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
    move = move.then(TakeDown(code, "person.request", heard))
    move = move.say("person.taken", code=Code(code), phone=PhoneNumber(contact))
    move = move.outcome("person.callback", case=code, phone=contact)
    move = move.with_(misses=0, misses_in_all=0, said=_taken(code, contact))
    return talk.anything_else(move, context)


def _taken(code: str, contact: str) -> tuple[Say, ...]:
    params = (("code", Code(code)), ("phone", PhoneNumber(contact)))
    return (Say("person.taken", params),)
