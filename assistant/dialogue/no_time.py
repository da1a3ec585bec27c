"""A callback for which there is no time to agree on: kept, or only written down. PURE."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.core.event import Say, TakeDown
from assistant.core.values import Code, PhoneNumber
from assistant.dialogue import following, windows
from assistant.dialogue.telephones import as_dialled

if TYPE_CHECKING:
    from assistant.core.arranging import Arrangement
    from assistant.dialogue.move import Context, Move


def no_room(move: Move, wanted: Arrangement, context: Context) -> Move:
    """Every window of the plan is taken: the wish is kept, and somebody finds a time for it."""
    if wanted.moving:
        move = move.with_(arranging=None).say("callback.no_room.moving")
        return following.anything_else(move, context)
    says = windows.in_every_language(
        move, (Say("callback.no_room", (("code", Code(wanted.code)),)),), context
    )
    move = move.with_(arranging=None, said=says, answer=says, repeats=0).then(*says)
    move = move.outcome("person.callback", case=wanted.code, phone=wanted.phone)
    return following.anything_else(move, context)


def taken_down(move: Move, wanted: Arrangement, context: Context) -> Move:
    """An office that plans no callbacks: written down, and rung in office hours."""
    contact = move.conversation.contact
    phone = wanted.phone or contact
    dialled = as_dialled(phone, context.site.country)
    other = phone if phone != contact else ""
    move = move.then(TakeDown(wanted.code, "person.request", wanted.words, phone=other))
    params = (("code", Code(wanted.code)), ("phone", PhoneNumber(dialled)))
    says = windows.in_every_language(move, (Say("person.taken", params),), context)
    move = move.with_(said=says, answer=says, repeats=0).then(*says)
    move = move.name_case(wanted.code, context)
    move = move.outcome("person.callback", case=wanted.code, phone=phone)
    move = move.with_(misses=0, misses_in_all=0, arranging=None)
    return following.anything_else(move, context)
