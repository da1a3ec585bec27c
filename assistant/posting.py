"""Texts we begin ourselves, joined: the outbox, the carrier that takes them, and our manners."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from assistant.cards.pdf import Sheet, render
from assistant.cards.store import Card
from assistant.core.answer import Field, Lookup
from assistant.core.event import Say
from assistant.core.sentences import sentences
from assistant.core.texts import OutgoingText
from assistant.core.values import Day, PhoneNumber
from assistant.dialogue.telephones import is_landline
from assistant.outbox.quiet import quiet_times
from assistant.outbox.sender import Manners, Sender

if TYPE_CHECKING:
    from assistant.app import House
    from assistant.conversation import Talk
    from assistant.core.ports import TextCarrier
    from assistant.edge.purse import Purse
    from assistant.outbox.tables import Held

A_MONTH = timedelta(days=30)
"Seen from so far a day is named by its date; nobody knows when a card will be read."
ON_A_CARD: tuple[Field, ...] = ("hours", "address", "transport", "phone", "documents", "fee")
"In the order in which they are needed."


PART = re.compile(r"^\(\d/\d\) ")


def _never(_contact: str, _now: datetime) -> bool:
    return False


def build_sender(
    house: House,
    carrier: TextCarrier,
    purse: Purse | None = None,
    none_left: Callable[[str, datetime], bool] = _never,
) -> Sender:
    """The sender of this house over `carrier`; without a `purse` nothing is counted for the day.

    `none_left` tells for whom no carrier has money left today.
    """
    texts, requests = house.config.texts, house.requests
    manners = Manners(
        zone=ZoneInfo(house.config.site.timezone),
        quiet=quiet_times(texts.quiet),
        contact_per_hour=texts.contact_per_hour,
        site_per_minute=texts.site_per_minute,
        segments_per_day=texts.segments_per_day,
        landline=lambda contact: is_landline(contact, house.config.site.country),
        all_spent=lambda now: purse is not None and not purse.may_text(now),
        none_left=none_left,
    )

    def opt_out(contact: str, now: datetime) -> None:
        requests.opt_out(contact, stop=True, now=now)

    return Sender(
        house.outbox,
        carrier,
        manners,
        house.clock.now,
        requests.opted_out,
        opt_out,
        lambda held: to_paper(house, held),
    )


def to_paper(house: House, held: Held) -> None:
    """Queue a card that says what the text would have said, and more about a service."""
    now, talk = house.clock.now(), house.talk
    lines = list(sentences(_unsigned(held.body, house.config.texts.signature.values())))
    if held.service is not None:
        lines += [line for line in _facts(talk, held, now) if line not in held.body]
    house.cards.put(Card(held.key, held.contact, held.language, tuple(lines), now))


def _unsigned(body: str, signatures: Iterable[str]) -> str:
    """A text without what it begins with on a telephone: who writes, and which part it is."""
    for signature in signatures:
        if signature and body.startswith(signature):
            return PART.sub("", body.removeprefix(signature))
    return body


def _facts(talk: Talk, held: Held, now: datetime) -> list[str]:
    """What she needs on the way there, as far as it is known."""
    told = []
    for field in ON_A_CARD:
        lookup = Lookup((field,), (held.service or "",), language=held.language)
        for fact in talk.rooms.directory.ask(lookup, now).facts[:1]:
            if fact.shape in {"unknown", "none"} or fact.age == "stale":
                continue
            say = Say(f"answer.{field}.{fact.shape}", (("service", fact.name), *fact.params))
            told.append(talk.rooms.book.sentence(say, held.language, "sms").text)
    return told


def printed(house: House, card: Card) -> bytes:
    """A card as a PDF file."""
    site, now = house.talk.rooms.site, house.clock.now()
    book = house.talk.rooms.book
    foot = Say(
        "card.foot",
        (("phone", PhoneNumber(site.office_phone)), ("day", Day(now.date(), now.date() - A_MONTH))),
    )
    return render(
        Sheet(
            heading=site.name.text(card.language) or "",
            lines=card.lines,
            foot=book.sentence(foot, card.language, "sms").text + f" ({card.contact[-4:]})",
            language=card.language,
        )
    )


def late_answer(house: House, message: str, contact: str, bodies: list[str]) -> None:
    """Keep an answer that was too slow for its webhook; `message` is the carrier's id of hers."""
    now = house.clock.now()
    language = house.config.site.languages[0]
    for number, body in enumerate(bodies):
        key = f"late:{message}:{number}"
        house.outbox.put(OutgoingText(key, contact, body, language, "answer", now), now)
