"""Slips of the thumb and of the ear, mended with the words the examples are made of.

English: a word no example has becomes the nearest one that an example has, if one is near enough
(RapidFuzz, optimal string alignment), sounds alike, or comes out when a misplaced space is moved.
Chinese: a run of characters no example has becomes the run with the same syllables, if an example
has one. What resembles nothing stays as it is: it is the best sign of foreign matter.
"""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Protocol

from rapidfuzz import process
from rapidfuzz.distance import OSA

from assistant.understanding import dictionary, sounds

if TYPE_CHECKING:
    from collections.abc import Sequence

NEAR = 0.65
"""One slip in three letters or two in six; below it, clean foreign words turn into known ones."""
SHORTEST = 3
"""Letters a word needs before it is mended: shorter ones resemble everything."""
CANDIDATES = 5
OURS_FIRST = 0.1
"""What speaks for a word of the examples beside one of the dictionary."""
LONGEST_WORD = 24
"""Letters of a word that is looked up in the dictionary: there is hardly a longer one."""
MOST_WORDS = 30
"""Words of a text that are looked up in the dictionary: 0.1 ms each where they are strange."""
LONGEST_RUN = 4
"""Characters of a Chinese run that is recognised by its syllables."""


class Speller(Protocol):
    """Mends normalised texts."""

    def mend(self, text: str) -> str:
        """`text` with what can be mended mended; never empty unless it was."""
        ...


class WordSpeller:
    """Mends words of a language that puts spaces between them."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._counts = Counter(word for text in texts for word in set(text.split()))
        self._pairs = {pair for text in texts for pair in _pairs(text.split())}
        self._words = sorted(self._counts)
        self._alike: dict[str, list[str]] = {}
        for word in self._words:
            self._alike.setdefault(sounds.key(word), []).append(word)
        self._candidates = lru_cache(maxsize=8192)(self._search)

    def __getstate__(self) -> dict[str, object]:
        return {name: value for name, value in vars(self).items() if name != "_candidates"}

    def __setstate__(self, state: dict[str, object]) -> None:
        vars(self).update(state)
        self._candidates = lru_cache(maxsize=8192)(self._search)

    def mend(self, text: str) -> str:
        """See `Speller.mend`."""
        said = self._move_spaces(text.split())
        mended: list[str] = []
        for place, word in enumerate(said):
            following = said[place + 1] if place + 1 < len(said) else ""
            mended.append(self._best(word, mended[-1] if mended else "", following))
        return " ".join(mended)

    def _known(self, word: str) -> bool:
        return word in self._counts or word.isdigit()

    def _best(self, word: str, before: str, after: str) -> str:
        if self._known(word):
            return word
        candidates = self._candidates(word)
        if not candidates:
            return self._split(word)
        return max(
            candidates,
            key=lambda item: (
                item[1]
                + 0.1 * ((before, item[0]) in self._pairs)
                + 0.1 * ((item[0], after) in self._pairs),
                self._counts[item[0]],
                item[0],
            ),
        )[0]

    def _search(self, word: str) -> list[tuple[str, float]]:
        if len(word) < SHORTEST:
            return []
        key = sounds.key(word)
        near = process.extract(
            word,
            self._words,
            scorer=OSA.normalized_similarity,
            score_cutoff=NEAR,
            limit=CANDIDATES,
        )
        found = {
            known: score + 0.1 * (sounds.key(known) == key)
            for known, score, _ in near
            if _begins_alike(word, known)
        }
        if not found:
            found = dict.fromkeys(self._alike.get(key, ()), NEAR)
        return list(found.items())

    def _stands_alone(self, word: str) -> bool:
        """Whether it may come out where a space was misplaced."""
        return word in self._counts

    def _split(self, word: str) -> str:
        for cut in range(2, len(word) - 1):
            if self._stands_alone(word[:cut]) and self._stands_alone(word[cut:]):
                return f"{word[:cut]} {word[cut:]}"
        return word

    def _move_spaces(self, said: list[str]) -> list[str]:
        moved: list[str] = []
        for word in said:
            if moved and not (self._known(moved[-1]) and self._known(word)):
                moved[-1:] = self._rejoined(moved[-1], word)
            else:
                moved.append(word)
        return moved

    def _rejoined(self, left: str, right: str) -> list[str]:
        if self._stands_alone(left + right):
            return [left + right]
        for first, second in ((left[:-1], left[-1] + right), (left + right[0], right[1:])):
            if self._stands_alone(first) and self._stands_alone(second):
                return [first, second]
        return [left, right]


class DictionarySpeller(WordSpeller):
    """Mends words with all common words of English, those of the examples first.

    Of a long text only the beginning is mended.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        super().__init__(texts)
        dictionary.prepare()

    def __setstate__(self, state: dict[str, object]) -> None:
        super().__setstate__(state)
        dictionary.prepare()

    def mend(self, text: str) -> str:
        """See `Speller.mend`."""
        said = text.split()
        mended = super().mend(" ".join(said[:MOST_WORDS]))
        return " ".join([mended, *said[MOST_WORDS:]])

    def _known(self, word: str) -> bool:
        return super()._known(word) or len(word) < SHORTEST or dictionary.knows(word)

    def _stands_alone(self, word: str) -> bool:
        return super()._stands_alone(word) or dictionary.is_everyday(word)

    def _search(self, word: str) -> list[tuple[str, float]]:
        found = {known: score + OURS_FIRST for known, score in super()._search(word)}
        if SHORTEST <= len(word) <= LONGEST_WORD:
            for other, score in dictionary.neighbours(word, NEAR).items():
                if _begins_alike(word, other):
                    found[other] = max(score, found.get(other, 0.0))
        return list(found.items())


class CharacterSpeller:
    """Mends characters of Chinese by their syllables.

    Only runs with a character that no example has are mended: among known characters a homophone
    is as likely meant as mistaken.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        self._known = {character for text in texts for character in text}
        counts: Counter[tuple[str, str]] = Counter()
        for text in texts:
            heard = sounds.syllables(text)
            for size in range(2, LONGEST_RUN + 1):
                for start in range(len(text) - size + 1):
                    sound = " ".join(heard[start : start + size])
                    counts[sound, text[start : start + size]] += 1
        self._written: dict[str, str] = {}
        for (sound, run), _ in sorted(counts.items(), key=lambda item: (item[1], item[0])):
            self._written[sound] = run

    def mend(self, text: str) -> str:
        """See `Speller.mend`."""
        strange = [place for place, sign in enumerate(text) if sign not in self._known]
        if not strange:
            return text
        heard, mended = sounds.syllables(text), list(text)
        for place in strange:
            if mended[place] == text[place]:
                self._mend_at(place, heard, mended)
        return "".join(mended)

    def _mend_at(self, place: int, heard: list[str], mended: list[str]) -> None:
        for size in range(LONGEST_RUN, 1, -1):
            for start in range(max(0, place - size + 1), place + 1):
                run = self._written.get(" ".join(heard[start : start + size]))
                if run:
                    mended[start : start + size] = run
                    return


def _begins_alike(word: str, known: str) -> bool:
    """Keeps `decrease` from becoming `increase`: one of the first two letters must agree."""
    return word[0] in known[:2] or word[1] in known[:2]


def _pairs(words: Sequence[str]) -> list[tuple[str, str]]:
    return list(pairwise(words))


def speller(language: str, texts: Sequence[str]) -> Speller:
    """The speller for a language, taught with normalised examples."""
    return CharacterSpeller(texts) if language == "zh" else WordSpeller(texts)


def plain_speller(language: str, texts: Sequence[str]) -> Speller:
    """The speller for words whose meaning is looked at: it leaves words of the language alone."""
    return DictionarySpeller(texts) if language == "en" else speller(language, texts)
