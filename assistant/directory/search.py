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

import numpy as np
from rapidfuzz import fuzz, process

from assistant.core.intent import ServiceHit
from assistant.directory.lexicon import Lexicon
from assistant.directory.naming import NEED_SAID, names
from assistant.directory.postings import highest
from assistant.directory.sound import consonants
from assistant.directory.units import ENGLISH_STEMS, Unit, grams, units
from assistant.directory.utterance import Hit, Utterance

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from assistant.core.service import Records
    from assistant.directory.lexicon import Shared
    from assistant.directory.postings import Weights

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
_MORE_SAID, _APART = 0.3, 0.051
"What must be said of one service more than of another to break a tie, and how far that parts them."
_PHRASES, _CROWD = 20, 10
"Needs that are weighed, and services of one need: the likeliest of them."


class Index:
    """The directory as the ear knows it; implements `core.ports.ServiceFinder`."""

    def __init__(self, records: Records) -> None:
        self._ids = tuple(service.id for service in records.services)
        self._lexicon = Lexicon(records)

    def find(self, text: str, language: str) -> tuple[ServiceHit, ...]:  # noqa: ARG002
        """Services named or needed in `text`, best first, at most five, all within `REACH`.

        Names of every language are looked for whatever `language` is: residents mix them.
        """
        said = Utterance.of(text, tuple(map(self._spelt, units(text))))
        about = grams(said.units, said.everyday)
        shared = self._lexicon.shared(about)
        hits = [*names(said, self._lexicon, shared), *self._needs(said, shared)]
        best = _told_apart(_best_each(hits), shared.evidence)
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
        if item.hanzi or len(word) < _SPELLABLE or word in ENGLISH_STEMS:
            return item
        near_words = self._lexicon.words.get(word[0], ())
        if word in near_words:
            return item
        near = process.extractOne(word, near_words, scorer=fuzz.ratio, score_cutoff=_SPELT_LIKE)
        if near is None:
            return item
        sound = consonants(near[0]) or near[0]
        if sound != item.sound and (near[1] < _SPELT or len(word) < _LONG_WORD):
            return item
        return replace(item, surface=near[0], plain=near[0], sound=sound)

    def _needs(self, said: Utterance, shared: Shared) -> Iterator[Hit]:
        """Needs that share enough with the utterance, and services much of which was said."""
        likely = self._lexicon.likely_needs(shared, _COVERED, _WORTH, _PHRASES)
        for entry, covered, worth in likely:
            score = LEAST + _COVERED_SPAN * (min(1.0, covered) - _COVERED) / (1 - _COVERED)
            score += min(_BONUS, _BONUS * (worth - _WORTH))
            span = said.span(gram for gram in entry.grams if gram in shared.pieces)
            members = np.array(entry.phrase.services)
            for service in highest(shared.evidence, members, _CROWD):
                more = shared.evidence[service] - worth
                whole = min(NEED_SAID, score + min(_BONUS, _BONUS * more))
                yield Hit(int(service), float(whole), *span, entry.is_name)
        told = np.flatnonzero(shared.evidence >= _EVIDENCE)
        for service in highest(shared.evidence, told, _CROWD):
            score = LEAST + _BONUS * (shared.evidence[service] - _EVIDENCE)
            span = said.span(self._lexicon.pieces_of(int(service), shared))
            yield Hit(int(service), float(min(_EVIDENCE_BEST, score)), *span)


def _told_apart(hits: list[Hit], evidence: Weights) -> list[Hit]:
    """Of hits that tie on the same words, the one of which clearly more was said comes first.

    So the street she named chooses between two chemists.
    """
    tied = [hit for hit in hits if hit.score >= hits[0].score - TIE]
    if not tied:
        return hits
    most = max(tied, key=lambda hit: float(evidence[hit.service]))
    behind = {
        hit.service: replace(hit, score=min(hit.score, most.score - _APART))
        for hit in tied
        if evidence[most.service] - evidence[hit.service] >= _MORE_SAID and hit.overlaps(most)
    }
    return _ranked(behind.get(hit.service, hit) for hit in hits)


def _best_each(hits: Iterable[Hit]) -> list[Hit]:
    """The best hit of each service, best first; the longer, then the directory's order decides."""
    best: dict[int, Hit] = {}
    for hit in hits:
        known = best.get(hit.service)
        if known is None or (hit.score, hit.length) > (known.score, known.length):
            best[hit.service] = hit
    return _ranked(best.values())


def _ranked(hits: Iterable[Hit]) -> list[Hit]:
    return sorted(hits, key=lambda hit: (-hit.score, -hit.length, hit.service))
