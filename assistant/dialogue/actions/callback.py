"""A resident's wishes about callbacks: one, another time, none, when, and whether it was us."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from assistant.core.arranging import Arrangement, CancelCallback, FindRings, TellCallbacks
from assistant.core.callback import ENDED
from assistant.core.event import Ask, Say, TakeDown
from assistant.core.intent import Safety
from assistant.core.values import Code, Moment, PhoneNumber, Words
from assistant.dialogue import arranging, choices, following, promises, which_number, windows
from assistant.dialogue.actions import safety

if TYPE_CHECKING:
    from assistant.core.answer import Found
    from assistant.core.arranging import CallbackPurpose
    from assistant.core.callback import Promise, Rung
    from assistant.core.conversation import Option, Pending
    from assistant.core.turn import Understood
    from assistant.core.values import Value
    from assistant.dialogue.move import Context, Entry, Move

LOOK_BACK = timedelta(days=7)
"How far back it is told whether we rang: people ask about yesterday, seldom about last week."
NO_RING = ("safety.", "privacy.", "callback.verify", "callback.book")
"What goes its own way though a safe word that was wrong is spoken of."
ABOUT_THEN = timedelta(hours=1)
"How far from the time she names a ring of ours may lie and still be that one."


def book(move: Move, turn: Understood, entry: Entry, context: Context) -> Move:
    """Somebody is to ring her, later or at a time she names."""
    slots = turn.reading.slots
    told = bool(slots.services) or move.conversation.channel == "sms"
    wanted = arranging.plan(move, context, entry.intent, turn.utterance.text, told=told)
    whenever = turn.reading.remark == "whenever"
    wanted = replace(wanted, wanted=slots.time, soonest=whenever and slots.time is None)
    return arranging.begin(move, wanted, context, number=slots.phone or "")


def change(move: Move, turn: Understood, entry: Entry, context: Context) -> Move:
    """A callback is to come at another time; another number is for staff to see to.

    Moving a call to a telephone that was only named is what a swindler would want.
    """
    slots = turn.reading.slots
    if slots.phone is not None and slots.time is None:
        return _another_number(move, entry.intent, turn.utterance.text, slots.phone, context)
    return _ask(move, turn, "change")


def _another_number(move: Move, intent: str, words: str, number: str, context: Context) -> Move:
    code = context.codes()
    move = move.then(TakeDown(code, intent, words, phone=number))
    move = move.inform("callback.other_number", code=Code(code), phone=PhoneNumber(number))
    move = move.outcome("person.callback", case=code, phone=move.conversation.contact)
    return following.anything_else(move, context)


def cancel(move: Move, turn: Understood, _entry: Entry, context: Context) -> Move:
    """No callback is wanted any more; of one in the making nothing need be looked up."""
    wanted = move.conversation.arranging
    if wanted is not None and not wanted.moving and turn.reading.slots.case is None:
        return arranging.dropped(move, context)
    return _ask(move, turn, "cancel")


def when(move: Move, turn: Understood, _entry: Entry, _context: Context) -> Move:
    """When will it ring?"""
    return _ask(move, turn, "when")


def verify(move: Move, turn: Understood, _entry: Entry, context: Context) -> Move:
    """Was that really us?"""
    contact, since = move.conversation.contact, context.now - LOOK_BACK
    if not which_number.is_dialled(contact):
        return _not_us(move, "callback.verify.withheld", turn.utterance.text, context)
    words, slots = turn.utterance.text, turn.reading.slots
    no_word = turn.reading.remark == "no_safe_word"
    return move.then(Ask(FindRings(contact, since, words, slots.time, no_word=no_word)))


def remarked(move: Move, turn: Understood, context: Context) -> Move | None:
    """Whoever rang did not know the safe word: as if she asked whether it was us."""
    now, match = move.conversation, turn.reading.match
    other = match.accepted and match.intent is not None and match.intent.startswith(NO_RING)
    answers = now.pending is not None and now.pending.question in {"words", "emergency"}
    if turn.reading.remark != "no_safe_word" or other or answers:
        return None
    entry = context.entries.get("callback.verify")
    return None if entry is None else verify(move.with_(misses=0), turn, entry, context)


def told(move: Move, query: TellCallbacks, found: Found, context: Context) -> Move:
    """What is promised, now that it is known: told, moved, taken back or kept."""
    if query.purpose == "when" and found.promises:
        return _tell(move, found.promises, query, context)
    standing = tuple(item for item in found.promises if item.state not in ENDED)
    if not standing:
        return _none(move, query, context)
    if len(standing) > 1:
        return _which(move, standing, query.purpose, context)
    promise = standing[0]
    match query.purpose:
        case "cancel":
            return move.with_(pending=None).then(Ask(CancelCallback(promise.code)))
        case "change":
            return _move(move, promise, query, context)
        case _:
            return following.anything_else(move.then(_kept(promise, context)), context)


def _kept(promise: Promise, context: Context) -> Say:
    """She would rather wait than have another time."""
    if promise.window is None:
        return promises.standing(promise, context)
    return Say("callback.kept", tuple(windows.times(promise.window, context).items()))


def taken_back(move: Move, query: CancelCallback, found: Found, context: Context) -> Move:
    """A callback was taken back; what was only wished for is let go without a word."""
    if query.quietly:
        return move
    if not found.promises:
        return following.anything_else(move.say("callback.nothing"), context)
    return promises.cancelled(move.with_(arranging=None), found.promises[0], context)


def rings(move: Move, query: FindRings, found: Found, context: Context) -> Move:
    """Whether we rang her; where we did not, what she must not do, and whether money was asked."""
    ours = [item for item in found.rings if item.party == "resident" and _then(item, query)]
    if not ours:
        return _not_us(move, "callback.verify.no", query.words, context)
    zone = windows.here_zone(context)
    moment = Moment(ours[0].at.astimezone(zone), context.now.astimezone(zone).date())
    office = PhoneNumber(context.site.office_phone)
    if query.no_word:
        return _not_us(move, "callback.verify.word", query.words, context, moment=moment)
    move = move.with_(served=True).inform("callback.verify.yes", moment=moment, phone=office)
    return following.anything_else(move, context)


def money_asked(move: Move, pending: Pending, context: Context) -> Move:
    """Somebody in our name wanted money or a code: as any other swindle."""
    danger = Safety("safety.scam", "possible", 1.0)
    return safety.offer_for(move.with_(pending=None), pending.heard, danger, context)


def _ask(move: Move, turn: Understood, purpose: CallbackPurpose) -> Move:
    slots = turn.reading.slots
    number, words = move.conversation.contact, turn.utterance.text
    return move.then(Ask(TellCallbacks(number, purpose, slots.case or "", words, slots.time)))


def _tell(move: Move, found: tuple[Promise, ...], query: TellCallbacks, context: Context) -> Move:
    """When each will ring; a wish without a time is asked for one."""
    standing = [item for item in found if item.state not in ENDED] or list(found[:1])
    first = standing[0]
    open_wish = first.window is None and first.state not in ENDED
    if open_wish and first.phone == query.phone:
        return _move(move.then(promises.standing(first, context)), first, query, context)
    says = tuple(promises.standing(item, context) for item in standing[: choices.PAGE])
    move = move.with_(served=True, said=says, answer=says, repeats=0).then(*says)
    return following.anything_else(move, context)


def _none(move: Move, query: TellCallbacks, context: Context) -> Move:
    """Nothing is promised here: say so, and offer one where one was wanted."""
    if query.purpose == "cancel":
        return following.anything_else(move.say("callback.nothing"), context)
    move = move.say("callback.none")
    return move.expect("confirm", context.now, intent="callback.book", heard="")


def _which(
    move: Move, standing: tuple[Promise, ...], purpose: CallbackPurpose, context: Context
) -> Move:
    """Several are promised: which one, each by its time."""
    dated = [item for item in standing if item.window is not None][: choices.PAGE]
    options: list[Option] = []
    for digit, promise in enumerate(dated, start=1):
        if promise.window is not None:
            name = windows.in_words(move, promise.window, context)
            options.append(windows.deed(str(digit), purpose, promise.code, name))
    return windows.read_out(move, context, options)


def _move(move: Move, promise: Promise, query: TellCallbacks, context: Context) -> Move:
    """Find another time for it: the one she named, now or before."""
    before = move.conversation.arranging
    named = before.wanted if before is not None and before.code == promise.code else None
    plan = Arrangement(
        promise.code,
        "callback.change",
        context.now,
        phone=promise.phone,
        wanted=query.wanted or named,
        told=True,
        moving=promise.window is not None,
        current=promise.window,
    )
    return arranging.find(move.with_(arranging=plan, pending=None), context)


def _then(ring: Rung, query: FindRings) -> bool:
    """Whether a ring of ours is the one she speaks of."""
    wanted = query.wanted
    if wanted is None:
        return True
    begun = wanted.start is None or ring.at >= wanted.start - ABOUT_THEN
    return begun and (wanted.end is None or ring.at <= wanted.end + ABOUT_THEN)


def _not_us(move: Move, prompt: str, heard: str, context: Context, **more: Value) -> Move:
    move = move.inform(prompt, phone=PhoneNumber(context.site.office_phone), **more)
    move = move.with_(served=True).say("callback.verify.money", words=Words(heard))
    return move.expect("confirm", context.now, intent="callback.verify", heard=heard)
