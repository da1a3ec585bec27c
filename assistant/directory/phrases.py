"""What services are called and needed for, as people say it. Pure.

One list feeds two readers: the search index, and the vocabulary of the recogniser.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from assistant.directory import texts
from assistant.directory.pronunciation import other_names
from assistant.directory.sound import key
from assistant.directory.whereabouts import places

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assistant.core.service import Records, Service
    from assistant.core.values import Localised

Kind = Literal["name", "alias", "category", "landmark", "need", "about", "place"]
"""About is a part of a description: it says what a need says, more loosely, and is never said in
full. A place is a street or town: it says where, not what."""

SHARED = 5
"A name or landmark that more services share singles none of them out."
MANY_SYLLABLES = 2
"Shorter words are never heard reliably on their own (SPEECH)."
LONGEST_DESCRIPTION = 300
"Letters of a description that are looked at: what comes later is no more what a service is for."
_PARTS = re.compile(r"[，,。.;；、!！?？()（）\n]|\b(?:and|or|for)\b|和|也|还")
_PAUSES = re.compile(r"[，,。.;；]")
IMPORTANCE: tuple[Kind, ...] = ("name", "alias", "category", "need", "landmark", "about", "place")
"The kinds of phrase, what a recogniser needs most first."


@dataclass(frozen=True, slots=True)
class Phrase:
    """One way to say which service is meant."""

    text: str
    language: str
    kind: Kind
    services: tuple[int, ...]
    "Places in `Records.services`, in order."


def collect(records: Records) -> tuple[Phrase, ...]:
    """Every phrase of the directory, in every language, each once."""
    found: dict[tuple[str, str, Kind], list[int]] = {}
    for number, service in enumerate(records.services):
        for phrase in dict.fromkeys(_of_service(service, records)):
            found.setdefault(phrase, []).append(number)
    for text, language, members in _of_groups(records):
        known = found.setdefault((text, language, "category"), [])
        known += [number for number in members if number not in known]
    return tuple(
        Phrase(text, language, kind, tuple(services))
        for (text, language, kind), services in found.items()
        if kind not in {"category", "landmark", "about"} or len(services) <= SHARED
    )


def spoken(records: Records, language: str) -> tuple[str, ...]:
    """Phrases for a recogniser's vocabulary, names first, each once, two syllables or more."""
    ranked = sorted(
        (phrase for phrase in collect(records) if phrase.language == language),
        key=lambda phrase: IMPORTANCE.index(phrase.kind),
    )
    categories = (texts.category_name(item, records) for item in records.categories)
    names = [phrase.text for phrase in ranked if phrase.kind in {"name", "alias"}]
    names += [name.text(language) for name in categories if language in dict(name.texts)]
    names += [phrase.text for phrase in ranked if phrase.kind == "need"]
    return tuple(dict.fromkeys(name for name in names if _syllables(name) >= MANY_SYLLABLES))


def _syllables(text: str) -> int:
    sounds = key(text)
    if len(sounds) > 1:
        return len(sounds)
    return len(re.findall(r"[aeiouy]+(?!\b)|[aiouy]+\b|[\u3400-\u9fff]", text.casefold()))


def _of_service(service: Service, records: Records) -> Iterator[tuple[str, str, Kind]]:
    own = records.languages[0] if records.languages else "zh"
    name = texts.service_name(service, records)
    yield from ((text, language, "name") for language, text in name.texts)
    aliases = texts.service_text(
        service, "alternate_name", "；".join(service.alternate_names), records
    )
    yield from _each(aliases, "alias")
    named = {
        lang: (text, *texts.split(dict(aliases.texts).get(lang, ""))) for lang, text in name.texts
    }
    yield from (
        (text, language, "alias") for text, language in other_names(service, named, records)
    )
    for location in service.locations:
        place = texts.localised(
            location.name, service.translations, (texts.LOCATIONS, location.id, "name"), records
        )
        if place != name:
            yield from _each(place, "alias")
        landmark = texts.localised(
            location.description,
            service.translations,
            (texts.LOCATIONS, location.id, "description"),
            records,
        )
        for language, text in landmark.texts:
            yield from (
                (part.strip(), language, "landmark") for part in _PAUSES.split(text) if part
            )
        for address in location.addresses:
            yield from ((where, own, "place") for where in places(address))
    described = texts.service_text(service, "description", service.description, records)
    for language, text in described.texts:
        parts = (part.strip() for part in _PARTS.split(text[:LONGEST_DESCRIPTION]))
        yield from ((part, language, "about") for part in parts if part)
    yield from ((need, own, "need") for need in service.keywords)
    for item in service.translations:
        if (item.table, item.column) == (texts.ATTRIBUTES, "value"):
            yield from ((part, item.language, "need") for part in texts.split(item.text))


def _each(names: Localised, kind: Kind) -> Iterator[tuple[str, str, Kind]]:
    for language, text in names.texts:
        yield from ((part, language, kind) for part in texts.split(text))


def _of_groups(records: Records) -> Iterator[tuple[str, str, list[int]]]:
    """Names of categories and organizations, with the services that belong to them.

    A group of more than `SHARED` is left out.
    """
    members: dict[str, list[int]] = {}
    owners: dict[str, list[int]] = {}
    for number, service in enumerate(records.services):
        for identifier in service.categories:
            members.setdefault(identifier, []).append(number)
        owners.setdefault(service.organization.name, []).append(number)
    for category in records.categories:
        of_category = members.get(category.id, [])
        if 0 < len(of_category) <= SHARED:
            name = texts.category_name(category, records)
            yield from ((text, language, of_category) for language, text in name.texts)
    own = records.languages[0] if records.languages else "zh"
    yield from (
        (name, own, numbers) for name, numbers in owners.items() if name and len(numbers) <= SHARED
    )
