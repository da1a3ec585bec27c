"""A callback is arranged: where to ring, when, and what it is about; only what is not known. PURE.

A time she named is taken at once if there is room; else at most three are read out, and what she
wished for is kept from then on, so that it is not lost when she goes. What it is about is asked
once, after the time, and need not be said. Answers to these questions stand in `chosen_time`.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from assistant.core.arranging import (
    Arrangement,
    BookWindow,
    CancelCallback,
    FindWindows,
    MoveCallback,
    TellCallbacks,
)
from assistant.core.callback import Wish
from assistant.core.event import Ask, Say
from assistant.core.interval import Interval
from assistant.core.phones import e164
from assistant.dialogue import following, no_time, promises, which_number, windows

if TYPE_CHECKING:
    from assistant.core.answer import Found
    from assistant.core.callback import Offers, Promise, Window
    from assistant.dialogue.move import Context, Move

GOES_ON = timedelta(minutes=50)
"A wish without a time is not rung before an hour has gone by (`callbacks`); till then it goes on."
SHORTEST = 7
"Digits of a number somebody could mean: a local one without its area code."


def plan(
    move: Move,
    context: Context,
    intent: str,
    words: str,
    *,
    told: bool = False,
    full: bool = False,
) -> Arrangement:
    """A callback wanted now; one that is being arranged already goes on under its code."""
    before = move.conversation.arranging
    going_on = before is not None and not before.moving and not _is_stale(before, context)
    code = before.code if before is not None and going_on else context.codes()
    return Arrangement(code, intent, context.now, words, told=told, full=full)


def _is_stale(wanted: Arrangement, context: Context) -> bool:
    """Whether its code may have been rung by now and so cannot name another callback."""
    return context.now - wanted.since > GOES_ON


def begin(move: Move, wanted: Arrangement, context: Context, *, number: str = "") -> Move:
    """Arrange a callback to `number`, else to the telephone she is using."""
    contact, country = move.conversation.contact, context.site.country
    other = e164(number, country) if number else ""
    move = move.with_(arranging=wanted)
    if other and other != contact and move.conversation.channel == "voice":
        return which_number.check(move, number, context)
    if not other and not which_number.is_dialled(contact):
        return which_number.ask(move, context)
    return number_known(move, other or contact, context)


def number_known(move: Move, number: str, context: Context) -> Move:
    """The number is settled; now the time."""
    wanted = move.conversation.arranging or plan(move, context, "callback.book", "")
    phone = e164(number, context.site.country)
    return find(move.with_(arranging=replace(wanted, phone=phone), misses=0), context)


def find(move: Move, context: Context) -> Move:
    """Ask the book for the time she named, or for the next ones."""
    wanted = move.conversation.arranging or plan(move, context, "callback.book", "")
    if wanted.moving:
        return move.then(Ask(FindWindows("", wanted.wanted, soonest=wanted.soonest)))
    wish = wish_of(move, wanted)
    return move.then(Ask(FindWindows(wanted.phone, wanted.wanted, wish, soonest=wanted.soonest)))


def found_windows(move: Move, query: FindWindows, found: Found, context: Context) -> Move:
    """Take the time she named, read others out, or say that she has a callback already."""
    wanted = move.conversation.arranging
    if wanted is None:
        wanted = plan(move, context, "callback.book", "", told=True)
        wanted = replace(wanted, phone=query.phone)
    if found.offers is None:
        return no_time.taken_down(move, wanted, context)
    if not wanted.moving:
        dated = [item for item in found.promises if item.window is not None]
        if dated:
            return stands_already(move, dated[0], context)
        own = context.codes() if _is_stale(wanted, context) else wanted.code
        wanted = replace(wanted, code=next((item.code for item in found.promises), own))
    first = found.offers.windows[:1] if query.soonest else ()
    window = found.offers.wanted or next(iter(first), None)
    move = move.with_(arranging=wanted)
    if window is not None:
        return _chosen(move, wanted, window, context)
    return _offer(move, wanted, found.offers, context)


def settle(move: Move, context: Context) -> Move:
    """She wants no more questions: the time she took, else the first there is."""
    wanted = move.conversation.arranging
    if wanted is None or not (wanted.phone or wanted.moving):
        return which_number.ask(move, context)
    wanted = replace(wanted, told=True)
    if wanted.chosen is not None:
        return book(move, wanted, wanted.chosen)
    return soonest(move.with_(arranging=wanted), context)


def soonest(move: Move, context: Context) -> Move:
    """Any time will do: the earliest of those she was told, else the first there is."""
    wanted = move.conversation.arranging or plan(move, context, "callback.book", "")
    first = min(wanted.offered, default=None)
    if first is not None:
        return named(move, Interval(first.start, first.end), context)
    wanted = replace(wanted, soonest=True, wanted=None)
    return find(move.with_(arranging=wanted), context)


def named(move: Move, time: Interval, context: Context) -> Move:
    """She names another time."""
    wanted = move.conversation.arranging or plan(move, context, "callback.book", "")
    wanted = replace(wanted, wanted=time, chosen=None, soonest=False)
    return find(move.with_(arranging=wanted), context)


def dropped(move: Move, context: Context) -> Move:
    """She wants no callback after all; one that stands already is left as it is."""
    wanted = move.conversation.arranging
    move = move.with_(arranging=None, pending=None)
    if wanted is None or wanted.moving:
        return following.anything_else(move.say("callback.left"), context)
    move = move.then(Ask(CancelCallback(wanted.code, quietly=True)))
    return following.anything_else(move.say("callback.dropped"), context)


def book(move: Move, wanted: Arrangement, window: Window) -> Move:
    """Have the window promised; what comes of it is told by `booked`."""
    move = move.with_(arranging=replace(wanted, chosen=window), pending=None)
    if wanted.moving:
        return move.then(Ask(MoveCallback(wanted.code, window)))
    return move.then(Ask(BookWindow(wish_of(move, wanted), window)))


def booked(move: Move, query: BookWindow | MoveCallback, found: Found, context: Context) -> Move:
    """Confirm the promise; where the place has just gone, offer others."""
    if found.promises:
        promise = found.promises[0]
        if promise.merged:
            return stands_already(move, promise, context)
        told: promises.Told = "callback.booked"
        if isinstance(query, MoveCallback):
            told = "callback.changed"
        return promises.confirmed(move, promise, context, told)
    if isinstance(query, MoveCallback):
        number = move.conversation.contact
        return move.say("callback.not_moved").then(Ask(TellCallbacks(number, "when", query.code)))
    wanted = move.conversation.arranging or plan(move, context, "callback.book", "")
    wanted = replace(wanted, chosen=None, wanted=None, soonest=False)
    return find(move.say("callback.gone").with_(arranging=wanted), context)


def stands_already(move: Move, promise: Promise, context: Context) -> Move:
    """She has a callback: say when, and ask whether to move it or to take it back.

    Of another telephone than hers it is not told when.
    """
    if promise.phone != move.conversation.contact:
        move = move.with_(arranging=None).say("callback.elsewhere")
        return following.anything_else(move, context)
    if promise.window is None:
        return following.anything_else(promises.when(move, promise, context), context)
    wanted = move.conversation.arranging or plan(move, context, "callback.change", "")
    wanted = replace(wanted, code=promise.code, moving=True, told=True, chosen=None, offered=())
    options = (
        windows.deed("1", "change", promise.code),
        windows.deed("2", "cancel", promise.code),
    )
    intro = Say("callback.standing", tuple(windows.times(promise.window, context).items()))
    return windows.read_out(move.with_(arranging=wanted, misses=0), context, options, intro)


def wish_of(move: Move, wanted: Arrangement) -> Wish:
    """The wish as the book keeps it."""
    now = move.conversation
    return Wish(
        wanted.code, wanted.phone, now.language, wanted.intent, wanted.words, now.channel, now.id
    )


def _chosen(move: Move, wanted: Arrangement, window: Window, context: Context) -> Move:
    """A time is found: by voice ask once what it is about, unless she has said; then book."""
    by_keys = move.conversation.channel == "sms" or context.keys_only
    if wanted.told or wanted.moving or by_keys:
        return book(move, wanted, window)
    move = move.with_(arranging=replace(wanted, chosen=window)).say(
        "callback.about", **windows.times(window, context)
    )
    return move.expect("words", context.now, intent=wanted.intent, heard=wanted.words)


def _offer(move: Move, wanted: Arrangement, offers: Offers, context: Context) -> Move:
    """Say why not the time she named, and read the nearest ones out."""
    if offers.refusal is not None and wanted.wanted is not None:
        why = (Say(f"callback.refused.{offers.refusal}"),)
        move = move.then(*windows.in_every_language(move, why, context))
    offered = tuple(item for item in offers.windows if item != wanted.current)
    if not offered:
        return no_time.no_room(move, wanted, context)
    if move.conversation.channel == "sms" and not wanted.offered and not wanted.moving:
        move = move.outcome("person.callback", case=wanted.code, phone=wanted.phone)
    first = not wanted.offered and wanted.wanted is None
    intro = Say("callback.which" if first else "callback.which_else")
    wanted = replace(wanted, offered=offered, wanted=None, soonest=False)
    move = move.with_(arranging=wanted)
    choices = windows.options(offered)
    return windows.read_out(move, context, choices, intro, intent=wanted.intent)
