"""Danger comes before everything: the emergency number at once, and an alarm for the staff.

Never a diagnosis, never a promise that help is on its way (SENIOR 4).
"""

from __future__ import annotations

from assistant.core.conversation import Pending
from assistant.core.event import Alert, OutcomeKind, Say
from assistant.core.intent import Safety
from assistant.core.turn import Understood
from assistant.core.values import PhoneNumber
from assistant.dialogue.move import Context, Entry, Move


def offer(move: Move, turn: Understood, danger: Safety, context: Context) -> Move:
    """Strong words: the number at once. Possible words: one question, then the number."""
    if danger.urgency == "possible":
        move = _number(move.with_(misses=0), "emergency.check", context)
        move = move.outcome("emergency.offered", **{"class": danger.intent})
        return move.expect(
            "emergency", context.now, intent=danger.intent, heard=turn.utterance.text
        )
    return _tell(move, danger.intent, turn.utterance.text, context, kind="emergency.offered")


def matched(move: Move, turn: Understood, entry: Entry, context: Context) -> Move:
    """The matcher took ordinary-looking words for danger: ask before raising an alarm."""
    danger = Safety(entry.intent, "possible", turn.reading.match.score)
    return offer(move, turn, danger, context)


def answered(move: Move, pending: Pending, context: Context, *, yes: bool) -> Move:
    """The answer to the check, or to the number. A no is believed, and the line listens on."""
    if not yes:
        return move.say("emergency.declined").expect("open", context.now)
    if _told(pending):
        return _again(move, pending, context)
    intent = pending.intent or "safety.fall"
    return _tell(move, intent, pending.heard, context, kind="emergency.confirmed")


def unanswered(move: Move, pending: Pending, context: Context) -> Move:
    """No answer in time: after the check the number all the same; after the number, once more."""
    if _told(pending):
        return _again(move, pending, context)
    intent = pending.intent or "safety.fall"
    return _tell(move, intent, pending.heard, context, kind="emergency.offered")


TOLD = "told:"
"Marks an emergency in which the number has been given and the staff alarmed."


def _told(pending: Pending) -> bool:
    return (pending.intent or "").startswith(TOLD)


def _again(move: Move, pending: Pending, context: Context) -> Move:
    move = _number(move, "emergency.again", context)
    return move.with_(pending=pending, waiting=True)


def _tell(move: Move, intent: str, heard: str, context: Context, *, kind: OutcomeKind) -> Move:
    code = context.codes()
    move = _number(move.with_(misses=0), f"emergency.{intent.removeprefix('safety.')}", context)
    said = tuple(item for item in move.events[-1:] if isinstance(item, Say))
    move = move.then(Alert(code, intent, heard)).with_(said=said)
    move = move.outcome(kind, **{"class": intent})
    move = move.outcome("staff.alerted", **{"class": intent, "case": code})
    if move.conversation.channel == "sms":
        return move.with_(pending=None)
    move = move.say("emergency.stay")
    return move.expect("emergency", context.now, intent=f"{TOLD}{intent}", heard=heard)


def _number(move: Move, prompt: str, context: Context) -> Move:
    site = context.site
    return move.say(
        prompt,
        number=PhoneNumber(site.emergency_number),
        fire=PhoneNumber(site.fire_number),
        phone=PhoneNumber(site.office_phone),
    )
