"""The dialogue's questions to the book of callbacks, and the texts a digit can answer. Blocks.

A drill's caller goes the same way as everybody and leaves nothing: what is promised to it is taken
back at once, and nobody is rung or texted.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.core.answer import Found
from assistant.core.arranging import (
    CALLBACK_QUERIES,
    BookMissed,
    BookWindow,
    CallbackQuery,
    CancelCallback,
    FindRings,
    FindWindows,
    MoveCallback,
    TellCallbacks,
)
from assistant.core.case_words import code_of
from assistant.core.conversation import Conversation, Pending
from assistant.dialogue import binding
from assistant.dialogue.which_number import is_dialled
from assistant.drill.numbers import MARK

if TYPE_CHECKING:
    from datetime import datetime

    from assistant.core.answer import Query
    from assistant.core.callback import Promise, Window, Wish
    from assistant.core.ports import CallbackBook
    from assistant.rooms import Rooms

SAME_DAY = frozenset({"safety.no_heat_water_food", "safety.medicine"})
"What cannot wait for tomorrow (SENIOR 3: class P1)."
ASKS_ONLY = (FindWindows, TellCallbacks, FindRings)
"Queries after which a turn may still be taken back and read anew."


def answer(rooms: Rooms, query: CallbackQuery, now: datetime, *, drill: bool) -> Found:
    """What the book answers; an office that plans no callbacks answers nothing."""
    book = rooms.callbacks
    if book is None:
        return Found()
    match query:
        case FindWindows(wish=wish):
            kept = None if drill or wish is None else _ranked(rooms, wish)
            found = _windows(book, replace(query, wish=kept), now)
        case BookWindow(wish, window):
            found = _promised(_booked(book, _ranked(rooms, wish), window, now, drill=drill))
        case MoveCallback(code, window):
            found = _promised(book.change(code, window, now))
        case CancelCallback(code):
            found = _cancelled(book, code, now)
        case BookMissed(wish):
            found = Found() if drill else _missed(book, wish, now)
        case TellCallbacks(phone, code=code):
            asks = phone if query.purpose == "when" else ""
            named = _named(rooms, book, code, asks, now) if code else own(rooms, phone)
            found = Found(promises=named)
        case FindRings(phone, since):
            found = Found(rings=book.rings(phone, since))
    return found


def binds(query: Query) -> bool:
    """Whether a query has an effect that cannot be taken back with the turn."""
    return isinstance(query, CALLBACK_QUERIES) and not isinstance(query, ASKS_ONLY)


def own(rooms: Rooms, phone: str) -> tuple[Promise, ...]:
    """What is promised to this telephone; nothing to one that hides its number."""
    if rooms.callbacks is None or not is_dialled(phone):
        return ()
    return rooms.callbacks.open_for(phone)


def named_code(rooms: Rooms, named: str, contact: str, now: datetime) -> str:
    """The case code that was named, by itself or by its word.

    Of several with one word hers is meant, then that of somebody who lets this telephone ask.
    """
    codes: list[str] = []
    for whose in (contact, *rooms.rights.helped_by(contact, now)):
        codes += [item.code for item in own(rooms, whose)]
        codes += [item.code for item in rooms.requests.open_for(whose)]
    return code_of(named, rooms.case_words, codes, rooms.requests.latest_code()) or named


def bind(
    rooms: Rooms, identifier: str, contact: str, language: str, question: Pending, now: datetime
) -> None:
    """From now on a digit texted by this contact answers `question`, which was sent to it.

    `identifier` and `language` are those of the talk by text where there was none yet.
    """
    talk = rooms.store.load("sms", contact)
    talk = talk or Conversation(identifier, "sms", contact, language, now, now)
    rooms.store.save(replace(binding.bound(talk, question), updated=now))


def _windows(book: CallbackBook, query: FindWindows, now: datetime) -> Found:
    """Windows with room, and what is promised already; the wish is kept while she thinks."""
    promises = book.open_for(query.phone) if is_dialled(query.phone) else ()
    offers = book.offers(now, query.wanted)
    settled = offers.wanted is not None or (query.soonest and offers.windows)
    dated = any(item.window is not None for item in promises)
    wish = query.wish
    if wish is not None and not settled and not dated:
        book.ask(wish, now, offers.windows)
    return Found(offers=offers, promises=promises)


def _ranked(rooms: Rooms, wish: Wish) -> Wish:
    """The same day for whoever spoke of what cannot wait; nothing else makes anybody first."""
    cannot_wait = rooms.alarms.open_kinds(wish.phone) & SAME_DAY
    return replace(wish, priority="P1") if cannot_wait else wish


def _booked(
    book: CallbackBook, wish: Wish, window: Window, now: datetime, *, drill: bool
) -> Promise | None:
    if not drill:
        return book.book(wish, window, now)
    promise = book.book(replace(wish, words=f"[{MARK}] {wish.words}"), window, now)
    if promise is not None:
        book.cancel(promise.code, now, MARK)
    return promise


def _missed(book: CallbackBook, wish: Wish, now: datetime) -> Found:
    """The first window, for a telephone that has nothing open; kept without one in a full plan."""
    if book.open_for(wish.phone):
        return Found()
    for window in book.offers(now).windows:
        promise = book.book(wish, window, now)
        if promise is not None:
            return Found(promises=() if promise.merged else (promise,))
    book.ask(wish, now)
    return Found()


def _cancelled(book: CallbackBook, code: str, now: datetime) -> Found:
    """What was taken back, with the window it had."""
    before = book.get(code)
    after = book.cancel(code, now)
    if after is None:
        return Found()
    window = before.window if before is not None and after.window is None else after.window
    return Found(promises=(replace(after, window=window),))


def _named(
    rooms: Rooms, book: CallbackBook, code: str, asks: str, now: datetime
) -> tuple[Promise, ...]:
    """The one named; where its time is asked, also that of somebody who lets `asks` ask."""
    found = book.get(named_code(rooms, code, asks, now))
    return () if found is None else (found,)


def _promised(promise: Promise | None) -> Found:
    return Found(promises=() if promise is None else (promise,))
