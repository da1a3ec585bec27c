"""What she may ask about what is kept of her. On the strength of her number nothing is told. PURE.

Each wish is taken down with its clock, and a ring to the number it is about is arranged under the
same code: in it staff, who say the safe word first, tell her or carry it out. Only what can harm
nobody is done at once: that this call leaves no trace, and that nobody may ask for her any more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.core.arranging import Arrangement
from assistant.core.event import Forget, ForgetTalk, NoHelper, TakeDown
from assistant.core.values import Code, PhoneNumber
from assistant.dialogue import arranging, following, which_number

if TYPE_CHECKING:
    from assistant.core.conversation import Question
    from assistant.core.turn import Understood
    from assistant.dialogue.move import Context, Entry, Move

HELPER = "privacy.helper"
"That somebody may ask for her: no intent of the catalog, since it is told by two cues."
WISHES = frozenset({"privacy.what", "privacy.who_looked", "privacy.delete", HELPER})
OWN_ANSWERS: frozenset[Question] = frozenset({"words", "number", "emergency"})
"Questions whose answer may hold anything; what looks like a remark is a part of it."


def ask(move: Move, turn: Understood, entry: Entry, context: Context) -> Move:
    """Say what is meant and what it takes, and ask; a text is taken down at once."""
    return _begin(move, entry.intent, turn.utterance.text, context)


def remarked(move: Move, turn: Understood, context: Context) -> Move | None:
    """Forget this call; who may ask for her. `None` when the words are about something else."""
    now, said = move.conversation, turn.reading.remark
    if now.pending is not None and now.pending.question in OWN_ANSWERS:
        return None
    match said:
        case "forget" if now.channel == "voice":
            return _forget_talk(move, context)
        case "helper":
            return _begin(move, HELPER, turn.utterance.text, context)
        case "no_helper":
            move = move.with_(pending=None, served=True).then(NoHelper())
            return following.anything_else(move.inform("privacy.no_helper"), context)
        case _:
            return None


def take(move: Move, intent: str, heard: str, context: Context) -> Move:
    """Take the wish down and find a time to ring the number it is about."""
    code, contact = context.codes(), move.conversation.contact
    move = move.with_(pending=None).then(TakeDown(code, intent, heard))
    if intent == "privacy.delete":
        move = move.then(Forget()).outcome("privacy.requested", case=code)
    move = move.inform(f"taken.{intent}", code=Code(code))
    wanted = Arrangement(code, intent, context.now, heard, told=True)
    move = move.with_(arranging=wanted, misses=0)
    return arranging.number_known(move, contact, context)


def _begin(move: Move, intent: str, heard: str, context: Context) -> Move:
    """Without a number that shows there is nobody to ring: by telephone nothing can be done."""
    if not which_number.is_dialled(move.conversation.contact):
        office = PhoneNumber(context.site.office_phone)
        move = move.with_(pending=None).inform("privacy.withheld", phone=office)
        return following.anything_else(move, context)
    if move.conversation.channel == "sms":
        return take(move, intent, heard, context)
    move = move.say(f"take.{intent}")
    return move.expect("confirm", context.now, intent=intent, heard=heard)


def _forget_talk(move: Move, context: Context) -> Move:
    move = move.with_(pending=None, forgets=True, served=True).then(ForgetTalk())
    return following.anything_else(move.inform("privacy.forgets"), context)
