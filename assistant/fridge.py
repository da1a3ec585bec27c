"""The page to hang on the fridge, joined: its sentences, and examples this office can answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.cards.pdf import Page, render_pages
from assistant.core.answer import Lookup
from assistant.core.errors import ConfigError
from assistant.core.event import Say
from assistant.core.phones import as_dialled_here
from assistant.core.turn import Utterance
from assistant.core.values import PhoneNumber
from assistant.dialogue.choices import as_field
from assistant.drill.wishes import wishes

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from assistant.app import House
    from assistant.core.values import Value

EXAMPLES = 4
ASKED = (
    *("service.hours", "service.phone", "service.address", "service.documents"),
    *("service.fee", "service.transport", "service.find"),
)
"Of whose examples the page takes, the first answerable one of each."


def fridge_pages(house: House, number: str) -> bytes:
    """The pages as one PDF file, one in each language of the site, its own first.

    `number` is what residents ring; empty: the one that `line_number` knows. Raises `ConfigError`
    where there is none.
    """
    known = number or line_number(house)
    if not known:
        raise ConfigError(
            "Nobody has told the line its own number yet; name the one residents ring, --number."
        )
    return render_pages([_page(house, known, one) for one in house.config.site.languages])


def line_number(house: House) -> str:
    """The number residents ring as it is dialled here, where the settings tell it; else empty."""
    config = house.config
    return as_dialled_here(config.twilio.from_number, config.site.country)


def examples(house: House, language: str, now: datetime) -> tuple[str, ...]:
    """What a resident may ask that the directory answers now: each another thing, of another place.

    Those written to be read out as help come first; where they do not fit this office's directory,
    the other examples of what can be asked.
    """
    found: dict[str, tuple[str, str]] = {}
    for words, intent in _offered(house, language, now):
        service = _answered_by(house, words, intent, language, now)
        if service is None or intent in found:
            continue
        if service in {taken for _, taken in found.values()}:
            continue
        found[intent] = (words, service)
        if len(found) == EXAMPLES:
            break
    return tuple(words[:1].upper() + words[1:] for words, _ in found.values())


def _offered(house: House, language: str, now: datetime) -> Iterator[tuple[str, str]]:
    """Sentences with their intent, the best to print first."""
    written = house.library.moments.get(language, ())
    for one in written:
        if one.intent in ASKED and "{" not in one.say:
            yield one.say, one.intent
    for intent in ASKED:
        for wish in wishes(house, intent, language, now):
            yield wish.words, intent


def _answered_by(house: House, words: str, intent: str, language: str, now: datetime) -> str | None:
    """The service that answers it; `None` where that is unclear, or nobody vouches for it."""
    conversation = house.talk.begin("voice", "", now, language=language)
    reading = house.talk.read(Utterance(words, language), conversation, now)
    if reading.safety is not None or not reading.match.accepted or reading.match.intent != intent:
        return None
    field = as_field(house.library.entries[intent].field)
    facts = house.inquiries.ask(Lookup((field,), (), words, language, None), now).facts
    if not facts or facts[0].shape in {"unknown", "none"} or facts[0].age == "stale":
        return None
    return facts[0].service


def _page(house: House, number: str, language: str) -> Page:
    site, rooms = house.talk.rooms.site, house.talk.rooms

    def said(prompt: str, **values: Value) -> str:
        say = Say(f"card.fridge.{prompt}", tuple(values.items()))
        return rooms.book.sentence(say, language, "sms").text

    texts = (said("text"),) if _takes_texts(house) else ()
    return Page(
        heading=said("title", site=site.name).rstrip("。."),
        number=number,
        above=(said("speak"),),
        examples_heading=said("example"),
        examples=examples(house, language, house.clock.now()),
        below=(said("again"), *texts, said("safe"), said("never")),
        danger=said(
            "danger", number=PhoneNumber(site.emergency_number), fire=PhoneNumber(site.fire_number)
        ),
        foot=said("foot", phone=PhoneNumber(site.office_phone)),
        language=language,
    )


def _takes_texts(house: House) -> bool:
    """Whether the number that is rung takes texts too: Twilio's, or the simulator's."""
    config = house.config
    return bool(config.twilio.account_sid) or (config.simulator and not config.lines)
