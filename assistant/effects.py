"""What the dialogue wants done beyond words: kept, sent, forgotten. Blocks."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING

from assistant import afterwards, booking
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
from assistant.core.poll import CastVote
from assistant.core.texts import OutgoingText
from assistant.core.values import Code, PhoneNumber, Value
from assistant.dialogue.prompts import run_on
from assistant.dialogue.telephones import takes_texts
from assistant.drill.numbers import MARK, is_drill, marked
from assistant.texting import letter

if TYPE_CHECKING:
    from datetime import datetime

    from assistant.rooms import Rooms

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
