"""What comes after a case is closed, joined: who is asked, by text or in a call, and what she says.

A text asks at an hour in which texts may be begun; a digit in answer to it holds for a week, since
old people answer late. Whose telephone takes no texts is asked when she next rings.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from assistant import booking
from assistant.alarm_clock import Look
from assistant.core.answer import FeedbackOn, Found
from assistant.core.errors import AssistantError
from assistant.core.event import FeedbackAsked, GiveFeedback, Reopen, Say
from assistant.core.texts import OutgoingText
from assistant.core.values import Code
from assistant.dialogue import finished
from assistant.dialogue.telephones import takes_texts
from assistant.texting import letter

if TYPE_CHECKING:
    from datetime import datetime

    from assistant.app import House
    from assistant.cases.feedback import Due
    from assistant.core.conversation import Conversation
    from assistant.core.event import Event
    from assistant.rooms import Rooms

log = logging.getLogger(__name__)

LOOK_EVERY_S: Final = 60
ANSWERED_WITHIN: Final = timedelta(days=7)


def hear(rooms: Rooms, event: Event, conversation: Conversation, now: datetime) -> None:
    """Keep what she says of finished work; any other event changes nothing."""
    if rooms.feedback is None:
        return
    match event:
        case GiveFeedback():
            rooms.feedback.give(event, conversation.id, now)
        case FeedbackAsked(code):
            rooms.feedback.asked(code, now)
        case Reopen(code, words):
            rooms.feedback.reopen(code, words, now)


def which(rooms: Rooms, query: FeedbackOn, now: datetime) -> Found:
    """The closed case an answer belongs to, and what she has said of it before."""
    if rooms.feedback is None:
        return Found()
    code = rooms.feedback.closed_for(query.contact, now, query.code)
    return Found(case=code, mark=rooms.feedback.said(code) if code else None)


def ask_about_closed(house: House) -> int:
    """Ask everybody whose case was closed and whose time has come; how many texts were begun."""
    now, begun = house.clock.now(), 0
    for due in house.casework.feedback.due(now):
        country = house.config.site.country
        if not takes_texts(due.contact, country) or house.requests.opted_out(due.contact):
            house.casework.feedback.mark(due, "voice", None)
        elif house.casework.feedback.mark(due, "sms", now):
            _text(house, due, now)
            begun += 1
    return begun


def look_for(house: House) -> Look:
    """What makes a service ask."""

    def look() -> None:
        try:
            begun = ask_about_closed(house)
        except (AssistantError, OSError) as error:
            log.error("nobody could be asked about closed cases: %s", error)  # noqa: TRY400 - the sentence says it
        else:
            if begun:
                log.info("asked by text about closed cases: %d", begun)

    return Look("closed cases", LOOK_EVERY_S, look)


def _text(house: House, due: Due, now: datetime) -> None:
    rooms, talk_id = house.talk.rooms, f"feedback-{due.code}-{due.closing}"
    said = rooms.book.sentence(
        Say("feedback.text", (("code", Code(due.code)),)), due.language, "sms"
    )
    until, languages = now + ANSWERED_WITHIN, rooms.site.languages
    question = finished.by_text(due.code, rooms.book, languages, now, until)
    with house.talk.alone_with(due.contact):
        booking.bind(rooms, talk_id, due.contact, due.language, question, now)
    for number, part in enumerate(
        letter(rooms.book, rooms.signatures, said.text, due.language).parts, start=1
    ):
        key = f"feedback:{due.code}:{due.closing}:{number}"
        text = OutgoingText(key, due.contact, part, due.language, "news", now)
        house.outbox.put(text, now)
