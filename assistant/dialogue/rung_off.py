"""She has rung off while a callback was being arranged, or at once: nothing of it is lost. PURE."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.core.arranging import Arrangement, BookMissed
from assistant.core.event import Ask
from assistant.core.phones import e164
from assistant.dialogue import arranging, following, which_number

if TYPE_CHECKING:
    from assistant.dialogue.move import Context, Move

MISSED_S = 4
"""Whoever rings off within so many seconds and without a word or a key wants to be rung back; the
greeting alone takes longer, so nobody who heard it through is counted."""


def left(move: Move, context: Context) -> Move | None:
    """She rang off while this was being arranged: nothing of it is lost. `None`: nothing was."""
    wanted = move.conversation.arranging
    if wanted is None or wanted.moving:
        return None
    if not wanted.phone:
        return _number_unsettled(move, wanted, context)
    if wanted.chosen is not None:
        return arranging.settle(move, context)
    return move.outcome("person.callback", case=wanted.code, phone=wanted.phone)


def parting(move: Move, context: Context) -> Move | None:
    """She says goodbye in the middle of arranging a callback: what will come of it is told first.

    `None` where nothing is being arranged, or nobody could be rung.
    """
    wanted, question = move.conversation.arranging, move.conversation.pending
    asked = question is not None and question.question in {"callback", "number", "words"}
    if wanted is None or wanted.moving or not asked or move.conversation.channel == "sms":
        return None
    if not wanted.phone:
        number = _named(move)
        told = move.with_(arranging=replace(wanted, told=True))
        return arranging.number_known(told, number, context) if number else None
    if wanted.chosen is not None:
        return arranging.settle(move, context)
    move = move.outcome("person.callback", case=wanted.code, phone=wanted.phone)
    return following.end(move.with_(arranging=None).say("callback.when.open"))


def _named(move: Move) -> str:
    """The number she named, else her own; empty where that is none to be rung."""
    question, contact = move.conversation.pending, move.conversation.contact
    named = question.heard if question is not None and question.question == "number" else ""
    number = named or contact
    return number if sum(sign.isdigit() for sign in number) >= arranging.SHORTEST else ""


def _number_unsettled(move: Move, wanted: Arrangement, context: Context) -> Move | None:
    """She rang off before the number was settled: the one she named, else her own, will do."""
    number = _named(move)
    if not number:
        return None
    move = move.with_(arranging=replace(wanted, told=True))
    if wanted.wanted is None:
        move = move.outcome("person.callback", case=wanted.code, phone=number)
    return arranging.number_known(move, number, context)


def kept_words(move: Move, context: Context, heard: str) -> Move:
    """She rang off before saying what about: somebody was promised to ring her, and will."""
    move = move.with_(arranging=arranging.plan(move, context, "person.request", heard, told=True))
    wanted, contact = move.conversation.arranging, move.conversation.contact
    if wanted is None or not which_number.is_dialled(contact):
        return move.outcome("abandoned")
    wanted = replace(wanted, phone=e164(contact, context.site.country))
    move = arranging.find(move.with_(arranging=wanted), context)
    return move.outcome("person.callback", case=wanted.code, phone=wanted.phone)


def missed(move: Move, context: Context) -> Move | None:
    """A ring that ended at once is a wish to be rung back, once a day; `None` where it is none."""
    now, today = move.conversation, context.now.date()
    short = (context.now - now.opened).total_seconds() <= MISSED_S
    if now.turns or not short or now.missed_on == today or not which_number.is_dialled(now.contact):
        return None
    wanted = Arrangement(context.codes(), "callback.book", context.now, phone=now.contact)
    return move.with_(missed_on=today).then(Ask(BookMissed(arranging.wish_of(move, wanted))))
