"""How names are said that a voice gets wrong, and what an ear makes of them. Pure.

A community keeps a list of its own (`pronunciations` in `community.json`), and a service may have a
`spoken_name`. Both are for the ear only: what is written in a text or a journal stays as it is.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from assistant.core.service import Pronunciation
from assistant.directory import texts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from assistant.core.service import Records, Service


def read_pronunciations(found: object) -> tuple[Pronunciation, ...]:
    """The list as `community.json` has it; what is no entry of it is left out.

    `{"language": "zh", "written": "亳州路", "spoken": "博州路", "heard": ["毫州路"]}`; `spoken` or
    `heard` may be missing.
    """
    items = found if isinstance(found, list) else []
    return tuple(entry for item in items if (entry := _entry(item)) is not None)


def wrong_pronunciations(found: object) -> tuple[int, ...]:
    """Places (from 1) of what stands in the list and is no entry of it."""
    items = found if isinstance(found, list) else [found]
    return tuple(place for place, item in enumerate(items, 1) if _entry(item) is None)


def _entry(item: object) -> Pronunciation | None:
    if not isinstance(item, dict):
        return None
    language, written, spoken = (_text(item, key) for key in ("language", "written", "spoken"))
    heard = item.get("heard", [])
    fine = isinstance(heard, list) and all(isinstance(word, str) for word in heard)
    if not (fine and language and written and (spoken or heard)):
        return None
    return Pronunciation(language, written, spoken, tuple(word.strip() for word in heard if word))


def _text(item: Mapping[str, Any], key: str) -> str:
    value = item.get(key)
    return value.strip() if isinstance(value, str) else ""


def other_names(
    service: Service, names: Mapping[str, Sequence[str]], records: Records
) -> Iterator[tuple[str, str]]:
    """Language and text of what a service's `names` (by language) sound like or are heard as."""
    yield from ((text, language) for language, text in _spoken_names(service, records))
    for language, known in names.items():
        for entry in records.pronunciations:
            if entry.language == language:
                yield from (
                    (name.replace(entry.written, heard), language)
                    for name in known
                    for heard in entry.heard
                    if entry.written in name
                )


def _spoken_names(service: Service, records: Records) -> tuple[tuple[str, str], ...]:
    return texts.service_text(service, "spoken_name", service.spoken_name, records).texts


class Pronouncer:
    """Writes a sentence as the voice must read it to say it right."""

    def __init__(self, records: Records) -> None:
        said: dict[str, dict[str, str]] = {}
        for entry in records.pronunciations:
            if entry.spoken:
                said.setdefault(entry.language, {})[entry.written] = entry.spoken
        for service in records.services:
            names = dict(texts.service_name(service, records).texts)
            for language, spoken in _spoken_names(service, records):
                if names.get(language):
                    said.setdefault(language, {})[names[language]] = spoken
        self._said = said
        self._look = {language: _pattern(words) for language, words in said.items()}

    def spoken(self, text: str, language: str) -> str:
        """The text with every name it knows written as it sounds; the longest name first."""
        look = self._look.get(language)
        if look is None:
            return text
        said = self._said[language]
        return look.sub(lambda found: said.get(found[0], found[0]), text)


def _pattern(words: Mapping[str, str]) -> re.Pattern[str]:
    longest = sorted(words, key=len, reverse=True)
    return re.compile("|".join(_whole(word) for word in longest))


def _whole(word: str) -> str:
    """A word of letters is not looked for inside another."""
    before = r"(?<![^\W_])" if word[0].isascii() else ""
    after = r"(?![^\W_])" if word[-1].isascii() else ""
    return before + re.escape(word) + after
