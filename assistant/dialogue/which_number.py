"""Asking for the number to ring back on, and reading it back. PURE; answers stand in `ring_back`.

On a full line, with keys alone, every sentence is said in every language of the site: nobody has
shown yet which one is hers.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from assistant.core.event import Say
from assistant.core.values import PhoneNumber
from assistant.dialogue import windows

if TYPE_CHECKING:
    from assistant.dialogue.move import Context, Move

OWN, TYPED, CHECK = "number.own", "number.type", "number.check"
"Questions of a full line: the prompt that asks is also what `Pending.intent` remembers of it."
SAID, READ_BACK = "callback.number", "callback.number_check"
"The same in a call that has an ear."

_DIALLED = re.compile(r"\+?\d{3,15}")


def is_dialled(contact: str) -> bool:
    """Whether a number can be dialled: one that is withheld shows as a word."""
    return _DIALLED.fullmatch(contact) is not None


def ask_first(move: Move, context: Context) -> Move:
    """Offer the number she rings from; where it is withheld, ask for one."""
    contact = move.conversation.contact
    return _ask(move, OWN, context, contact) if is_dialled(contact) else ask(move, context)


def ask(move: Move, context: Context) -> Move:
    """Ask for the whole number, by keys or, where there is an ear, in words."""
    by_keys = context.keys_only or _full(move)
    return _ask(move, TYPED if by_keys else SAID, context, "")


def check(move: Move, number: str, context: Context) -> Move:
    """Read a number back and ask whether it is right."""
    by_keys = context.keys_only or _full(move)
    return _ask(move, CHECK if by_keys else READ_BACK, context, number)


def too_short(move: Move, context: Context) -> Move:
    """Say that this is no whole number, and ask again."""
    move = move.then(*windows.in_every_language(move, (Say("number.short"),), context))
    return ask(move, context)


def _ask(move: Move, prompt: str, context: Context, number: str) -> Move:
    asked = (Say(prompt, (("phone", PhoneNumber(number)),)),)
    says = windows.in_every_language(move, asked, context)
    return move.then(*says).expect("number", context.now, intent=prompt, heard=number, says=says)


def _full(move: Move) -> bool:
    plan = move.conversation.arranging
    return plan is not None and plan.full
