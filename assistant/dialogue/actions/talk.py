"""Talk about the talk: help, a moment to wait, back, another language, courtesies, goodbye."""

from __future__ import annotations

from assistant.core.turn import Understood
from assistant.dialogue import asking, following, moments, rung_off
from assistant.dialogue.actions.pace import question_stays
from assistant.dialogue.move import Context, Entry, Move


def nothing_asked(move: Move, _turn: Understood, _entry: Entry, context: Context) -> Move:
    """Yes or no when nothing was asked."""
    return asking.open_question(move, context)


def back(move: Move, _turn: Understood, _entry: Entry, context: Context) -> Move:
    """Go back to the answer before."""
    return go_back(move, context)


def go_back(move: Move, context: Context) -> Move:
    """Say the answer before the last one again; without one, put the open question."""
    trail = move.conversation.trail
    pending = move.conversation.pending
    if pending is not None and pending.question == "emergency":
        return asking.again(move, pending)
    move = move.with_(pending=None)
    if not trail:
        return asking.open_question(move, context)
    before = trail[-1]
    move = move.with_(trail=trail[:-1], said=before, answer=before, repeats=0)
    return following.anything_else(move.say("back").then(*before), context)


def help_(move: Move, _turn: Understood, _entry: Entry, context: Context) -> Move:
    """Say what the line can do, with two examples that fit now; then the question that was open."""
    pending = move.conversation.pending
    if pending is not None and pending.question == "emergency":
        return asking.again(move, pending)
    return moments.suggest(move, context, "help")


def wait(move: Move, _turn: Understood, _entry: Entry, _context: Context) -> Move:
    """Give the resident time; the question stays open."""
    return move.with_(waiting=True).say("wait")


def goodbye(move: Move, _turn: Understood, _entry: Entry, context: Context) -> Move:
    """The resident says goodbye."""
    return rung_off.parting(move, context) or following.leave(move, context)


def language(move: Move, turn: Understood, _entry: Entry, context: Context) -> Move:
    """Switch to the language asked for, or to the next one of the site."""
    now = move.conversation.language
    others = [item for item in context.site.languages if item != now]
    wanted = turn.reading.slots.language
    target = wanted if wanted in context.site.languages else (others[0] if others else now)
    move = following.adjusted(move, "language").with_(language=target).say("language.switched")
    pending, said = move.conversation.pending, move.conversation.said
    if said and (pending is None or pending.question in asking.AFTER_ANSWER):
        move = move.then(*map(following.unsaid, said))
    return question_stays(move, context)


def greeting(move: Move, _turn: Understood, _entry: Entry, context: Context) -> Move:
    """A greeting is greeted back; a question that was open is put again."""
    pending = move.conversation.pending
    if pending is None or asking.anything(pending):
        return move.say("greeting.back").expect("open", context.now)
    return asking.again(move.say("greeting.hello"), pending)


def thanks(move: Move, _turn: Understood, _entry: Entry, context: Context) -> Move:
    """Thanks are taken kindly; after a farewell nothing more is asked."""
    pending = move.conversation.pending
    if pending is not None and pending.question == "done":
        return move.say("thanks").with_(waiting=True)
    if pending is None or pending.question in asking.AFTER_ANSWER | {"open"}:
        return following.anything_else(move.say("thanks"), context)
    return asking.again(move.say("thanks"), pending)
