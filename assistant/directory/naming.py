"""Names, aliases, landmarks and needs said in full, and long names said with a slip. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from rapidfuzz import fuzz

from assistant.directory.phrases import SHARED
from assistant.directory.postings import highest
from assistant.directory.utterance import Hit, Utterance, letters

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from assistant.directory.lexicon import Entry, Lexicon, Shared

NEED_SAID = 0.79
"A need in the very words of the directory; below every name."
_SAID = {"name": 1.0, "alias": 0.98, "category": 0.6, "landmark": 0.7, "place": 0.5}
_NEED_SHORT, _NEED_LONGER = 0.7, 0.03
"A need said in full counts the more, the more it says."

_HOMOPHONE = 0.9
"Same syllables, other characters, three or more of them."
_LIKE = 0.85
"The same only for an ear that merges n and l; or a word misspelt."
_SHORT, _SHORT_HOMOPHONE, _SHORT_LIKE = 2, 0.82, 0.65
"Many words of two syllables sound alike; so these count only when little else is said:"
_SHORT_AMONG, _FEW = 0.5, 2
_MISSPELT = 65.0
"Words that sound alike must share this many per cent of their letters, too."

_SLIP_LEAST, _SLIP_RATIO, _SLIP_BEST = 4, 75.0, 0.88
"Letters a name must have to be recognised with one in four wrong, and what it scores at best."
_SLIP_NAMES = 24
"Names compared letter by letter, those that share most first."
_SLIP_SHARED = 0.45
"A slip may not fall on what sets the name apart: this share of its weight must be there."

_BEHIND = ("对面", "旁边", "隔壁", "附近", "后面", "前面", "边上", "斜对面", "门口")
_BEFORE = frozenset({"opposite", "near", "beside", "behind", "next", "by", "past"})
_POINTED_AT = 0.5
"A name said to point at something else."
_OF = frozenset({"", "的", "里", "里的", "里面的", "里头的", "那儿的", "那边的"})
_OWNER = 0.9
"A name that only says whose the next one is: the health centre's dentist."
_GAP = 3
"Units looked at behind a name."
_CROWD = 16
"Services of one name that are weighed; nobody can choose between more."


def names(said: Utterance, lexicon: Lexicon, shared: Shared) -> list[Hit]:
    """What was said in full or with a slip, without names that are only part of a longer one."""
    return _clear(said, [*_runs(said, lexicon, shared), *_slips(said, lexicon, shared)])


def _hits_of(entry: Entry, shared: Shared, score: float, start: int, end: int) -> Iterator[Hit]:
    """A hit for the services of a phrase; of a crowd, for those of which most was said."""
    members = highest(shared.evidence, np.array(entry.phrase.services), _CROWD)
    return (Hit(int(number), score, start, end, entry.is_name) for number in members)


def _runs(said: Utterance, lexicon: Lexicon, shared: Shared) -> Iterator[Hit]:
    for entry, start, end in lexicon.runs(said.units):
        crowded = entry.phrase.kind == "place" and len(entry.phrase.services) > SHARED
        if crowded or entry.phrase.kind == "about":
            continue
        likeness = _likeness(entry, said, start, end)
        if likeness:
            yield from _hits_of(entry, shared, _full(entry) * likeness, start, end)


def _full(entry: Entry) -> float:
    if entry.phrase.kind == "need":
        return min(NEED_SAID, _NEED_SHORT + _NEED_LONGER * entry.weight)
    return _SAID[entry.phrase.kind]


def _likeness(entry: Entry, said: Utterance, start: int, end: int) -> float:
    """How surely a run of the right sounds is this phrase; 0 when it is something else."""
    heard, others = said.units[start:end], said.others(start, end)
    alone = len(heard) == 1 and heard[0].hanzi
    slips = [
        place
        for place, (a, b) in enumerate(zip(heard, entry.units, strict=True))
        if a.surface != b.surface
    ]
    if not slips:
        particular = entry.is_name or entry.weight > 0
        return 1.0 if not others or (particular and not alone) else 0.0
    common = any(said.everyday[start + place] for place in slips)
    if alone or (common and (others or all(said.everyday[start:end]))):
        return 0.0
    return _by_sound(entry, said, start, end)


def _by_sound(entry: Entry, said: Utterance, start: int, end: int) -> float:
    pairs = list(zip(said.units[start:end], entry.units, strict=True))
    if not all(a.hanzi for a, _ in pairs):
        spelt = all(fuzz.ratio(a.surface, b.surface) >= _MISSPELT for a, b in pairs)
        return _LIKE if spelt else 0.0
    same = all(a.plain == b.plain for a, b in pairs)
    if len(pairs) > _SHORT:
        return _HOMOPHONE if same else _LIKE
    others = said.others(start, end)
    if not others:
        return _SHORT_HOMOPHONE if same else _SHORT_LIKE
    return _SHORT_AMONG if same and entry.is_name and others <= _FEW else 0.0


def _slips(said: Utterance, lexicon: Lexicon, shared: Shared) -> Iterator[Hit]:
    """Long names said with a slip: a syllable wrong, missing or too many."""
    spoken, places = letters(said.units)
    for entry in lexicon.likely_names(shared, _SLIP_SHARED, _SLIP_NAMES):
        name, _ = letters(entry.units)
        if len(name) < _SLIP_LEAST or len(spoken) < len(name) - 1:
            continue
        found = fuzz.partial_ratio_alignment(name, spoken, score_cutoff=_SLIP_RATIO)
        if found is not None and found.dest_end - found.dest_start >= len(name) - 1:
            start, end = places[found.dest_start], places[found.dest_end - 1] + 1
            yield from _hits_of(entry, shared, _SLIP_BEST * found.score / 100, start, end)


def _clear(said: Utterance, hits: Sequence[Hit]) -> list[Hit]:
    """Without what lies inside a longer name; names that only point at something count little."""
    kept: list[Hit] = []
    for hit in sorted((h for h in hits if h.name), key=lambda h: (-h.length, -h.score)):
        if not any(_inside(hit, other) for other in kept):
            kept.append(hit)
    rest = [h for h in hits if not h.name and not any(_inside(h, other) for other in kept)]
    return [_pointed(said, hit, kept) for hit in kept] + rest


def _inside(hit: Hit, other: Hit) -> bool:
    within = other.start <= hit.start and hit.end <= other.end
    return within and other.length > hit.length and other.score >= hit.score * _HOMOPHONE


def _pointed(said: Utterance, hit: Hit, among: Iterable[Hit]) -> Hit:
    """Lower a name behind which "opposite" is said, or which only says whose the next one is."""
    after = said.between(hit.end, min(hit.end + _GAP, len(said.units)))
    before = {item.surface for item in said.units[max(0, hit.start - 2) : hit.start]}
    if after.startswith(_BEHIND) or before & _BEFORE:
        return replace(hit, score=_POINTED_AT)
    hanzi = said.units[hit.start].hanzi
    following = (h for h in among if h.service != hit.service and hit.end <= h.start)
    if hanzi and any(said.between(hit.end, h.start) in _OF for h in following):
        return replace(hit, score=hit.score * _OWNER)
    return hit
