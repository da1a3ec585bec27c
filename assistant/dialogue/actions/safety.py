"""Danger comes before everything: one question, the number, an alarm before the staff (SENIOR 4).

Strong words raise the alarm at once and no answer to the question counts as yes; words that may
mean danger raise it when she says yes, says it again, or falls silent. Never a diagnosis, never a
promise that help is on its way. The line stays: everything she says further goes to the alarm.
"""

from __future__ import annotations

from dataclasses import replace

from assistant.core.conversation import Emergency, Pending
from assistant.core.event import AlarmAnswer, Alert, AlertNews, Say, Transfer
from assistant.core.intent import Safety
from assistant.core.turn import Understood
from assistant.core.values import PhoneNumber
from assistant.dialogue import asking
from assistant.dialogue.move import Context, Entry, Move

BROKEN_OFF = frozenset({"callback", "number", "words"})
"Questions on the way to a callback."


def offer(move: Move, turn: Understood, danger: Safety, context: Context) -> Move:
    """Words of danger: ask whether help is needed; a second time, no longer ask."""
    return offer_for(move, turn.utterance.text, danger, context)


def offer_for(move: Move, words: str, danger: Safety, context: Context) -> Move:
    """The same for words that were said before, or answered a question of ours."""
    move, before = move.with_(misses=0), move.conversation.emergency
    if before is not None and _open(move):
        return _said_again(move, before, danger, words, context)
    strong = danger.urgency != "possible"
    now = Emergency(danger.intent, strong, words, interrupted=_interrupted(move))
    move = move.outcome("emergency.offered", **{"class": danger.intent})
    if strong:
        move, now = _raise(move, now, context)
    if strong and move.conversation.channel == "sms":
        return _tell(move, now, context)
    move = _number(move, _check_prompt(danger.intent), context)
    return _stay_with(move, now, context)


def matched(move: Move, turn: Understood, entry: Entry, context: Context) -> Move:
    """The matcher took ordinary-looking words for danger: ask before raising an alarm."""
    danger = Safety(entry.intent, "possible", turn.reading.match.score)
    return offer(move, turn, danger, context)


def answered(move: Move, context: Context, *, yes: bool) -> Move:
    """The answer to the question, or to the number. A no is believed, and the line listens on."""
    now = move.conversation.emergency
    if now is None:
        return move.say("open.ask").expect("open", context.now)
    if not yes:
        return _declined(move, now, context)
    if now.confirmed:
        return _again(move, now, context)
    move, now = _raise(move, replace(now, confirmed=True), context)
    move = move.then(AlertNews(now.code, "confirmed"))
    move = move.outcome("emergency.confirmed", **{"class": now.intent})
    return _again(move, now, context) if now.told else _help(move, now, context)


def unanswered(move: Move, context: Context) -> Move:
    """No answer in time: the number all the same; after the number, once more, and we stay."""
    now = move.conversation.emergency
    if now is None:
        return move.say("open.ask").expect("open", context.now)
    if now.told:
        return _again(move, now, context)
    return _number_anyway(move, now, context, "silent")


def more_words(move: Move, words: str, context: Context) -> Move:
    """Words that are no answer and no other wish: kept with the alarm; the number is given."""
    now = move.conversation.emergency
    if now is None:
        return unanswered(move, context)
    if not now.told:
        move = _number_anyway(move, now, context, "none")
        now = move.conversation.emergency or now
        return move.then(AlertNews(now.code, words=words))
    move = move.then(AlertNews(now.code, words=words))
    move = _number(move.with_(misses=0), "emergency.noted", context)
    return _stay_with(move, now, context)


def keeps(move: Move, turn: Understood) -> bool:
    """Whether words are taken as more about the danger, not as another wish.

    Until the number has been given after strong words, only commands, a person and danger count as
    a wish: anything else is likelier an address or a cry than a question about opening hours.
    """
    now, match = move.conversation.emergency, turn.reading.match
    if now is None or not _open(move):
        return False
    if not match.accepted or match.intent is None:
        return True
    urgent = now.strong and not now.told
    return urgent and not match.intent.startswith(("talk.", "person.", "safety."))


def gone(move: Move, context: Context) -> Move:
    """She has gone while the question was open: somebody must look after her all the same."""
    now = move.conversation.emergency
    if now is None or not _open(move) or now.code:
        return move
    move, now = _raise(move, now, context)
    return move.then(AlertNews(now.code, "silent"))


def _open(move: Move) -> bool:
    pending = move.conversation.pending
    return pending is not None and pending.question == "emergency"


def _said_again(
    move: Move, before: Emergency, danger: Safety, words: str, context: Context
) -> Move:
    """Danger once more while the question is open is an answer to it."""
    if danger.intent != before.intent and danger.urgency != "possible":
        before = replace(before, intent=danger.intent, strong=True)
    if before.told:
        move = move.then(AlertNews(before.code, words=words))
        other = move.conversation.emergency != before
        return _tell(move, before, context) if other else _again(move, before, context)
    move = answered(move.with_(emergency=before), context, yes=True)
    now = move.conversation.emergency or before
    return move.then(AlertNews(now.code, words=words))


def _raise(move: Move, now: Emergency, context: Context) -> tuple[Move, Emergency]:
    """Put the alarm before the staff, once."""
    if now.code:
        return move, now
    now = replace(now, code=context.codes())
    move = move.then(Alert(now.code, now.intent, now.heard))
    facts = {"class": now.intent, "case": now.code}
    return move.outcome("staff.alerted", **facts).with_(emergency=now), now


def _declined(move: Move, now: Emergency, context: Context) -> Move:
    if now.code:
        move = move.then(AlertNews(now.code, "declined"))
    move = move.with_(emergency=None)
    if now.interrupted is not None:
        move = move.say("emergency.declined.back").with_(pending=now.interrupted)
        return asking.again(move, now.interrupted)
    return move.say("emergency.declined").expect("open", context.now)


def _interrupted(move: Move) -> Pending | None:
    """The question about a callback that danger broke off; it is put again where she is well."""
    question = move.conversation.pending
    if question is None or question.question not in BROKEN_OFF:
        return None
    return question if move.conversation.arranging is not None else None


def _number_anyway(move: Move, now: Emergency, context: Context, answer: AlarmAnswer) -> Move:
    move, now = _raise(move, now, context)
    return _help(move.then(AlertNews(now.code, answer)), now, context)


def _help(move: Move, now: Emergency, context: Context) -> Move:
    """The number; where the emergency centre has agreed, the call itself."""
    bridged = context.site.emergency_bridge and move.conversation.channel == "voice"
    if not (bridged and now.confirmed):
        return _tell(move, now, context)
    move = _number(move, "emergency.bridge", context)
    move = _stay_with(move, replace(now, told=True), context)
    return move.then(Transfer(context.site.emergency_number))


def _tell(move: Move, now: Emergency, context: Context) -> Move:
    """The number, slowly and twice."""
    move = _number(move, f"emergency.{_short(now.intent)}", context, slower=1)
    said = tuple(item for item in move.events[-1:] if isinstance(item, Say))
    move = move.with_(said=said)
    if move.conversation.channel == "voice":
        move = move.say("emergency.stay")
    return _stay_with(move, replace(now, told=True), context)


def _again(move: Move, now: Emergency, context: Context) -> Move:
    move = _number(move, "emergency.again", context)
    return _stay_with(move, now, context).with_(waiting=True)


def _stay_with(move: Move, now: Emergency, context: Context) -> Move:
    return move.with_(emergency=now).expect("emergency", context.now, intent=now.intent)


def _check_prompt(intent: str) -> str:
    return f"emergency.check.{_short(intent)}"


def _short(intent: str) -> str:
    return intent.removeprefix("safety.")


def _number(move: Move, prompt: str, context: Context, *, slower: int = 0) -> Move:
    site = context.site
    params = {
        "number": PhoneNumber(site.emergency_number),
        "fire": PhoneNumber(site.fire_number),
        "phone": PhoneNumber(site.office_phone),
    }
    return move.then(Say(prompt, tuple(params.items()), slower=slower))
