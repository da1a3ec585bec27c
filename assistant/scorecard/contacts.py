"""One contact of a resident with the line, as figures know it: no word, no name, no number. Pure.

A call is one contact; the texts of one telephone are one contact a day. Everything is taken from
what the journal is told while it happens; `grown` adds one event.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Literal

Ending = Literal[
    "none", "left", "answered", "poll", "feedback", "privacy", "opted_out",
    "case", "callback", "person", "emergency",
]  # fmt: skip
"What a contact came to, the weightiest last; one that came to several counts for that."
ORDER: Final[tuple[Ending, ...]] = (
    "none", "left", "answered", "poll", "feedback", "privacy", "opted_out",
    "case", "callback", "person", "emergency",
)  # fmt: skip
BY_STAFF: Final = frozenset({"case", "callback", "person", "emergency"})
"Endings that leave something for staff to do; every other contact served itself."
_OUTCOMES: Final[Mapping[str, Ending]] = {
    "abandoned": "left",
    "answered": "answered",
    "poll.voted": "poll",
    "feedback.given": "feedback",
    "privacy.told": "privacy",
    "privacy.deleted": "privacy",
    "privacy.requested": "privacy",
    "opted_out": "opted_out",
    "case.opened": "case",
    "callback.booked": "callback",
    "callback.changed": "callback",
    "callback.cancelled": "callback",
    "person.callback": "callback",
    "person.transferred": "person",
    "emergency.confirmed": "emergency",
}
"Outcomes of the journal by ending; `emergency.offered` alone ends nothing."
NO_TOPIC: Final = ("talk.", "person.")
"Intents of the conversation itself are not what somebody wanted."
HALF: Final = 0.5


@dataclass(frozen=True, slots=True)
class Contact:
    """One contact. Numbers of two parts of the same one are added up by `joined`."""

    id: str
    at: datetime
    "When it began."
    day: str
    "On the office's calendar, as 2026-11-25."
    hour: int
    "Of the office's clock, 0 to 23."
    channel: str
    line: str
    "`landline`, `mobile`, or `other` where the numbering plan does not tell."
    language: str
    person: str = ""
    "Blind index of the telephone, for as long as it is needed to see who comes again; else empty."
    topic: str = ""
    "The first intent that was understood; empty for none."
    ending: Ending = "none"
    step: str = ""
    "The last prompt she heard."
    heard: int = 0
    "Sentences of hers."
    understood: int = 0
    "Those of them in which an intent was accepted."
    waited_ms: int | None = None
    "From the ring to the first word, by telephone."
    lasted_s: int = 0
    "From its beginning to the last event."
    offered: int = 0
    "Times the emergency number was offered."
    confirmed: int = 0
    "Times she said that it was one."
    offer_s: int | None = None
    "From the beginning to the first offer."
    again: bool | None = None
    "Whether the same telephone asked for the same within seven days; `None` until they are over."

    @property
    def alone(self) -> bool:
        """Whether it left nothing for staff to do."""
        return self.ending not in BY_STAFF

    @property
    def hearing(self) -> str:
        """How well she was understood: `well`, `badly`, or `keys` where she said nothing."""
        if not self.heard:
            return "keys"
        return "well" if self.understood >= HALF * self.heard else "badly"


def grown(contact: Contact, event: str, when: datetime, keys: Mapping[str, object]) -> Contact:
    """The contact after one more event of the journal."""
    lasted = max(contact.lasted_s, int((when - contact.at).total_seconds()))
    contact = replace(contact, lasted_s=lasted)
    match event:
        case "heard":
            return replace(contact, heard=contact.heard + 1)
        case "understood":
            return _understood(contact, keys.get("intent"))
        case "said":
            waited = contact.waited_ms
            if waited is None and contact.channel == "voice":
                waited = max(0, int((when - contact.at).total_seconds() * 1000))
            return replace(contact, step=str(keys.get("prompt", "")), waited_ms=waited)
        case "outcome":
            return _ended(contact, str(keys.get("kind")), when)
        case _:
            return contact


def _understood(contact: Contact, intent: object) -> Contact:
    if intent is None:
        return contact
    topic = contact.topic or ("" if str(intent).startswith(NO_TOPIC) else str(intent))
    return replace(contact, understood=contact.understood + 1, topic=topic)


def _ended(contact: Contact, kind: str, when: datetime) -> Contact:
    ending = max(contact.ending, _OUTCOMES.get(kind, "none"), key=ORDER.index)
    contact = replace(contact, ending=ending)
    if kind == "emergency.offered":
        after = max(0, int((when - contact.at).total_seconds()))
        first = after if contact.offer_s is None else contact.offer_s
        return replace(contact, offered=contact.offered + 1, offer_s=first)
    if kind == "emergency.confirmed":
        return replace(contact, confirmed=contact.confirmed + 1)
    return contact


def joined(older: Contact, newer: Contact) -> Contact:
    """Two parts of one contact, the part that was kept before and the part that came since."""
    return replace(
        older,
        language=newer.language,
        topic=older.topic or newer.topic,
        ending=max(older.ending, newer.ending, key=ORDER.index),
        step=newer.step or older.step,
        heard=older.heard + newer.heard,
        understood=older.understood + newer.understood,
        waited_ms=newer.waited_ms if older.waited_ms is None else older.waited_ms,
        lasted_s=max(older.lasted_s, newer.lasted_s),
        offered=older.offered + newer.offered,
        confirmed=older.confirmed + newer.confirmed,
        offer_s=newer.offer_s if older.offer_s is None else older.offer_s,
    )
