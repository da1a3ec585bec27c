"""The question that is open, and what answers it: a choice, yes or no, words, more words."""

from __future__ import annotations

from assistant.core.conversation import Pending
from assistant.core.turn import Understood
from assistant.dialogue import asking, ballots, choices, chosen_time, following, opening, ring_back
from assistant.dialogue.actions import feedback, learn, poll, request, safety, service
from assistant.dialogue.move import Context, Move

CLOSED = asking.YES_NO | {"else", "emergency", "done"}
"Questions to which a short yes or no is an answer, whatever else those words may mean."

BY_WORDS = frozenset({"open", "words", "field", "which", "number"})
"Questions that have no keys of their own unless options were read out with them."


def answer(move: Move, turn: Understood, context: Context) -> Move | None:
    """Act on an answer to the open question; `None` when the words are about something else."""
    pending = move.conversation.pending
    if pending is None:
        return None
    apart = pending.question in APART
    first = _answered_apart if apart else _chosen
    answered = first(move, turn, context)
    if apart or answered is not None:
        return answered and _listened(answered, pending)
    if pending.question == "which" and service.only_named(turn):
        return service.named(move.with_(misses=0), turn)
    by_digit = _by_digit(move, turn, pending)
    agrees = _agrees(turn, pending) if by_digit is None else by_digit
    heard = move.with_(misses=0)
    if pending.question == "words" and not (_commands(turn) or _about_a_promise(turn, move)):
        return request.words_given(heard, turn, context)
    if agrees is not None:
        return yes_or_no(heard, pending, context, yes=agrees)
    adds = pending.question == "confirm" and _adds_to_it(turn, pending)
    return request.more_words(heard, turn, pending, context) if adds else None


def _chosen(move: Move, turn: Understood, context: Context) -> Move | None:
    """A choice by its words; another one than was counted a moment ago."""
    chosen, pending = choices.chosen_words(move, turn, context), move.conversation.pending
    if chosen is None and pending is not None and pending.question in {"news", "else"}:
        return poll.changed(move, turn, pending)
    return chosen


def _listened(move: Move, pending: Pending) -> Move:
    """She was understood; of a vote that is only known once her words are laid beside it."""
    return move if pending.question in ballots.QUESTIONS else move.with_(misses=0)


APART = frozenset({"callback", "number", "feedback", *ballots.QUESTIONS})
"Questions whose answers are read in ways of their own."


def _answered_apart(move: Move, turn: Understood, context: Context) -> Move | None:
    """When it is to ring, and where; how well something was done."""
    pending = move.conversation.pending
    if pending is not None and pending.question == "number":
        return ring_back.said(move, turn, pending, context)
    if pending is not None and pending.question in ballots.QUESTIONS:
        return poll.answered(move, turn, pending, context)
    if pending is not None and pending.question == "feedback":
        return feedback.answered(move, turn, pending, context)
    return chosen_time.answered(move, turn, context)


def yes_or_no(move: Move, pending: Pending, context: Context, *, yes: bool) -> Move:
    """Act on yes or no to the open question; without one, ask the open question again."""
    if pending.question in asking.YES_NO:
        return _agreed(move, pending, context, yes=yes)
    match pending.question:
        case "emergency":
            return safety.answered(move, context, yes=yes)
        case "done":
            return move.say("goodbye").with_(waiting=True)
        case "else" if not yes:
            return following.nothing_else(move, context)
        case "which" | "menu" | "field" if not yes:
            return asking.open_question(move.with_(pending=None), context)
        case _:
            return asking.open_question(move, context)


def _agreed(move: Move, pending: Pending, context: Context, *, yes: bool) -> Move:
    """Act on yes or no to a question that waits for nothing else."""
    match pending.question:
        case "more":
            return following.more_answered(move, pending, context, yes=yes)
        case "copy":
            return following.copy_answered(move, pending, context, yes=yes)
        case "keep":
            return following.keep_answered(move, pending, context, yes=yes)
        case "resume":
            return opening.resumed(move, pending, context, yes=yes)
        case "ballot" | "news" | "lesson":
            aside = learn.answered if pending.question == "lesson" else poll.agreed
            return aside(move, pending, context, yes=yes)
        case _:
            return request.confirmed(move, pending, context, yes=yes)


YES_NO_DIGITS = {1: True, 2: False}


def _by_digit(move: Move, turn: Understood, pending: Pending) -> bool | None:
    """Yes or no by a texted digit, as the keys of a telephone have it."""
    if move.conversation.channel != "sms" or pending.options or pending.question not in CLOSED:
        return None
    return YES_NO_DIGITS.get(turn.reading.slots.choice or 0)


def answers_shortly(turn: Understood, pending: Pending | None) -> bool:
    """Whether this is just a yes or no to an open question, and so no alarm.

    “没什么吃的了” begins like a no: strong words of danger are never only that, but where the
    question is about danger itself.
    """
    if pending is None:
        return False
    danger = turn.reading.safety
    strong = danger is not None and danger.urgency != "possible"
    if strong and pending.question != "emergency":
        return False
    return _agrees(turn, pending) is not None


def _agrees(turn: Understood, pending: Pending) -> bool | None:
    reading = turn.reading
    intent = reading.match.intent if reading.match.accepted else None
    if intent is not None and _is_no_answer(intent, turn, pending):
        return None
    if pending.question in CLOSED:
        if pending.question in {"else", "done"} and _thanks(turn):
            return False
        if reading.agrees is not None:
            return reading.agrees
    if intent in {"talk.yes", "talk.no"}:
        return intent == "talk.yes"
    return None


COMMANDS = frozenset(
    {"talk.repeat", "talk.slower", "talk.faster", "talk.louder", "talk.back", "talk.help"}
    | {"talk.wait", "talk.language"}
)
"“没听清，再说一遍” begins like a no and is none."
OF_A_PROMISE = frozenset({"callback.change", "callback.when", "callback.verify"})
"Wishes that a question about the subject does not swallow."
A_COMMAND = 24
"Characters; what is longer tells a matter, whatever command it also holds."
INVITING = frozenset({"else", "done", "resume"})
"Questions that invite a wish: one that begins like a yes (“要带什么东西”) is a wish still."
A_WISH = 4
"Characters; a shorter answer to such a question is a yes or a no."


def _commands(turn: Understood) -> bool:
    """Whether this is a command about the talk itself, and nothing to be written down."""
    match = turn.reading.match
    short = len(turn.utterance.text) <= A_COMMAND
    return match.accepted and match.intent in COMMANDS and short


def _about_a_promise(turn: Understood, move: Move) -> bool:
    """Whether she speaks of a callback that stands, not of what the next one is about."""
    match, plan = turn.reading.match, move.conversation.arranging
    chosen = plan is not None and plan.chosen is not None
    return match.accepted and match.intent in OF_A_PROMISE and not chosen


def _is_no_answer(intent: str, turn: Understood, pending: Pending) -> bool:
    """Whether what was understood goes before a yes or no that the words also begin with."""
    if intent in COMMANDS:
        return True
    if pending.question not in INVITING or len(turn.utterance.text) < A_WISH:
        return False
    return intent == "talk.goodbye" or not intent.startswith("talk.")


def _thanks(turn: Understood) -> bool:
    """Thanks at the end of a talk mean that nothing more is wanted."""
    best = turn.reading.match.alternatives[:2]
    near = any(item.intent == "talk.thanks" and item.score >= LIKELY_THANKS for item in best)
    return near and len(turn.utterance.text) <= SHORT


LIKELY_THANKS = 0.4
SHORT = 30
"Characters; a longer sentence with thanks in it wants something."


def _adds_to_it(turn: Understood, pending: Pending) -> bool:
    """Whether the words complete the matter that is being confirmed, instead of answering."""
    match = turn.reading.match
    intent = pending.intent or ""
    if intent.startswith((following.WISH, "person.", "callback.")):
        return False
    return not match.accepted or match.intent in {intent, "talk.greeting"}
