"""What the records answer to a query of the dialogue: looked up, counted, offered. Blocks."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from assistant import afterwards, booking
from assistant.core.answer import (
    OF_A_RISK,
    CaseStatus,
    Fact,
    FeedbackOn,
    Fitting,
    Found,
    LastMonth,
    Lookup,
    Matter,
    Matters,
    Query,
    Warned,
)
from assistant.core.arranging import CALLBACK_QUERIES
from assistant.core.poll import POLL_QUERIES

if TYPE_CHECKING:
    from datetime import datetime

    from assistant.core.poll import PollQuery
    from assistant.rooms import Rooms

WELL_ANSWERED = frozenset({"open", "always", "known"})
"A place is open now, a notice or a roster is there for today: worth being asked about."


def answer(rooms: Rooms, query: Query, now: datetime, *, drill: bool = False) -> Found:
    """What the records answer to a query of the dialogue; a `drill` leaves nothing behind."""
    if isinstance(query, CALLBACK_QUERIES):
        return booking.answer(rooms, query, now, drill=drill)
    if isinstance(query, POLL_QUERIES):
        return _of_polls(rooms, query, now, drill=drill)
    if isinstance(query, CaseStatus | Matters | FeedbackOn):
        return _of_matters(rooms, query, now)
    match query:
        case Warned(words=words, language=language):
            notice = rooms.directory.ask(Lookup(("notice",), (), words, language), now)
            return Found(tuple(fact for fact in notice.facts if fact.shape == "known"))
        case Fitting() | LastMonth():
            return _of_the_line(rooms, query, now)
        case _:
            return rooms.directory.ask(query, now)


def _of_the_line(rooms: Rooms, query: Fitting | LastMonth, now: datetime) -> Found:
    """Which questions it can answer well now; how its last month was."""
    if isinstance(query, LastMonth):
        return Found(month=rooms.last_month(now))
    return Found(fits=tuple(item.words for item in query.trials if _fits(rooms, item, now)))


def _of_matters(rooms: Rooms, query: CaseStatus | Matters | FeedbackOn, now: datetime) -> Found:
    """How her matters stand, or which of them she says something of."""
    match query:
        case CaseStatus(code, contact):
            return _status(rooms, code, contact, now)
        case Matters(contact):
            own = booking.own(rooms, contact)
            return Found(matters=_matters(rooms, contact, now), promises=own)
        case FeedbackOn():
            return afterwards.which(rooms, query, now)


def announced(rooms: Rooms, words: str, language: str, now: datetime) -> Fact | None:
    """What staff announced because others reported the same trouble; `None` for none, or elsewhere.

    No other notice is meant: water that is turned off tells nothing of her leaking pipe.
    """
    facts = rooms.directory.ask(Lookup(("notice",), (), words, language), now).facts
    known = (one for one in facts if one.shape == "known" and one.id.startswith(OF_A_RISK))
    return next(known, None)


def _of_polls(rooms: Rooms, query: PollQuery, now: datetime, *, drill: bool) -> Found:
    """What the votes answer; an office without any answers nothing."""
    if rooms.polls is None:
        return Found()
    stopped = rooms.requests.opted_out(query.contact)
    return rooms.polls.answer(query, now, drill=drill, stopped=stopped)


def _matters(rooms: Rooms, contact: str, now: datetime) -> tuple[Matter, ...]:
    """What staff still have to do for this contact, and how each stands."""
    open_ones = rooms.requests.open_for(contact)
    book = rooms.cases
    if book is None:
        return open_ones
    return tuple(replace(item, told=book.told(item.code, now)) for item in open_ones)


def _status(rooms: Rooms, named: str, contact: str, now: datetime) -> Found:
    """How a case stands, named by its code or its word."""
    code = booking.named_code(rooms, named, contact, now)
    promise = rooms.callbacks.get(code) if rooms.callbacks is not None else None
    if promise is not None:
        return Found(promises=(promise,), case=code)
    told = rooms.cases.told(code, now) if rooms.cases is not None else None
    status = rooms.requests.status(code) or rooms.alarms.status(code)
    return Found(status=status, case=code, told=told)


def _fits(rooms: Rooms, trial: Lookup, now: datetime) -> bool:
    """Whether a question has a good answer at this moment."""
    return any(fact.shape in WELL_ANSWERED for fact in rooms.directory.ask(trial, now).facts)
