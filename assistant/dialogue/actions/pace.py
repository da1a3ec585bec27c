"""Say it again, more slowly, faster, louder, or in other words: understood at every point."""

from __future__ import annotations

from dataclasses import replace

from assistant.core.conversation import Conversation, Pace
from assistant.core.event import Say
from assistant.core.turn import Understood
from assistant.dialogue import asking, following
from assistant.dialogue.move import Context, Entry, Move

SLOWER, FASTER = 0.85, 1.15
"One step of pace: 150 to about 130 characters a minute, the slow rate of SENIOR 1.1."
MIN_RATE, MAX_RATE = 0.65, 1.3
"Articulation is never under 0.65 of the voice's own rate (SENIOR 1.1)."
LOUDER_DB, MAX_DB = 6.0, 12.0
"One step up is +6 dB; two at most, the limiter holds the rest (SENIOR 1.5)."
SLOWEST_STEP = 2
"The first repeat is one step slower, every later one two: still slower words are worse heard."
FIRST_IN_OTHER_WORDS = 3
"From the third repeat on the sound is not what was missed: other words are tried."
BESIDES = frozenset({"answer.alert", "answer.office", *following.CAUTIONS})
"What stands beside a fact; a repeat says the fact itself."


def repeat(move: Move, _turn: Understood, _entry: Entry, context: Context) -> Move:
    """Say the last fact again: slower, then slower still, then in other words."""
    now = move.conversation
    if now.channel == "sms":
        return question_stays(move.then(*now.said), context)
    repeats = now.repeats + 1
    move = move.with_(repeats=repeats)
    slower_by = min(repeats, SLOWEST_STEP)
    last = _last_fact(now)
    if last is None:
        return question_stays(move, context, slower=slower_by)
    variant = max(0, repeats - FIRST_IN_OTHER_WORDS + 1)
    return question_stays(move.then(replace(last, slower=slower_by, variant=variant)), context)


def _last_fact(now: Conversation) -> Say | None:
    """The fact behind which the open question stands; `None` when the question stands alone."""
    pending = now.pending
    if pending is not None and pending.question == "emergency":
        return now.said[-1] if now.said and now.said[-1].prompt.startswith("emergency.") else None
    behind = pending is None or pending.question in asking.AFTER_ANSWER
    second_wish = pending is not None and pending.intent == f"{following.WISH}second"
    if not now.said or not (behind or second_wish):
        return None
    facts = [item for item in now.said if item.prompt not in BESIDES]
    return (facts or list(now.said))[-1]


def question_stays(move: Move, context: Context, *, slower: int = 0) -> Move:
    """The question that was open is put again; without one, what comes after an answer."""
    pending = move.conversation.pending
    if pending is not None and pending.question == "open":
        return asking.open_question(move, context, slower=slower)
    if pending is not None and pending.says:
        return asking.again(move, pending, slower=slower)
    if move.conversation.said:
        return following.anything_else(move, context)
    return asking.open_question(move, context, slower=slower)


def slower(move: Move, _turn: Understood, entry: Entry, context: Context) -> Move:
    """Speak more slowly and wait longer from now on; say the last answer again that way."""
    pace = move.conversation.pace
    rate = max(MIN_RATE, pace.rate * SLOWER)
    return _with_pace(move, entry, context, replace(pace, rate=rate, patient=True))


def faster(move: Move, _turn: Understood, entry: Entry, context: Context) -> Move:
    """Speak faster from now on."""
    pace = move.conversation.pace
    rate = min(MAX_RATE, pace.rate * FASTER)
    return _with_pace(move, entry, context, replace(pace, rate=rate, patient=False))


def louder(move: Move, _turn: Understood, entry: Entry, context: Context) -> Move:
    """Speak louder from now on; say the last answer again that way.

    Who still does not hear well at the loudest is spoken to in the other voice: hearing fades
    differently for low and for high sounds (SENIOR 1.5).
    """
    pace = move.conversation.pace
    if pace.gain_db >= MAX_DB:
        other = replace(pace, other_voice=not pace.other_voice)
        return _with_pace(move, entry, context, other, prompt="pace.voice")
    gain = min(MAX_DB, pace.gain_db + LOUDER_DB)
    return _with_pace(move, entry, context, replace(pace, gain_db=gain))


def _with_pace(
    move: Move, entry: Entry, context: Context, pace: Pace, prompt: str | None = None
) -> Move:
    how = entry.intent.removeprefix("talk.")
    move = following.adjusted(move.with_(pace=pace), how).say(prompt or f"pace.{how}")
    now = move.conversation
    if _last_fact(now) is not None:
        move = move.then(*map(following.unsaid, now.said))
    return question_stays(move, context)
