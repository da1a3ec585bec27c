"""Commands understood at every point: repeat, slower, louder, back, help, wait, language."""

from __future__ import annotations

from dataclasses import replace

from assistant.core.conversation import Pace
from assistant.core.event import EndCall, Reread, Say
from assistant.core.turn import Understood
from assistant.core.values import PhoneNumber, Words
from assistant.dialogue.move import Context, Entry, Move

WISH = "wish:"
"Marks a question whose yes reads the words again that were heard: doubtful, or a second wish."
SLOWER, FASTER = 0.85, 1.15
"One step of pace: 150 to about 130 characters a minute, the slow rate of SENIOR 1.1."
MIN_RATE, MAX_RATE = 0.65, 1.3
"Articulation is never under 0.65 of the voice's own rate (SENIOR 1.1)."
LOUDER_DB, MAX_DB = 6.0, 12.0
"One step up is +6 dB; two at most, the limiter holds the rest (SENIOR 1.5)."


def greet(move: Move, context: Context) -> Move:
    """Answer a call: who we are and one open question, in every language of the site."""
    own, *others = _own_language_first(move, context)
    greeting_ = Say("greeting", (("site", context.site.name),))
    move = move.then(replace(greeting_, language=own))
    for language_ in others:
        move = move.then(Say("greeting.other", (), language_))
    return move.expect("open", context.now, says=(greeting_,))


def _own_language_first(move: Move, context: Context) -> list[str]:
    first = move.conversation.language
    return [first, *(item for item in context.site.languages if item != first)]


def ask_again(move: Move, context: Context) -> Move:
    """Put the open question."""
    return move.say("open.ask").expect("open", context.now)


def anything_else(move: Move, context: Context) -> Move:
    """After an answer: a second wish, if she had one; else ask whether there is more.

    A text stands alone, so a second wish in it is answered in the same message.
    """
    later = move.conversation.later
    move = move.with_(later="")
    if move.conversation.channel == "sms":
        move = move.with_(pending=None)
        return move.then(Reread(later)) if later else move
    if later:
        move = move.say("second.offer", words=Words(later))
        return move.expect("confirm", context.now, intent=f"{WISH}second", heard=later)
    return move.say("else.ask").expect("else", context.now)


def nothing_asked(move: Move, _turn: Understood, _entry: Entry, context: Context) -> Move:
    """Yes or no when nothing was asked."""
    return ask_again(move, context)


def repeat(move: Move, _turn: Understood, _entry: Entry, context: Context) -> Move:
    """Say the last answer again, more slowly."""
    said = move.conversation.said
    move = move.then(*(replace(item, slower=True) for item in said))
    return _question_stays(move, context)


def _question_stays(move: Move, context: Context) -> Move:
    """The question that was open is put again; without one, what comes after an answer."""
    pending = move.conversation.pending
    if pending is not None and pending.says:
        return move.then(*pending.says)
    return anything_else(move, context) if move.conversation.said else ask_again(move, context)


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
    """Speak louder from now on; say the last answer again that way."""
    pace = move.conversation.pace
    gain = min(MAX_DB, pace.gain_db + LOUDER_DB)
    return _with_pace(move, entry, context, replace(pace, gain_db=gain))


def _with_pace(move: Move, entry: Entry, context: Context, pace: Pace) -> Move:
    move = move.with_(pace=pace).say(f"pace.{entry.intent.removeprefix('talk.')}")
    return _question_stays(move.then(*move.conversation.said), context)


def back(move: Move, _turn: Understood, _entry: Entry, context: Context) -> Move:
    """Go back to the answer before."""
    return go_back(move, context)


def go_back(move: Move, context: Context) -> Move:
    """Say the answer before the last one again; without one, put the open question."""
    trail = move.conversation.trail
    move = move.with_(pending=None)
    if not trail:
        return ask_again(move, context)
    before = trail[-1]
    move = move.with_(trail=trail[:-1], said=before).say("back").then(*before)
    return anything_else(move, context)


def help_(move: Move, _turn: Understood, _entry: Entry, context: Context) -> Move:
    """Say what the line can do, with examples."""
    move = move.say("help", phone=PhoneNumber(context.site.office_phone))
    return move.expect("open", context.now)


def wait(move: Move, _turn: Understood, _entry: Entry, _context: Context) -> Move:
    """Give the resident time; the question stays open."""
    return move.with_(waiting=True).say("wait")


def goodbye(move: Move, _turn: Understood, _entry: Entry, _context: Context) -> Move:
    """The resident says goodbye."""
    return end(move)


def end(move: Move) -> Move:
    """Say goodbye and hang up, because she asked for it."""
    move = move.say("goodbye").with_(pending=None, ended=True)
    return move.then(EndCall())


def farewell(move: Move, context: Context) -> Move:
    """Nothing else is wanted: wish her well and let her hang up first."""
    return move.say("farewell").expect("done", context.now).with_(waiting=True)


def language(move: Move, turn: Understood, _entry: Entry, context: Context) -> Move:
    """Switch to the language asked for, or to the next one of the site."""
    now = move.conversation.language
    others = [item for item in context.site.languages if item != now]
    wanted = turn.reading.slots.language
    target = wanted if wanted in context.site.languages else (others[0] if others else now)
    move = move.with_(language=target).say("language.switched")
    said = move.conversation.said
    if not said:
        return move.expect("open", context.now)
    return _question_stays(move.then(*said), context)


def greeting(move: Move, _turn: Understood, _entry: Entry, context: Context) -> Move:
    """A greeting is greeted back."""
    return move.say("greeting.back").expect("open", context.now)


def thanks(move: Move, _turn: Understood, _entry: Entry, context: Context) -> Move:
    """Thanks are taken kindly; after a farewell nothing more is asked."""
    pending = move.conversation.pending
    if pending is not None and pending.question == "done":
        return move.say("thanks").with_(waiting=True)
    return anything_else(move.say("thanks"), context)
