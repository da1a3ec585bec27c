"""What is done with a text before it is taken for a wish: command words, STOP, silence. PURE.

By telephone none of this holds. Danger is looked at before; it is answered even after STOP.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from assistant.core.answer import Matters
from assistant.core.arranging import TellCallbacks
from assistant.core.event import Ask, OptOut, SayRest
from assistant.core.turn import CarrierWord
from assistant.core.values import PhoneNumber
from assistant.dialogue import (
    asking,
    binding,
    choices,
    following,
    nicknames,
    promises,
    traffic,
    windows,
)
from assistant.dialogue.actions import contact, request
from assistant.dialogue.standing import standing

if TYPE_CHECKING:
    from assistant.core.answer import Found, Purpose
    from assistant.core.callback import Promise
    from assistant.core.intent import Reading, TextWord
    from assistant.core.turn import Understood, Wordless
    from assistant.dialogue.move import Context, Move

MEANS: dict[TextWord, str] = {
    "help": "talk.help",
    "person": "person.request",
    "status": "case.status",
    "change": "callback.change",
    "mine": "privacy.what",
    "delete": "privacy.delete",
    "stop": "privacy.opt_out",
}
"Command words that are intents like any other."
REST_KEPT = timedelta(hours=24)
ABOUT_DANGER = ("safety.", "talk.")
"What may be said to the question whether help is needed."
TOLD = 3
"Open matters told at once; more do not fit into a text."


def as_written(reading: Reading) -> Reading:
    """A command word means its intent, whatever else these letters may mean."""
    intent = MEANS.get(reading.word) if reading.word is not None else None
    if intent is None:
        return reading
    return replace(reading, match=replace(reading.match, intent=intent, score=1.0, accepted=True))


def received(move: Move, turn: Understood) -> Move:
    """Note what came; what was left of the last answer waits only for the word that asks for it."""
    now = move.conversation
    if now.channel != "sms":
        return move
    move = replace(move, conversation=traffic.weighed(now, turn.reading))
    return move if turn.reading.word == "more" else move.with_(unsent=None)


def written(move: Move, turn: Understood, context: Context) -> Move | None:
    """Act on a text that is no wish, or keep still; `None` where it is to be read as a wish."""
    now = move.conversation
    if now.channel != "sms":
        return None
    if now.stopped:
        return _while_stopped(move, turn)
    if traffic.flood(now):
        return _flooded(move, context)
    if traffic.between_machines(now):
        return move
    return _commanded(move, turn, context)


def _commanded(move: Move, turn: Understood, context: Context) -> Move | None:
    """Act on a word that is no intent like any other, or on a digit."""
    word = turn.reading.word
    match word:
        case "start":
            return _opened(move)
        case "more":
            return _more(move, context)
        case "cancel" | "cancel_or_stop" if not _in_danger(move):
            or_stop = word == "cancel_or_stop"
            return _ask_matters(move, "cancel", turn.utterance.text, or_stop=or_stop)
        case _:
            return binding.by_digit(move, turn, context)


def without_words(move: Move, turn: Wordless | CarrierWord, context: Context) -> Move:
    """A text that was a picture or nothing, or one that the carrier has answered already."""
    if isinstance(turn, CarrierWord):
        return _as_the_carrier_did(move, turn)
    if move.conversation.stopped:
        return move
    if traffic.flood(move.conversation):
        return _flooded(move, context)
    return move.say("text.picture" if turn.pictures else "text.empty", phone=_office(context))


def matters(move: Move, query: Matters, found: Found, context: Context) -> Move:
    """What she asked of her open matters, now that they are known.

    On a shared telephone she is asked first who she is; of the others nothing is told.
    """
    if nicknames.must_ask(move.conversation, found.matters):
        return nicknames.ask(move, query, found.matters, context)
    found = replace(found, matters=nicknames.own(move.conversation, found.matters))
    match query.purpose:
        case "cancel":
            return _cancelled(move, query, found, context)
        case "which":
            return binding.which_matter(move, found, context)
        case "status":
            return _told(move, query, found, context)


def _as_the_carrier_did(move: Move, turn: CarrierWord) -> Move:
    """Only remember what she wants; a second answer would be one too many."""
    match turn.did:
        case "stop":
            return contact.stop(move)
        case "start":
            return move.then(OptOut(stop=False)).with_(stopped=False)
        case _:
            return move


def _while_stopped(move: Move, turn: Understood) -> Move | None:
    if _in_danger(move) and not _wishes(turn.reading):
        return None
    if turn.reading.word in {"start", "start_after_stop"}:
        return _opened(move)
    return move


def _opened(move: Move) -> Move:
    move = move.then(OptOut(stop=False)).with_(stopped=False, pending=None)
    return move.say("opted_in")


def _more(move: Move, context: Context) -> Move:
    """What was left of the last answer; without any, the next choices of the last list."""
    now, unsent = move.conversation, move.conversation.unsent
    if unsent is not None and not nicknames.mine(now, unsent.nickname):
        unsent = None
    if unsent is not None and context.now - unsent.since <= REST_KEPT:
        return move.then(SayRest(unsent.text)).with_(unsent=None)
    pending = move.conversation.pending
    if pending is not None and len(pending.options) > choices.PAGE:
        return choices.next_page(move, pending, context)
    return move.say("more.none")


def _flooded(move: Move, context: Context) -> Move:
    if not traffic.flood_begins(move.conversation):
        return move
    return move.say("text.flood", phone=_office(context))


def _cancelled(move: Move, query: Matters, found: Found, context: Context) -> Move:
    """The callback, if one is open; else what was asked last is dropped; else no more texts."""
    if found.promises and query.or_stop:
        return _callback_or_texts(move, found.promises, context)
    if found.promises:
        number = move.conversation.contact
        return move.with_(pending=None).then(Ask(TellCallbacks(number, "cancel")))
    if query.or_stop:
        return contact.stopped(move, context)
    asked = not asking.anything(move.conversation.pending)
    return move.with_(pending=None).say("cancel.dropped" if asked else "cancel.nothing")


def _callback_or_texts(move: Move, own: tuple[Promise, ...], context: Context) -> Move:
    """The carriers take the word for "no more texts"; with a callback open she is asked."""
    options = [
        windows.deed(str(number), "cancel", item.code)
        for number, item in enumerate(own[: choices.PAGE - 1], start=1)
    ]
    options.append(windows.deed(str(len(options) + 1), "stop"))
    return windows.read_out(move, context, options)


def _told(move: Move, query: Matters, found: Found, context: Context) -> Move:
    """How her matters stand, by code alone; without any on this number, somebody looks."""
    if not found.matters and not found.promises:
        return request.take(move, "case.status", query.words, context)
    for promise in found.promises[:TOLD]:
        move = move.then(promises.standing(promise, context))
    for item in found.matters[:TOLD]:
        move = move.then(standing(item.code, item.told, context))
    return following.anything_else(move.with_(served=True), context)


def _ask_matters(move: Move, purpose: Purpose, words: str, *, or_stop: bool = False) -> Move:
    number = move.conversation.contact
    return move.then(Ask(Matters(number, purpose, words, or_stop=or_stop)))


def _in_danger(move: Move) -> bool:
    pending = move.conversation.pending
    return pending is not None and pending.question == "emergency"


def _wishes(reading: Reading) -> bool:
    """Whether these words want something else than help in danger."""
    intent = reading.match.intent if reading.match.accepted else None
    return reading.word == "start" or (intent is not None and not intent.startswith(ABOUT_DANGER))


def _office(context: Context) -> PhoneNumber:
    return PhoneNumber(context.site.office_phone)
