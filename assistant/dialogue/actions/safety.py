"""Danger comes before everything: the emergency number at once, and an alarm for the staff.

Never a diagnosis, never a promise that help is on its way (SENIOR 4).
"""

from __future__ import annotations

from assistant.core.conversation import Pending
from assistant.core.event import Alert, Say
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
    """The answer to the check. A no is believed, and the line goes on listening."""
    if not yes:
        return move.say("emergency.declined").expect("open", context.now)
    intent = pending.intent or "safety.fall"
    return _tell(move, intent, pending.heard, context, kind="emergency.confirmed")


def _tell(move: Move, intent: str, heard: str, context: Context, *, kind: str) -> Move:
    code = context.codes()
    move = _number(move.with_(misses=0), f"emergency.{intent.removeprefix('safety.')}", context)
    move = move.then(Alert(code, intent, heard))
    if kind == "emergency.confirmed":
        move = move.outcome("emergency.confirmed", **{"class": intent})
    else:
        move = move.outcome("emergency.offered", **{"class": intent})
    move = move.outcome("staff.alerted", **{"class": intent, "case": code})
    said = move.events[:1]
    move = move.with_(said=tuple(item for item in said if isinstance(item, Say)))
    if move.conversation.channel == "sms":
        return move.with_(pending=None)
    return move.say("emergency.stay").expect("open", context.now)


def _number(move: Move, prompt: str, context: Context) -> Move:
    site = context.site
    return move.say(
        prompt,
        number=PhoneNumber(site.emergency_number),
        fire=PhoneNumber(site.fire_number),
        phone=PhoneNumber(site.office_phone),
    )
