"""Which poll and which choice somebody's words mean. Pure.

A choice is compared by what tells it from the others: characters, pairs of characters and words
that all choices share count for nothing, so that 电梯 finds 加装电梯 beside 加装雨棚. The same is
tried by sound, since ears mishear. Choices such as 同意 and 不同意 are told by what is for and
against. Whoever changes her mind means what she says last.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from rapidfuzz import fuzz

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from assistant.core.values import Localised

FITS: Final = 0.2
"Share of what tells a choice from the others that her words must hold."
SURE: Final = 0.34
"The share from which nothing need be asked; by telephone it is confirmed all the same."
AHEAD: Final = 1.6
"How many times better than the next one a choice must fit to be the one that is meant."
BY_SOUND: Final = 0.8
"What is only alike in sound counts less."
ALIKE: Final = 84
"Two English words this alike (0 to 100) are one: shelter, sheltr."
SHORT_WORD: Final = 4
NUMBERS: Final = frozenset("一二两三四五六七八九十")
SHORTEST: Final = 2
"Characters of a part of a title that can stand for it: 电梯."

_UNITS: Final = re.compile(r"[㐀-鿿]|[a-z0-9]+(?:'[a-z]+)?")
_CLAUSES: Final = re.compile(r"[，,；;。.！!]")
_HAN: Final = re.compile(r"[㐀-鿿]")


@dataclass(frozen=True, slots=True)
class VoteWords:
    """The words around a vote in one language, as `words.yaml` has them."""

    leave_out: frozenset[str]
    in_every_title: tuple[str, ...]
    against: tuple[str, ...]
    in_favour: tuple[str, ...]
    abstain: tuple[str, ...]
    change: tuple[str, ...]
    but_not: tuple[str, ...]
    letters: str
    middle: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Fitting:
    """How well words fit some choices."""

    numbers: tuple[int, ...]
    "Published numbers of those that may be meant, the best first."
    sure: bool


@dataclass(frozen=True, slots=True)
class Meaning:
    """Reads votes; `sound` writes a character or a word as it sounds."""

    words: Mapping[str, VoteWords]
    "By language."
    sound: Callable[[str], str]

    def choice(self, said: str, choices: Sequence[Localised]) -> Fitting:
        """The choices that `said` names."""
        now = self.latest(said)
        sided = self._side(now, choices)
        if sided is not None:
            return Fitting((sided,), sure=True)
        whole = [self._whole(now, choice) for choice in choices]
        marks = [max(pair) for pair in zip(whole, self._marks(now, choices), strict=True)]
        ranked = sorted(range(len(choices)), key=lambda place: -marks[place])
        best = marks[ranked[0]]
        if best < FITS:
            return Fitting((), sure=False)
        near = [place for place in ranked if marks[place] * AHEAD > best and marks[place] > 0]
        if len(near) > 1 and max(whole) > 0:
            near = _not_within([place for place in near if whole[place] > 0], choices)
        return Fitting(tuple(place + 1 for place in near), sure=len(near) == 1 and best >= SURE)

    def titles(self, said: str, titles: Sequence[Localised]) -> tuple[int, ...]:
        """The places of the titles that `said` names best; empty where it names none."""
        marks = self._marks(self._without(said), titles, share=False)
        best = max(marks, default=0.0)
        return tuple(place for place, mark in enumerate(marks) if best >= 1 and mark == best)

    def abstains(self, said: str) -> bool:
        """Whether she says that she does not want to choose."""
        return self._has(said, "abstain")

    def within(self, said: str, titles: Sequence[Localised]) -> tuple[int, ...]:
        """The places of the titles of which her words are a part, from beginning to end."""
        hers = _run_on(self._bare(said))
        if len(hers) < SHORTEST:
            return ()
        runs = ([_run_on(text) for _, text in title.texts] for title in titles)
        return tuple(place for place, texts in enumerate(runs) if any(hers in one for one in texts))

    def _bare(self, said: str) -> str:
        """Without what stands before and after a name in every sentence: the … one, 那个."""
        units = list(_UNITS.findall(said.lower()))
        while units and self._left_out(units[0]):
            units.pop(0)
        while units and self._left_out(units[-1]):
            units.pop()
        return "".join(units)

    def changes(self, said: str) -> bool:
        """Whether she says that she means something else now."""
        text = said.lower()
        return any(mark in text for words in self.words.values() for mark in words.change)

    def latest(self, said: str) -> str:
        """What she says last of her choice, without what she says it is not."""
        text = said.lower()
        for words in self.words.values():
            ends = [text.rfind(mark) + len(mark) for mark in words.change if mark in text]
            if ends and any(_UNITS.findall(text[max(ends) :])):
                text = text[max(ends) :]
            for mark in words.but_not:
                before, found, _ = text.partition(mark)
                if found and _UNITS.search(before):
                    text = before
        return self._wanted(text)

    def _wanted(self, said: str) -> str:
        """Without the clauses that begin with what she does not want, where others are left."""
        refused = tuple(mark for words in self.words.values() for mark in words.but_not)
        clauses = [clause.strip() for clause in _CLAUSES.split(said)]
        wanted = [clause for clause in clauses if clause and not clause.startswith(refused)]
        return "，".join(wanted) if any(_UNITS.search(clause) for clause in wanted) else said

    def letter(self, said: str) -> int | None:
        """The number of a choice that is named by its letter: 选乙, option b."""
        for language, words in self.words.items():
            one = f"([{words.letters}])"
            behind = r"(?:选|投|要)" if language == "zh" else r"\b(?:option|choice|vote|letter)\s+"
            found = re.search(rf"(?:^|{behind}){one}(?:方案|吧|$)", said.lower().strip(" 。.!！"))
            if found is None and language == "zh":
                found = re.search(rf"{behind}([abcdef])$", said.lower().strip(" 。.!！"))
                if found is not None:
                    return "abcdef".index(found[1]) + 1
            if found is not None:
                return words.letters.index(found[1]) + 1
        return None

    def in_the_middle(self, said: str) -> bool:
        """Whether she means the one in the middle."""
        return self._has(said, "middle")

    def _side(self, said: str, choices: Sequence[Localised]) -> int | None:
        """The choice that is as much for or against as she is, where there is one of each."""
        sides = [self._stance(choice.texts[0][1]) for choice in choices]
        hers = self._stance(said)
        if hers is None or sides.count(True) != 1 or sides.count(False) != 1:
            return None
        return sides.index(hers) + 1

    def _stance(self, said: str) -> bool | None:
        if self._has(said, "against"):
            return False
        return True if self._has(said, "in_favour") else None

    def _has(self, said: str, kind: str) -> bool:
        text, found = said.lower(), set(_UNITS.findall(said.lower()))
        for words in self.words.values():
            for word in getattr(words, kind):
                if (_HAN.search(word) or " " in word) and word in text:
                    return True
                if word in found:
                    return True
        return False

    def _without(self, said: str) -> str:
        """Without what is said in every poll."""
        text = said.lower()
        for words in self.words.values():
            for word in words.in_every_title:
                text = re.sub(word if _HAN.search(word) else rf"\b{word}\b", " ", text)
        return text

    def _whole(self, said: str, choice: Localised) -> float:
        """1 where the words of a choice are said from beginning to end."""
        text = _run_on(said)
        return 1.0 if any(name and name in text for name in _names(choice)) else 0.0

    def _marks(self, said: str, among: Sequence[Localised], *, share: bool = True) -> list[float]:
        """How much of what tells each of these from the others is said, by writing or by sound."""
        written = self._compared(said, among, _same, share=share)
        heard = self._compared(said, among, self.sound, share=share)
        return [max(one, other * BY_SOUND) for one, other in zip(written, heard, strict=True)]

    def _compared(
        self, said: str, among: Sequence[Localised], write: Callable[[str], str], *, share: bool
    ) -> list[float]:
        hers = self._features(said, write)
        languages = dict.fromkeys(language for item in among for language, _ in item.texts)
        best = [0.0] * len(among)
        for language in languages:
            sets = [self._features(item.text(language), write) for item in among]
            known = Counter(feature for one in sets for feature in one)
            for place, features in enumerate(sets):
                mark = _weighed(features, hers, known, len(among), share=share)
                best[place] = max(best[place], mark)
        return best

    def _features(self, text: str, write: Callable[[str], str]) -> frozenset[str]:
        """Characters, pairs of neighbours and words, without what is in every sentence.

        A number tells something only before what it counts: 八点, not 八.
        """
        units = _UNITS.findall(text.lower())
        kept = [None if self._left_out(unit) else write(_stem(unit)) for unit in units]
        single = [unit for unit in kept if unit]
        pairs = [
            f"{one or write(first)}{MARK}{other}"
            for one, first, other, second in zip(kept, units, kept[1:], units[1:], strict=False)
            if (one or first in NUMBERS) and other and _HAN.match(first) and _HAN.match(second)
        ]
        return frozenset([*single, *pairs])

    def _left_out(self, unit: str) -> bool:
        return any(unit in words.leave_out for words in self.words.values())


SPOKEN: Final = "·"
"Before a syllable, so that it is told from a word of another language."
MARK: Final = "+"
"Between the two of a pair, so that a pair is told from a word."


def _weighed(
    features: frozenset[str],
    hers: frozenset[str],
    known: Counter[str],
    count: int,
    *,
    share: bool,
) -> float:
    """What of these is said; what every one of `count` holds tells nothing.

    A single syllable sounds like too many others to be a sign by itself.
    """

    def weight(feature: str) -> float:
        if count > 1 and known[feature] == count:
            return 0.0
        return (2.0 if MARK in feature else 1.0) / known[feature]

    only_syllables = all(feature.startswith(SPOKEN) for feature in features if MARK not in feature)
    if only_syllables and not any(MARK in feature for feature in features & hers):
        return 0.0
    whole = sum(weight(feature) for feature in features)
    said = sum(weight(feature) for feature in features if _among(feature, hers))
    if not share:
        pairs = any(MARK in feature or feature.isascii() for feature in features & hers)
        return said if pairs else 0.0
    return said / whole if whole else 0.0


def _among(feature: str, hers: frozenset[str]) -> bool:
    """Whether a feature is said; longer English words may be misspelt."""
    if feature in hers:
        return True
    if not feature.isascii() or MARK in feature or len(feature) <= SHORT_WORD:
        return False
    return any(len(one) > SHORT_WORD and fuzz.ratio(feature, one) >= ALIKE for one in hers)


def _not_within(places: list[int], choices: Sequence[Localised]) -> list[int]:
    """Of choices that are all said, those that are not part of another one that is said."""
    return [
        place
        for place in places
        if not any(
            other != place
            and any(
                one in two and one != two
                for one in _names(choices[place])
                for two in _names(choices[other])
            )
            for other in places
        )
    ]


def _names(choice: Localised) -> tuple[str, ...]:
    return tuple(_run_on(text) for _, text in choice.texts)


def _run_on(text: str) -> str:
    return "".join(sign for sign in text.lower() if sign.isalnum())


def _stem(unit: str) -> str:
    """An English word without the s of several."""
    return (
        unit[:-1] if len(unit) > SHORT_WORD - 1 and unit.endswith("s") and unit.isascii() else unit
    )


def _same(unit: str) -> str:
    return unit
