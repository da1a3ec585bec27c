"""What the dialogue wants done beyond words: kept, sent, forgotten, looked up. Blocks."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
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
from assistant.core.conversation import Conversation, Preferences, Unsent
from assistant.core.event import (
    Alert,
    AlertNews,
    Ask,
    Event,
    Flag,
    Forget,
    ForgetTalk,
    GiveFeedback,
    KeepPosted,
    NewsTold,
    NoHelper,
    OptOut,
    Outcome,
    Remember,
    Reopen,
    Reread,
    Say,
    SayRest,
    SendText,
    TakeDown,
)
from assistant.core.poll import POLL_QUERIES, CastVote
from assistant.core.texts import OutgoingText
from assistant.core.values import Code, PhoneNumber, Value
from assistant.dialogue.prompts import run_on
from assistant.dialogue.telephones import takes_texts
from assistant.drill.numbers import MARK, is_drill, marked
from assistant.texting import letter

if TYPE_CHECKING:
    from datetime import datetime

    from assistant.conversation import Rooms
    from assistant.core.poll import PollQuery

WELL_ANSWERED = frozenset({"open", "always", "known"})
"A place is open now, a notice or a roster is there for today: worth being asked about."

LEFT_OUT = (
    Flag,
    Forget,
    ForgetTalk,
    NoHelper,
    OptOut,
    Remember,
    GiveFeedback,
    Reopen,
    KeepPosted,
    NewsTold,
)
"What a drill's caller does not do: it would change what is kept of somebody."


def perform(rooms: Rooms, event: Event, conversation: Conversation, now: datetime) -> None:
    """Do what an event asks of the other rooms; what is only to be said changes nothing here."""
    if is_drill(conversation.contact):
        _set_aside(rooms, event, conversation, now)
    else:
        _perform(rooms, event, conversation, now)


def _perform(rooms: Rooms, event: Event, conversation: Conversation, now: datetime) -> None:
    match event:
        case TakeDown():
            rooms.requests.take_down(event, conversation, now)
            rooms.rights.asked(event, conversation, now)
        case Alert():
            rooms.alarms.raise_(event, conversation, now)
            _tell_duty(rooms, event, conversation, now)
        case AlertNews():
            rooms.alarms.add(event)
        case Flag():
            rooms.directory.flag(event, now)
        case SendText():
            _send(rooms, conversation, event, now)
        case Remember() | Forget() | ForgetTalk() | NoHelper():
            _kept_of_her(rooms, event, conversation, now)
        case OptOut(stop):
            rooms.requests.opt_out(conversation.contact, stop=stop, now=now)
        case KeepPosted() | NewsTold():
            _news(rooms, event, conversation, now)
        case Outcome(kind, facts):
            rooms.journal.write("outcome", conversation, now, kind=kind, facts=dict(facts))
        case _:
            afterwards.hear(rooms, event, conversation, now)


def _kept_of_her(
    rooms: Rooms,
    event: Remember | Forget | ForgetTalk | NoHelper,
    conversation: Conversation,
    now: datetime,
) -> None:
    """What she wants kept of her, or no more."""
    contact = conversation.contact
    match event:
        case Remember():
            liked = Preferences(conversation.language, conversation.pace)
            rooms.preferences.keep(contact, liked, now)
        case Forget():
            rooms.preferences.forget(contact)
        case ForgetTalk():
            rooms.rights.forget_talk(conversation, now)
        case NoHelper():
            rooms.rights.no_helper(contact, now)


def _set_aside(rooms: Rooms, event: Event, conversation: Conversation, now: datetime) -> None:
    """Do for a drill's caller what leaves work to nobody: marked, closed, texted to nobody."""
    if isinstance(event, LEFT_OUT):
        return
    _perform(replace(rooms, outbox=None), marked(event), conversation, now)
    match event:
        case TakeDown(code):
            rooms.requests.close(code)
        case Alert(code):
            rooms.alarms.close(code, MARK, MARK, now)


def binds(event: Event) -> bool:
    """Whether an event has an effect beyond words."""
    if isinstance(event, Outcome):
        return event.kind != "answered"
    if isinstance(event, Ask):
        return booking.binds(event.query) or isinstance(event.query, CastVote)
    return not isinstance(event, Say | SayRest | Reread)


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


def _news(
    rooms: Rooms, event: KeepPosted | NewsTold, conversation: Conversation, now: datetime
) -> None:
    """Whether she wants the result of a vote; that she was told what became of a suggestion."""
    match event:
        case KeepPosted(poll, wanted) if rooms.polls is not None:
            contact, language = conversation.contact, conversation.language
            rooms.polls.keep_posted(poll, contact, language, now, wanted=wanted)
        case NewsTold(code) if rooms.news is not None:
            rooms.news.told(code, now)


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


def _tell_duty(rooms: Rooms, alert: Alert, conversation: Conversation, now: datetime) -> None:
    """Text an alarm to everybody on duty: what kind, whom to ring, which code; never her words."""
    if rooms.outbox is None:
        return
    language = rooms.site.languages[0]
    params: dict[str, Value] = {
        "what": rooms.entries[alert.intent].example,
        "phone": PhoneNumber(conversation.contact),
        "code": Code(alert.code),
    }
    said = rooms.book.sentence(Say("alarm.duty", tuple(params.items())), language, "sms")
    parts = letter(rooms.book, rooms.signatures, said.text, language).parts
    phones, numbered = enumerate(rooms.site.duty_phones, start=1), enumerate(parts, start=1)
    for (place, phone), (number, part) in product(phones, numbered):
        key = f"alarm:{alert.code}:{place}:{number}"  # no telephone number stands in a key
        rooms.outbox.put(OutgoingText(key, phone, part, language, "alarm", now), now)


def _send(rooms: Rooms, conversation: Conversation, event: SendText, now: datetime) -> None:
    """Put sentences into the outbox as texts, and into the journal as said.

    What goes on paper, because this telephone takes no texts, needs no signature and no parts.
    """
    language, says = conversation.language, event.says
    key = f"{'callback' if event.question else 'copy'}:{conversation.id}:{conversation.turns}"
    conversation = replace(conversation, contact=event.to or conversation.contact)
    body = run_on([rooms.book.sentence(item, language, "sms").text for item in says])
    if not takes_texts(conversation.contact, rooms.site.country):
        _put(rooms, conversation, body, f"{key}:1", now)
        return
    sent = letter(rooms.book, rooms.signatures, body, language)
    if sent.rest:
        _keep_rest(rooms, conversation, sent.rest, now)
    if event.question is not None:
        talk = f"{conversation.id}-sms"
        booking.bind(rooms, talk, conversation.contact, language, event.question, now)
    by_text = replace(conversation, channel="sms")
    for number, part in enumerate(sent.parts, start=1):
        _put(rooms, conversation, part, f"{key}:{number}", now)
        rooms.journal.write(
            "said",
            by_text,
            now,
            text=part,
            language=language,
            prompt=says[0].prompt,
            interrupted=False,
        )


def _put(rooms: Rooms, conversation: Conversation, body: str, key: str, now: datetime) -> None:
    if rooms.outbox is None:
        return
    contact, language = conversation.contact, conversation.language
    about = conversation.topic.services[:1]
    rooms.outbox.put(OutgoingText(key, contact, body, language, "answer", now, *about), now)


def _keep_rest(rooms: Rooms, conversation: Conversation, rest: str, now: datetime) -> None:
    """What was left of a copy can be had by text, in the talk by text with this contact."""
    talk = rooms.store.load("sms", conversation.contact) or Conversation(
        f"{conversation.id}-sms", "sms", conversation.contact, conversation.language, now, now
    )
    rooms.store.save(replace(talk, unsent=Unsent(rest, now, conversation.nickname), updated=now))
