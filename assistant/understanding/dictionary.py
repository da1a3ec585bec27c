"""Which English words there are, and how often they are said.

The counts are the table of the package `pyspellchecker`, from the subtitles of films: spoken
English. Its own correction tries every letter in every place, some 100 ms a word; here RapidFuzz
compares with the common words that begin alike. Where the package is missing there are no words.
"""

from __future__ import annotations

import gzip
import json
import math
import pkgutil
from functools import cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

TABLE = ("spellchecker", "resources/en.json.gz")
"""Package and file: a JSON object, words and times said."""
KNOWN = 150
"""Times a word is said in the subtitles (760 million words) to count as a word: 40,000 words. Rarer
entries are mostly slips themselves."""
COMMON = 1000
"""Times a word is said to be what a slip may stand for: 18,000 words."""
EVERYDAY = 5000
"""Times a word is said to come out where spaces were misplaced."""
PLAIN = 1_000_000
"""From so many times on a word is as likely as any."""
RARITY = 0.04
"""What a candidate loses for each power of ten that it is rarer than `PLAIN`."""
SHORTEST = 3
CANDIDATES = 8


def knows(word: str) -> bool:
    """Whether this is a word, written right."""
    return _counts().get(word, 0) >= KNOWN


def is_everyday(word: str) -> bool:
    """Whether this is a word that everybody uses."""
    return _counts().get(word, 0) >= EVERYDAY


def neighbours(word: str, least: float) -> dict[str, float]:
    """Common words within the similarity `least` (0 to 1), and how likely each was meant.

    That is the similarity, less for rare words.
    """
    found: dict[str, float] = {}
    for letter in dict.fromkeys(word[:2]):
        near = process.extract(
            word,
            _common().get(letter, ()),
            scorer=OSA.normalized_similarity,
            score_cutoff=least,
            limit=CANDIDATES,
        )
        found.update({other: score - _rarity(other) for other, score, _ in near})
    return found


def _rarity(word: str) -> float:
    return RARITY * max(0.0, math.log10(PLAIN / _counts()[word]))


def prepare() -> None:
    """Reads the table now, 0.15 s and 15 MB, so that the first text need not wait for it."""
    _common()


@cache
def _counts() -> dict[str, int]:
    """Apostrophes are left out, as in normalised texts."""
    try:
        table = pkgutil.get_data(*TABLE)
    except ImportError:
        table = None
    counts: dict[str, int] = {}
    for word, count in json.loads(gzip.decompress(table)).items() if table else ():
        if count >= KNOWN and (plain := word.replace("'", "")).isalpha():
            counts[plain] = max(count, counts.get(plain, 0))
    return counts


@cache
def _common() -> dict[str, list[str]]:
    """Common words by first letter, in alphabetical order."""
    words: dict[str, list[str]] = {}
    for word, count in sorted(_counts().items()):
        if count >= COMMON and len(word) >= SHORTEST:
            words.setdefault(word[0], []).append(word)
    return words
