"""What services are called and needed for, as people say it. Pure.

One list feeds two readers: the search index, and the vocabulary of the recogniser.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from assistant.directory import texts
from assistant.directory.sound import key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assistant.core.service import Records, Service
    from assistant.core.values import Localised

Kind = Literal["name", "alias", "category", "landmark", "need"]

SHARED = 5
"A name or landmark that more services share singles none of them out."
MANY_SYLLABLES = 2
"Shorter words are never heard reliably on their own (SPEECH)."
_PAUSES = re.compile(r"[，,。.;；]")
_IMPORTANCE: tuple[Kind, ...] = ("name", "alias", "category", "need", "landmark")


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
    found: dict[tuple[str, str, Kind], dict[int, None]] = {}
    for number, service in enumerate(records.services):
        for text, language, kind in _of_service(service, records):
            found.setdefault((text, language, kind), {})[number] = None
    for text, language, members in _of_groups(records):
        found.setdefault((text, language, "category"), {}).update(dict.fromkeys(members))
    return tuple(
        Phrase(text, language, kind, tuple(services))
        for (text, language, kind), services in found.items()
        if kind not in {"category", "landmark"} or len(services) <= SHARED
    )


def spoken(records: Records, language: str) -> tuple[str, ...]:
    """Phrases for a recogniser's vocabulary, names first, each once, two syllables or more."""
    ranked = sorted(
        (phrase for phrase in collect(records) if phrase.language == language),
        key=lambda phrase: _IMPORTANCE.index(phrase.kind),
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
    name = texts.service_name(service, records)
    yield from ((text, language, "name") for language, text in name.texts)
    aliases = texts.service_text(
        service, "alternate_name", "；".join(service.alternate_names), records
    )
    yield from _each(aliases, "alias")
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
    own = records.languages[0] if records.languages else "zh"
    yield from ((need, own, "need") for need in service.keywords)
    for item in service.translations:
        if (item.table, item.column) == (texts.ATTRIBUTES, "value"):
            yield from ((part, item.language, "need") for part in texts.split(item.text))


def _each(names: Localised, kind: Kind) -> Iterator[tuple[str, str, Kind]]:
    for language, text in names.texts:
        yield from ((part, language, kind) for part in texts.split(text))


def _of_groups(records: Records) -> Iterator[tuple[str, str, list[int]]]:
    """Names of categories and organizations, with the services that belong to them."""
    for category in records.categories:
        members = [n for n, item in enumerate(records.services) if category.id in item.categories]
        name = texts.category_name(category, records)
        if members:
            yield from ((text, language, members) for language, text in name.texts)
    owners: dict[str, list[int]] = {}
    for number, service in enumerate(records.services):
        owners.setdefault(service.organization.name, []).append(number)
    own = records.languages[0] if records.languages else "zh"
    yield from ((name, own, members) for name, members in owners.items() if name)
