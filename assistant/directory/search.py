"""Finds the services an utterance names or needs. Pure.

Three looks, best first. A *name*: a name or alias said in full, by its letters or by its sound, or
with a slip in a long one. A *place or group*: a landmark or category said in full. A *need*: a
phrase of residents' words that shares enough of what it is about with the utterance.

What is not certain scores low: from 0.8 a name was said, a need stays below; under `LEAST` nothing
was found at all.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from rapidfuzz import fuzz, process

from assistant.core.intent import ServiceHit
from assistant.directory.lexicon import Lexicon, Shared
from assistant.directory.naming import NEED_SAID, hits_of, names
from assistant.directory.sound import consonants
from assistant.directory.units import ENGLISH_STEMS, Unit, grams, units
from assistant.directory.utterance import Hit, Utterance

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from assistant.core.service import Records

MOST = 5
"Hits returned: nobody keeps more than five in mind."
LEAST = 0.45
"Under this nothing was found."
TIE = 0.05
"Two scores no further apart than this are a tie."
REACH = 0.2
"A hit further below the best one is not worth naming."

_COVERED, _WORTH = 0.52, 0.8
"Share of a need, and what it must be worth, that have to be in the utterance."
_COVERED_SPAN, _BONUS = 0.22, 0.06
"What covering the whole need adds, and what each sign more adds."
_EVIDENCE, _EVIDENCE_BEST = 1.6, 0.65
"Pieces of several phrases of one service count together from this sum on."
_SPELLABLE, _LONG_WORD = 5, 7
_SPELT_LIKE, _SPELT = 80.0, 88.0
"Shorter words, and words less alike, become others too easily; the first will do if both sound so."


class Index:
    """The directory as the ear knows it; implements `core.ports.ServiceFinder`."""

    def __init__(self, records: Records) -> None:
        self._ids = tuple(service.id for service in records.services)
        self._lexicon = Lexicon(records)
        self._known = frozenset(self._lexicon.words)

    def find(self, text: str, language: str) -> tuple[ServiceHit, ...]:  # noqa: ARG002
        """Services named or needed in `text`, best first, at most five, all within `REACH`.

        Names of every language are looked for whatever `language` is: residents mix them.
        """
        said = Utterance.of(text, tuple(map(self._spelt, units(text))))
        about = grams(said.units, said.everyday)
        shared = self._lexicon.shared(about)
        best = _best_each([*names(said, self._lexicon, shared), *self._needs(said, about, shared)])
        if not best or best[0].score < LEAST:
            return ()
        least = max(LEAST, best[0].score - REACH)
        return tuple(
            ServiceHit(
                self._ids[hit.service], round(hit.score, 3), said.between(hit.start, hit.end)
            )
            for hit in best[:MOST]
            if hit.score >= least
        )

    def _spelt(self, item: Unit) -> Unit:
        """A word the directory does not know becomes the known word it must have been."""
        word = item.surface
        if item.hanzi or len(word) < _SPELLABLE or word in self._known or word in ENGLISH_STEMS:
            return item
        near = process.extractOne(
            word, self._lexicon.words, scorer=fuzz.ratio, score_cutoff=_SPELT_LIKE
        )
        if near is None or near[0][0] != word[0]:
            return item
        sound = consonants(near[0]) or near[0]
        if sound != item.sound and (near[1] < _SPELT or len(word) < _LONG_WORD):
            return item
        return replace(item, surface=near[0], plain=near[0], sound=sound)

    def _needs(
        self, said: Utterance, about: Mapping[str, float], found: Iterable[Shared]
    ) -> Iterator[Hit]:
        shared = [one for one in found if one[0].phrase.kind != "category"]
        evidence: dict[int, dict[str, float]] = {}
        for entry, _, own in shared:
            pieces = {gram: self._lexicon.worth(gram, about[gram]) for gram in own}
            for service in entry.phrase.services:
                evidence.setdefault(service, {}).update(pieces)
        total = {service: sum(pieces.values()) for service, pieces in evidence.items()}
        for entry, worth, own in shared:
            covered = worth / entry.weight if entry.weight else 0.0
            if covered < _COVERED or worth < _WORTH:
                continue
            score = LEAST + _COVERED_SPAN * (covered - _COVERED) / (1 - _COVERED)
            score += min(_BONUS, _BONUS * (worth - _WORTH))
            more = max(total[service] for service in entry.phrase.services) - worth
            score = min(NEED_SAID, score + min(_BONUS, _BONUS * more))
            yield from hits_of(entry, score, *said.span(own))
        for service, pieces in evidence.items():
            if total[service] >= _EVIDENCE:
                score = LEAST + _BONUS * (total[service] - _EVIDENCE)
                yield Hit(service, min(_EVIDENCE_BEST, score), *said.span(pieces))


def _best_each(hits: Iterable[Hit]) -> list[Hit]:
    """The best hit of each service, best first; the longer, then the directory's order decides."""
    best: dict[int, Hit] = {}
    for hit in hits:
        known = best.get(hit.service)
        if known is None or (hit.score, hit.length) > (known.score, known.length):
            best[hit.service] = hit
    return sorted(best.values(), key=lambda h: (-h.score, -h.length, h.service))
