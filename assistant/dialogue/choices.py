"""Questions with numbered answers: reading the choices out, and taking one."""

from __future__ import annotations

from assistant.core.answer import SHAPES, Browse, CaseStatus, Choice, Field, Lookup, Query
from assistant.core.arranging import CALLBACK_PURPOSES, FindWindows, TellCallbacks
from assistant.core.conversation import Conversation, Option, Pending
from assistant.core.event import Ask, Reread
from assistant.core.interval import Interval
from assistant.core.turn import Understood
from assistant.core.values import Words
from assistant.dialogue import ballots, finished, nicknames, windows
from assistant.dialogue.move import Context, Move

PAGE = 3
"At most three spoken choices besides the person (SENIOR 1.2)."

CLEAR_NAME = 0.8
"A directory hit this good is a name that was said, not a likeness."

FIELDS: tuple[Field, ...] = ("phone", "hours", "address")
"What residents ask of a place most; read out in this order."


def to_options(choices: tuple[Choice, ...]) -> tuple[Option, ...]:
    """Number the choices from 1."""
    return tuple(
        Option(
            str(number),
            choice.name,
            f"service:{choice.id}" if choice.is_service else f"category:{choice.id}",
        )
        for number, choice in enumerate(choices, start=1)
    )


def read_out(move: Move, context: Context, options: tuple[Option, ...], *, menu: bool) -> Move:
    """Read the first page of options out, the person first in a menu, and wait for one."""
    if windows.are(options[:1]):
        return windows.read_out(move, context, options)
    if options and finished.is_one(options[0]):
        return finished.again(move, options[0], context)
    if ballots.are(options[:1]):
        return ballots.read_out(move, options, context)
    if menu:
        move = move.say("menu.person")
    page, rest = options[:PAGE], options[PAGE:]
    move = move.then(*(windows.line(option, context) for option in page))
    if rest:
        move = move.say("menu.more", digit=Words(str(PAGE + 1)))
    return move.offer("menu" if menu else "which", context.now, options)


def page_of(options: tuple[Option, ...]) -> int:
    """How many of these are read out at once."""
    return ballots.PAGE if ballots.are(options[:1]) else PAGE


def open_menu(move: Move) -> Move:
    """Ask the directory for its top categories; the answer is read out as a menu."""
    return move.then(Ask(Browse()))


def chosen_digit(move: Move, digit: str, context: Context) -> Move | None:
    """Act on a digit bound to an open question; `None` when it means nothing here."""
    pending = move.conversation.pending
    if pending is None or not pending.options:
        return None
    at_once = page_of(pending.options)
    if digit == str(at_once + 1) and len(pending.options) > at_once:
        return next_page(move, pending, context)
    for option in pending.options[:at_once]:
        if option.digit == digit:
            return take(move, option)
    return None


def next_page(move: Move, pending: Pending, context: Context) -> Move:
    """Renumber what was not read out yet and read it."""
    rest = tuple(
        Option(str(number), option.name, option.target)
        for number, option in enumerate(pending.options[page_of(pending.options) :], start=1)
    )
    return read_out(move, context, rest, menu=pending.question == "menu")


def chosen_words(move: Move, turn: Understood, context: Context) -> Move | None:
    """Act on an answer in words: an ordinal, or the name of one of the options."""
    pending = move.conversation.pending
    if pending is None or not pending.options:
        return None
    slots = turn.reading.slots
    if slots.choice is not None:
        return chosen_digit(move, str(slots.choice), context)
    named = {f"service:{hit.service}" for hit in slots.services if hit.score >= CLEAR_NAME}
    among = [option for option in pending.options if option.target in named]
    if len(among) == 1:
        return take(move, among[0])
    said = turn.utterance.text.strip().lower()
    for option in pending.options:
        if said and said == option.name.text(move.conversation.language).lower():
            return take(move, option)
    return None


def take(move: Move, option: Option) -> Move:
    """Do what an option stands for."""
    kind, _, target = option.target.partition(":")
    pending = move.conversation.pending
    looked_at: dict[str, Query] = {"category": Browse(target), "case": CaseStatus(target)}
    if kind in looked_at:
        return move.then(Ask(looked_at[kind]))
    if kind == "field":
        return look_up(move, (as_field(target),), move.conversation.topic.services)
    if ballots.is_one(option) or finished.is_one(option):
        return _answering(move, option)
    if windows.are((option,)) or option.target.startswith(nicknames.KIND):
        return _of_her_own(move, option, target)
    if kind == "intent":
        heard = pending.heard if pending is not None else ""
        return move.with_(pending=None).then(Reread(heard, target))
    asked = _asked_field(move.conversation)
    fields: tuple[Field, ...] = ("summary", "phone")
    if asked is not None and asked != "summary":
        fields = (asked,)
    if kind == "service":
        return look_up(move, fields, (target,))
    msg = f"option target {option.target!r} has no meaning (dialogue/choices.py)"
    raise ValueError(msg)


def _answering(move: Move, option: Option) -> Move:
    """What she votes for, or says of finished work."""
    if ballots.is_one(option):
        return ballots.taken(move, option)
    return move.then(Ask(finished.chosen(move.conversation.contact, option)))


def _of_her_own(move: Move, option: Option, code: str) -> Move:
    """Who she is, or something about a callback; that is looked at again before it is done."""
    if option.target.startswith(nicknames.KIND):
        return nicknames.chosen(move, option)
    contact, plan = move.conversation.contact, move.conversation.arranging
    window = windows.window_of(option)
    if window is not None:
        standing = plan is not None and plan.moving
        phone = "" if standing else (plan.phone if plan is not None else contact)
        return move.then(Ask(FindWindows(phone, Interval(window.start, window.end))))
    if option.target.startswith(f"{windows.DEED}stop:"):
        return move.with_(pending=None).then(Reread("", "privacy.opt_out"))
    for purpose in CALLBACK_PURPOSES:
        if option.target.startswith(f"{windows.DEED}{purpose}:"):
            return move.then(Ask(TellCallbacks(contact, purpose, code)))
    msg = f"option target {option.target!r} has no meaning (dialogue/choices.py)"
    raise ValueError(msg)


def look_up(move: Move, fields: tuple[Field, ...], services: tuple[str, ...]) -> Move:
    """Ask for facts about services already settled."""
    pending = move.conversation.pending
    words = pending.heard if pending else ""
    return move.then(Ask(Lookup(fields, services, words, move.conversation.language)))


def _asked_field(conversation: Conversation) -> Field | None:
    field = conversation.topic.field
    return as_field(field) if field else None


def as_field(name: str | None) -> Field:
    """The field of that name; `summary` for any other."""
    for known in SHAPES:
        if known == name:
            return known
    return "summary"
