"""Text as it was said or typed, made comparable: one script, one case, no punctuation.

Pure: a string goes in, a string comes out. Digits stay. Chinese loses its spaces and keeps Latin
words apart from each other; English words are separated by single spaces. Whatever a resident
sends (nothing, emoji, control characters, a whole book) is answered with a string.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

import opencc

if TYPE_CHECKING:
    from collections.abc import Iterable

LONGEST = 480
"""Characters kept of a text: the first and the last half. A spoken turn of 30 s is shorter."""

_APOSTROPHES = re.compile(r"(?<=\w)['’‘`´](?=\w)")
_NOT_WORDS = re.compile(r"[\W_]+")
_HANZI_GAP = re.compile(r"(?<![a-z0-9]) | (?![a-z0-9])")


_HESITATION = {
    "en": re.compile(
        r"^(?:(?:well|so|like|oh|ah|okay) )+|\b(?:u+m+|u+h+|er+m?|h+m+|you know|i mean)\b"
    ),
    "zh": re.compile(r"^(?:那个|这个|就是|啊|哦|唉|哎)+|[嗯呃]"),
}
"""Sounds made while thinking, anywhere; words that only open a sentence, at its beginning."""


@lru_cache(maxsize=1)
def _to_simplified() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


def is_hanzi(character: str) -> bool:
    """Whether one character is a Chinese character of the basic block or its first extension."""
    return "\u4e00" <= character <= "\u9fff" or "\u3400" <= character <= "\u4dbf"


def shorten(text: str, longest: int = LONGEST) -> str:
    """The first and last half of a text that is longer than `longest` characters."""
    if len(text) <= longest:
        return text
    half = longest // 2
    return f"{text[:half]} {text[-half:]}"


def normalise(text: str, language: str) -> str:
    """`text` in lower case and simplified script, without punctuation; may be empty.

    Full-width forms become plain ones (NFKC) and apostrophes inside words vanish. Texts longer
    than `LONGEST` lose their middle.
    """
    sound = shorten(text).encode("utf-8", "ignore").decode("utf-8")
    plain = unicodedata.normalize("NFKC", sound).lower()
    if language == "zh":
        words = _NOT_WORDS.sub(" ", plain)
        if not words.isascii():
            words = _to_simplified().convert(words)
        return shorten(_HANZI_GAP.sub("", words).strip())
    words = _NOT_WORDS.sub(" ", _APOSTROPHES.sub("", plain))
    return shorten(words.strip())


def without_hesitation(text: str, language: str) -> str:
    """A normalised text without "um" and the like; one that is nothing else stays as it is."""
    pattern = _HESITATION.get(language)
    if pattern is None:
        return text
    shorter = text
    for _ in range(2):  # an opening word may stand behind a sound
        shorter = " ".join(pattern.sub(" " if language == "en" else "", shorter).split())
    return shorter or text


class Trimmer:
    """Takes hesitation and politeness off both ends and fillers out of a normalised text.

    A phrase is removed whole or not at all, longest first, and never down to nothing.
    """

    def __init__(self, phrases: Iterable[str], language: str) -> None:
        known = {normalise(phrase, language) for phrase in phrases} - {""}
        self._joint = "" if language == "zh" else " "
        self._phrases = sorted(known, key=lambda phrase: (-len(phrase), phrase))

    def trim(self, text: str) -> str:
        """`text` (normalised) without the phrases at its start and end."""
        shorter = self._once(text)
        while shorter != text:
            text, shorter = shorter, self._once(shorter)
        return text

    def _once(self, text: str) -> str:
        for phrase in self._phrases:
            rest = text
            if text.startswith(phrase + self._joint):
                rest = text[len(phrase) :].lstrip()
            elif text.endswith(self._joint + phrase):
                rest = text[: -len(phrase)].rstrip()
            if rest and rest != text:
                return rest
        return text
