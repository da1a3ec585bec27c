"""Names of different services that callers and recognisers take for one another. Pure."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

from assistant.directory import texts
from assistant.directory.sound import is_hanzi, key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assistant.core.service import Records

SHORTEST = 6
"Syllables: in shorter names one off is heard, and so is another word in other languages."


def sounding_alike(records: Records) -> Iterator[tuple[str, str, str, str]]:
    """Pairs of services, each once, with the names of theirs that sound alike.

    Alike is what has the same sounds, or the same but for one of `SHORTEST` or more syllables.
    """
    heard: dict[tuple[str, ...], dict[str, str]] = {}
    for service in records.services:
        names = texts.service_name(service, records)
        for _, name in (*names.texts, *(("", other) for other in service.alternate_names)):
            for sounds in _keys(key(name), chinese=is_hanzi(name[:1] or " ")):
                heard.setdefault(sounds, {}).setdefault(service.id, name)
    told: set[tuple[str, str]] = set()
    for owners in heard.values():
        for one, other in combinations(owners, 2):
            if (one, other) not in told:
                told.add((one, other))
                yield one, other, owners[one], owners[other]


def _keys(sounds: tuple[str, ...], *, chinese: bool) -> Iterator[tuple[str, ...]]:
    """The sounds, and in Chinese the sounds with each syllable blotted out."""
    if sounds:
        yield sounds
    if chinese and len(sounds) >= SHORTEST:
        yield from ((*sounds[:n], "?", *sounds[n + 1 :]) for n in range(len(sounds)))
