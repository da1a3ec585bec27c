"""The directory's phrases, arranged so that an utterance finds the few that may fit. Pure.

Runs of sounds find whole phrases; grams find phrases that share something rare with the utterance.
A phrase is kept as its text and taken apart again when it is compared: units of every phrase of a
hundred thousand services would not fit into the memory of an office's computer.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from assistant.directory.phrases import IMPORTANCE as KINDS
from assistant.directory.phrases import Kind, Phrase, collect
from assistant.directory.postings import Gathering, Postings, highest, spread_out
from assistant.directory.units import IMPORTANCE, Unit, everyday, grams, units

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from assistant.core.service import Records

ENOUGH = 300_000
"Places in phrases looked at for one utterance, the rarest grams first; the commonest tell nothing."
KEPT = 8192
"Phrases that stay taken apart."
NAMES: frozenset[Kind] = frozenset({"name", "alias"})
QUIET: frozenset[Kind] = frozenset({"category", "place"})
"Kinds of phrase that say no need: a group, and where somebody is."
_KINDS = {kind: number for number, kind in enumerate(KINDS)}


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
        return self.phrase.kind in NAMES

    @property
    def grams(self) -> dict[str, float]:
        """What it is about."""
        return grams(self.units, everyday(self.units))


@dataclass(frozen=True, slots=True)
class Shared:
    """What an utterance has in common with the directory."""

    worth: NDArray[np.float64]
    "By phrase: what the grams it shares with the utterance are worth."
    share: NDArray[np.float64]
    "By phrase: that in proportion to all its grams are worth."
    evidence: NDArray[np.float64]
    "By service: what the grams are worth that any of its names, landmarks and needs shares."
    pieces: dict[str, float]
    "The grams of the utterance that the directory knows, with what each is worth here."


class Lexicon:
    """Every phrase of the directory, by its run of sounds and by its grams."""

    def __init__(self, records: Records) -> None:
        self._phrases = collect(records)
        self._numbers: dict[str, int] = {}
        self._weigh(self._read(), len(records.services))
        self.words = _by_first_letter(self._numbers)
        self.entry = lru_cache(maxsize=KEPT)(self._entry)

    def _read(self) -> Gathering:
        """Take every phrase apart once: its grams are returned, its run of sounds is kept."""
        gathering = Gathering()
        runs, lengths = array("q"), set()
        for phrase in self._phrases:
            found = units(phrase.text)
            own = grams(found, everyday(found))
            gathering.add(self._numbers.setdefault(gram, len(self._numbers)) for gram in own)
            runs.append(_run(tuple(item.sound for item in found)))
            lengths.add(len(found))
        runs_found = np.array(runs, dtype=np.int64)
        self._order = np.argsort(runs_found, kind="stable").astype(np.int32)
        self._runs = runs_found[self._order]
        self._lengths = sorted(lengths - {0})
        return gathering

    def _weigh(self, gathering: Gathering, services: int) -> None:
        """What each gram says, which phrases and services have it, what each phrase weighs."""
        members = Gathering()
        for phrase in self._phrases:
            members.add(phrase.services)
        phrases, known = len(self._phrases), len(self._numbers)
        kinds = np.array([_KINDS[phrase.kind] for phrase in self._phrases], dtype=np.int8)
        self._names = np.isin(kinds, [_KINDS[kind] for kind in NAMES])
        self._speaks = ~np.isin(kinds, [_KINDS[kind] for kind in QUIET])
        grouped = kinds == _KINDS["category"]
        found = spread_out(gathering, members, ~grouped, services)
        self._evidence = Postings(found, known, services)
        of_groups = Postings(spread_out(gathering, members, grouped, services), known, services)
        spread = np.maximum(self._evidence.spreads(), of_groups.spreads())
        whole = float(np.log(services + 1)) or 1.0
        self._worth = np.maximum(0.0, 1 - np.log(np.maximum(spread, 1)) / whole)
        importance = np.array([IMPORTANCE[gram[0]] for gram in self._numbers])
        columns = gathering.numbers()
        of_phrase = np.repeat(np.arange(phrases), gathering.lengths())
        each = (self._worth * importance)[columns] if known else np.zeros(0)
        self._weights = np.bincount(of_phrase, weights=each, minlength=phrases)
        self._postings = Postings(columns * np.int64(phrases) + of_phrase, known, phrases)

    def _entry(self, number: int) -> Entry:
        phrase = self._phrases[number]
        return Entry(phrase, units(phrase.text), float(self._weights[number]))

    def runs(self, sequence: tuple[Unit, ...]) -> Iterator[tuple[Entry, int, int]]:
        """Phrases whose sounds occur in a row, with where they begin and end."""
        sounds = tuple(item.sound for item in sequence)
        spans = [
            (start, start + length)
            for start in range(len(sounds))
            for length in self._lengths
            if start + length <= len(sounds)
        ]
        said = np.array([_run(sounds[start:end]) for start, end in spans], dtype=np.int64)
        first = np.searchsorted(self._runs, said, side="left")
        last = np.searchsorted(self._runs, said, side="right")
        for place in np.flatnonzero(last > first):
            start, end = spans[place]
            for number in self._order[first[place] : last[place]]:
                entry = self.entry(int(number))
                if tuple(item.sound for item in entry.units) == sounds[start:end]:
                    yield entry, start, end

    def shared(self, about: Mapping[str, float]) -> Shared:
        """What an utterance that is about these grams has in common with the directory."""
        columns: list[int] = []
        pieces: dict[str, float] = {}
        looked_at = 0
        known = sorted((gram for gram in about if gram in self._numbers), key=self._spread)
        for gram in known:
            looked_at += self._spread(gram)
            if looked_at > ENOUGH and pieces:
                break
            column = self._numbers[gram]
            columns.append(column)
            pieces[gram] = float(self._worth[column]) * about[gram]
        worth = self._postings.sums(columns, list(pieces.values()))
        share = np.divide(worth, self._weights, out=np.zeros_like(worth), where=self._weights > 0)
        evidence = self._evidence.sums(columns, list(pieces.values()))
        return Shared(worth, share, evidence, pieces)

    def likely_names(self, shared: Shared, least: float, most: int) -> list[Entry]:
        """Names of which at least this share was said, at most so many, the likeliest first."""
        enough = (shared.worth > 0) & (shared.share >= least) & self._names
        found = highest(shared.share, np.flatnonzero(enough), most)
        return [self.entry(int(number)) for number in found]

    def likely_needs(
        self, shared: Shared, least: float, worth: float, most: int
    ) -> list[tuple[Entry, float, float]]:
        """Phrases said for this share and worth, at most so many, with both; likeliest first."""
        enough = (shared.worth >= worth) & (shared.share >= least) & self._speaks
        found = highest(shared.share + shared.worth, np.flatnonzero(enough), most)
        return [(self.entry(int(n)), float(shared.share[n]), float(shared.worth[n])) for n in found]

    def pieces_of(self, service: int, shared: Shared) -> list[str]:
        """The grams of the utterance that a service has."""
        return [g for g in shared.pieces if self._evidence.has(service, self._numbers[g])]

    def _spread(self, gram: str) -> int:
        return self._postings.spread(self._numbers[gram])


def _run(sounds: tuple[str, ...]) -> int:
    """A number for a run of sounds; two runs may share one, so what is found is compared again."""
    return hash(sounds)


def _by_first_letter(known: Mapping[str, int]) -> dict[str, tuple[str, ...]]:
    """Every word of another script that the directory knows, by its first letter."""
    found: dict[str, list[str]] = {}
    for gram in known:
        if gram[0] == "w":
            found.setdefault(gram[1], []).append(gram[1:])
    return {letter: tuple(words) for letter, words in found.items()}
