"""How words sound, written so that words that are easily mixed up look the same.

Chinese: one toneless syllable a character with the confusions of Mandarin's accents merged (n/l,
h/f, zh/z, ch/c, sh/s, an/ang, en/eng, in/ing). English: one Metaphone key a word.
"""

from __future__ import annotations

from functools import lru_cache

import jellyfish
from pypinyin import lazy_pinyin

from assistant.understanding.normalise import is_hanzi

_INITIALS = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("n", "l"), ("f", "h"))
_FINALS = (("ang", "an"), ("eng", "en"), ("ing", "in"))


def merge(syllable: str) -> str:
    """A toneless syllable with confusable initials and finals made one: `lang` for `niang`."""
    for said, heard in _INITIALS:
        if syllable.startswith(said):
            syllable = heard + syllable.removeprefix(said)
            break
    for said, heard in _FINALS:
        if syllable.endswith(said):
            return syllable.removesuffix(said) + heard
    return syllable


@lru_cache(maxsize=16384)
def syllable(character: str) -> str:
    """The merged syllable of one Chinese character; any other character is its own sound."""
    if not is_hanzi(character):
        return character
    return merge(lazy_pinyin(character)[0])


def syllables(text: str) -> list[str]:
    """The merged syllables of a normalised Chinese text, one a character."""
    return [syllable(character) for character in text]


@lru_cache(maxsize=16384)
def key(word: str) -> str:
    """The Metaphone key of one English word; a word without one (digits) is its own key."""
    return jellyfish.metaphone(word) or word


def keys(text: str) -> list[str]:
    """The Metaphone keys of a normalised English text, one a word."""
    return [key(word) for word in text.split()]
