"""An utterance taken apart for the search, and what was found in it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.directory.units import Unit, everyday

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_PRIVATE, _PRIVATE_LETTERS = 0xE000, 6400
"Unicode's letters for private use: where they begin, and how many there are."


@dataclass(frozen=True, slots=True)
class Hit:
    """A phrase found between two units of the utterance."""

    service: int
    "Its place in `Records.services`."
    score: float
    start: int
    end: int
    name: bool = False
    "Found by a name or alias."

    @property
    def length(self) -> int:
        """Units it covers."""
        return self.end - self.start

    def overlaps(self, other: Hit) -> bool:
        """Whether some of the same words are in both."""
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True)
class Utterance:
    """What somebody said, as units."""

    text: str
    units: tuple[Unit, ...]
    everyday: tuple[bool, ...]
    "Which units belong to words that say nothing about a service."

    @classmethod
    def of(cls, text: str, units: tuple[Unit, ...]) -> Utterance:
        """An utterance from its units."""
        return cls(text, units, everyday(units))

    def between(self, start: int, end: int) -> str:
        """The resident's own words from one unit up to another."""
        if start >= end:
            return ""
        return self.text[self.units[start].start : self.units[end - 1].end]

    def others(self, start: int, end: int) -> int:
        """How many units outside say something of their own."""
        return (self.everyday[:start] + self.everyday[end:]).count(False)

    def span(self, shared: Iterable[str]) -> tuple[int, int]:
        """From the first to the last unit that shared grams stand on."""
        single: set[str] = set()
        pairs: set[str] = set()
        sounds: set[str] = set()
        for gram in shared:
            kind = single if gram[0] in "1w" else pairs if gram[0] in "2h" else sounds
            kind.add(gram[1:])
        touched: list[int] = []
        for place, item in enumerate(self.units):
            if item.surface in single or item.sound in sounds:
                touched.append(place)
            if place + 1 < len(self.units):
                after = self.units[place + 1]
                if item.surface + after.surface in pairs or f"{item.sound} {after.sound}" in sounds:
                    touched += [place, place + 1]
        return (min(touched), max(touched) + 1) if touched else (0, len(self.units))


def letters(sequence: Sequence[Unit]) -> tuple[str, list[int]]:
    """A text to compare letter by letter, and the unit each letter belongs to.

    A Chinese character becomes one letter that stands for its syllable.
    """
    found: list[str] = []
    places: list[int] = []
    for place, item in enumerate(sequence):
        if item.hanzi:
            part = chr(_PRIVATE + _number(item.plain))
        else:
            part = f" {item.surface}" if found else item.surface
        found.append(part)
        places += [place] * len(part)
    return "".join(found), places


def _number(syllable: str) -> int:
    value = 0
    for letter in syllable:
        value = (value * 31 + ord(letter)) % _PRIVATE_LETTERS
    return value
