"""The directory's phrases, arranged so that an utterance finds the few that may fit. Pure.

Runs of sounds find whole phrases; grams find phrases that share something rare with the utterance.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.directory.phrases import Phrase, collect
from assistant.directory.units import Unit, everyday, grams, units

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from assistant.core.service import Records

ENOUGH = 3000
"Places in phrases looked at for one utterance, the rarest grams first; the commonest tell nothing."

Shared = tuple["Entry", float, frozenset[str]]
"A phrase that shares grams with an utterance, what these are worth, and which they are."


@dataclass(frozen=True, slots=True)
class Entry:
    """A phrase ready to be compared."""

    phrase: Phrase
    units: tuple[Unit, ...]
    weight: float
    "Sum of what its grams are worth; 0 for a phrase of everyday words."

    @property
    def is_name(self) -> bool:
        """Whether saying it names the service."""
        return self.phrase.kind in {"name", "alias"}


class Lexicon:
    """Every phrase of the directory, by its run of sounds and by its grams."""

    def __init__(self, records: Records) -> None:
        split = [(phrase, units(phrase.text)) for phrase in collect(records)]
        about = [grams(found, everyday(found)) for _, found in split]
        self._worth = _worth(about, [phrase for phrase, _ in split], len(records.services))
        self.entries = tuple(
            Entry(phrase, found, sum(self.worth(gram, own[gram]) for gram in own))
            for (phrase, found), own in zip(split, about, strict=True)
        )
        self._runs: dict[tuple[str, ...], list[int]] = {}
        self._grams: dict[str, list[int]] = {}
        for number, (entry, own) in enumerate(zip(self.entries, about, strict=True)):
            if entry.units:
                self._runs.setdefault(tuple(u.sound for u in entry.units), []).append(number)
            for gram in own:
                self._grams.setdefault(gram, []).append(number)
        self._longest = max((len(entry.units) for entry in self.entries), default=0)
        self.words = tuple(gram[1:] for gram in self._grams if gram[0] == "w")
        "Every word of another script that the directory knows."

    def worth(self, gram: str, importance: float) -> float:
        """What sharing a gram says: all of its importance if one service has it."""
        return self._worth.get(gram, 1.0) * importance

    def runs(self, sequence: tuple[Unit, ...]) -> Iterator[tuple[Entry, int, int]]:
        """Phrases whose sounds occur in a row, with where they begin and end."""
        sounds = tuple(item.sound for item in sequence)
        for start in range(len(sounds)):
            for end in range(start + 1, min(len(sounds), start + self._longest) + 1):
                for number in self._runs.get(sounds[start:end], ()):
                    yield self.entries[number], start, end

    def shared(self, about: Mapping[str, float]) -> list[Shared]:
        """Phrases that share grams with an utterance that is about these."""
        known = sorted((gram for gram in about if gram in self._grams), key=self._spread)
        found: dict[int, list[str]] = {}
        looked_at = 0
        for gram in known:
            looked_at += self._spread(gram)
            if looked_at > ENOUGH and found:
                break
            for number in self._grams[gram]:
                found.setdefault(number, []).append(gram)
        return [
            (self.entries[number], sum(self.worth(g, about[g]) for g in own), frozenset(own))
            for number, own in found.items()
        ]

    def _spread(self, gram: str) -> int:
        return len(self._grams[gram])


def _worth(about: list[dict[str, float]], phrases: list[Phrase], services: int) -> dict[str, float]:
    """For every gram: 1 if one service has it, towards 0 the more services have it."""
    seen = {
        (gram, service)
        for own, phrase in zip(about, phrases, strict=True)
        for gram in own
        for service in phrase.services
    }
    spread = Counter(gram for gram, _ in seen)
    whole = math.log(services + 1)
    return {gram: max(0.0, 1 - math.log(count) / whole) for gram, count in spread.items()}
