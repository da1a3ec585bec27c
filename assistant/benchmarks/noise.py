"""Text as a thumb slips or a recogniser mishears it, the same for the same seed.

*Slips*: each character slips with probability 0.10. English: a neighbouring key, a lost letter, a
doubled one, two swapped. Chinese: a character of the same or a confusable syllable instead of the
neighbouring key.
*Recognition*: no case, no punctuation. English: 12 % of the words become a word that sounds the
same, 6 % are lost, 8 % are followed by a filler. Chinese: 15 % of the characters become a common
character of the same toneless syllable, 5 % are lost. In both, half of the texts begin with a
filler.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import TYPE_CHECKING

from pypinyin import lazy_pinyin

from assistant.understanding import sounds

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

SLIP = 0.10
ENGLISH_MISHEARD, ENGLISH_LOST = 0.12, 0.06
CHINESE_MISHEARD, CHINESE_LOST = 0.15, 0.05
FILLER_INSIDE = 0.08
"""After a word; after a character it is this divided by `CHARACTERS_A_WORD`."""
CHARACTERS_A_WORD = 1.6
FILLER_IN_FRONT = 0.5

_KEYBOARD = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_FILLERS = {
    "en": ("um", "uh", "er", "well", "you know", "i mean", "like"),
    "zh": ("嗯", "呃", "那个", "这个", "就是", "啊"),
}
_SAME_SOUND = """
    to two too|there their|for four|right write|know no|hear here|your youre|its its|buy by bye
    one won|would wood|see sea|week weak|new knew|where wear|our hour|be bee|eight ate|pair pear
    flour flower|male mail|cell sell|meet meat|road rode|sale sail|son sun|some sum|tail tale
    wait weight|weather whether|which witch|piece peace|plain plane|brake break|cent sent scent
    fare fair|check cheque|threw through|past passed|bill build|board bored|way weigh
"""
_NOT_LETTERS = re.compile(r"[^\w']+|_")


@dataclass(frozen=True, slots=True)
class Generator:
    """Noise for the texts of one language."""

    language: str
    seed: str
    "Texts are numbered from it; the same seed gives the same noise."
    sound_alikes: dict[str, list[str]]
    "English: words by Metaphone key, from `vocabulary`."

    def slips(self, texts: Sequence[str]) -> list[str]:
        """The texts as typed in a hurry."""
        dice = self._dice("slips")
        return [_slip(text, self._near_sign, dice) or text for text in texts]

    def recognition(self, texts: Sequence[str]) -> list[str]:
        """The texts as a recogniser may hand them over."""
        dice = self._dice("recognition")
        hear = _mishear_chinese if self.language == "zh" else self._mishear_english
        return [_opened(hear(text, dice) or text, self.language, dice) for text in texts]

    def _dice(self, kind: str) -> random.Random:
        return random.Random(f"{self.seed}/{kind}")  # noqa: S311 - repeatable on purpose

    def _near_sign(self, sign: str, dice: random.Random) -> str:
        if self.language == "zh":
            return dice.choice(_confusable().get(sounds.syllable(sign), [sign]))
        return dice.choice(_neighbours().get(sign.lower(), [sign]))

    def _mishear_english(self, text: str, dice: random.Random) -> str:
        heard: list[str] = []
        for word in _NOT_LETTERS.sub(" ", text.lower()).split():
            lot = dice.random()
            if lot < ENGLISH_MISHEARD:
                heard.append(dice.choice(self._alike(word)))
            elif lot >= ENGLISH_MISHEARD + ENGLISH_LOST:
                heard.append(word)
            if dice.random() < FILLER_INSIDE:
                heard.append(dice.choice(_FILLERS["en"]))
        return " ".join(heard)

    def _alike(self, word: str) -> list[str]:
        others = _homophones().get(word) or self.sound_alikes.get(sounds.key(word), [])
        return [other for other in others if other != word] or [word]


def generator(language: str, seed: str, vocabulary: Iterable[str]) -> Generator:
    """`vocabulary`: texts whose words English words may be misheard as."""
    alike: dict[str, list[str]] = {}
    for word in sorted({word for text in vocabulary for word in text.lower().split()}):
        if word.isalpha():
            alike.setdefault(sounds.key(word), []).append(word)
    return Generator(language, seed, alike)


def _slip(text: str, near: Callable[[str, random.Random], str], dice: random.Random) -> str:
    signs, typed, place = list(text), [], 0
    while place < len(signs):
        sign = signs[place]
        kind = dice.choice(("near", "lost", "double", "swap")) if dice.random() < SLIP else ""
        if kind == "near":
            typed.append(near(sign, dice))
        elif kind == "double":
            typed.append(sign * 2)
        elif kind == "swap" and place + 1 < len(signs):
            typed.append(signs[place + 1] + sign)
            place += 1
        elif kind != "lost":
            typed.append(sign)
        place += 1
    return "".join(typed).strip()


def _mishear_chinese(text: str, dice: random.Random) -> str:
    heard: list[str] = []
    for sign in filter(str.isalnum, text):
        lot = dice.random()
        if lot < CHINESE_MISHEARD:
            heard.append(dice.choice(_same_syllable().get(_toneless(sign), [sign])))
        elif lot >= CHINESE_MISHEARD + CHINESE_LOST:
            heard.append(sign)
        if dice.random() < FILLER_INSIDE / CHARACTERS_A_WORD:
            heard.append(dice.choice(_FILLERS["zh"]))
    return "".join(heard)


def _opened(text: str, language: str, dice: random.Random) -> str:
    if dice.random() >= FILLER_IN_FRONT:
        return text
    joint = "" if language == "zh" else " "
    return f"{dice.choice(_FILLERS[language])}{joint}{text}"


@cache
def _neighbours() -> dict[str, list[str]]:
    places = {key: (row, at) for row, keys in enumerate(_KEYBOARD) for at, key in enumerate(keys)}
    return {
        key: [
            other
            for other, (other_row, other_at) in places.items()
            if other != key and abs(other_row - row) <= 1 and abs(other_at - at) <= 1
        ]
        for key, (row, at) in places.items()
    }


@cache
def _homophones() -> dict[str, list[str]]:
    groups = [group.split() for group in _SAME_SOUND.replace("\n", "|").split("|")]
    return {word: group for group in groups for word in group}


@cache
def _toneless(character: str) -> str:
    return str(lazy_pinyin(character)[0])


def _common_characters() -> list[str]:
    """The 3,755 characters of the first level of GB 2312, the common ones."""
    rows = product(range(0xB0, 0xD8), range(0xA1, 0xFF))
    signs = (bytes(pair).decode("gb2312", "ignore") for pair in rows)
    return [sign for sign in signs if sign]


@cache
def _same_syllable() -> dict[str, list[str]]:
    groups: dict[str, list[str]] = {}
    for character in _common_characters():
        groups.setdefault(_toneless(character), []).append(character)
    return groups


@cache
def _confusable() -> dict[str, list[str]]:
    groups: dict[str, list[str]] = {}
    for character in _common_characters():
        groups.setdefault(sounds.syllable(character), []).append(character)
    return groups
