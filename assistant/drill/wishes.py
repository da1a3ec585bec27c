"""What the callers want, in residents' own words, taken from what this office can answer today.

The sentences are the examples under `intents/`; which of them a caller uses is decided by the live
directory, so the drill fits whatever was imported.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from assistant.core.answer import Field, Lookup
from assistant.core.turn import Utterance
from assistant.dialogue.choices import CLEAR_NAME, as_field

if TYPE_CHECKING:
    from datetime import datetime

    from assistant.app import House
    from assistant.core.intent import Reading
    from assistant.core.interval import Interval

MOST = 2
"Wordings a caller tries before she takes to the keys."


@dataclass(frozen=True, slots=True)
class Wish:
    """One sentence, and what a right answer to it is about."""

    words: str
    language: str
    intent: str
    service: str | None = None
    "HSDS id; `None` where the wish is about no service."
    field: Field | None = None
    when: Interval | None = None
    name: str = ""
    "The service's spoken name, to know it again among several."


def wishes(house: House, intent: str, language: str, now: datetime) -> tuple[Wish, ...]:
    """Short examples of `intent` that are understood and can be answered now; may be none.

    Bare words are left out: they say less than residents do, and are misheard for anything.
    """
    examples = sorted(house.library.examples[language][intent].spoken, key=len)
    found: list[Wish] = []
    for words in examples[len(examples) // 4 :]:
        wish = _wish(house, words, intent, language, now)
        if wish is not None:
            found.append(wish)
        if len(found) == MOST:
            break
    return tuple(found)


def truths(house: House, wish: Wish | None, service: str, field: Field, now: datetime) -> set[str]:
    """What the directory says at this moment, in every language the answer may be in."""
    values = set()
    for when in {wish.when if wish else None, None}:
        for language in house.config.site.languages:
            lookup = Lookup((field,), (service,), "", language, when)
            values |= {fact.value for fact in house.inquiries.ask(lookup, now).facts}
    return values


def _wish(house: House, words: str, intent: str, language: str, now: datetime) -> Wish | None:
    """The wish in these words, or `None` where they are unclear or have no good answer."""
    conversation = house.talk.begin("voice", "", now, language=language)
    reading = house.talk.read(Utterance(words, language), conversation, now)
    plain = Wish(words, language, intent)
    if reading.safety is not None:
        return plain if reading.safety.intent == intent else None
    if not reading.match.accepted or reading.match.intent != intent:
        return None
    if intent == "talk.language":
        return plain if reading.slots.language == language else None
    return _answerable(house, plain, reading, now) if intent.startswith("service.") else plain


def _answerable(house: House, wish: Wish, reading: Reading, now: datetime) -> Wish | None:
    """The same with the one service it names, where the directory can vouch for the answer."""
    named = [hit for hit in reading.slots.services if hit.score >= CLEAR_NAME]
    if len(named) != 1:
        return None
    field, when = as_field(house.library.entries[wish.intent].field), reading.slots.time
    facts = house.inquiries.ask(Lookup((field,), (), wish.words, wish.language, when), now).facts
    service = named[0].service
    if not facts or facts[0].service != service:
        return None
    if facts[0].shape == "unknown" or facts[0].age == "stale":
        return None
    name = facts[0].name.text(wish.language)
    return replace(wish, service=service, field=field, when=when, name=name)
