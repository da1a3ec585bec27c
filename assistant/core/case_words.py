"""Two characters, or two short words, in place of a case code. Pure.

The digits of the code choose the word, so nothing more need be kept; of two cases with the same
word the newer one is meant, or the one of the telephone that asks.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

CaseWords = Mapping[str, Sequence[str]]
"By language, in an order that stays."
_LETTERS = 2


def word_of(code: str, words: Sequence[str]) -> str | None:
    """The word that stands for a code, or `None` where there are no words."""
    digits = code[_LETTERS:]
    return words[int(digits) % len(words)] if words and digits.isdigit() else None


def code_of(word: str, words: CaseWords, own: Iterable[str], latest: str) -> str | None:
    """The code a word stands for: of `own` codes the first, else the newest up to `latest`."""
    for listed in words.values():
        if word not in listed:
            continue
        for code in own:
            if word_of(code, listed) == word:
                return code
        return _newest(list(listed).index(word), len(listed), latest)
    return None


def _newest(place: int, count: int, latest: str) -> str | None:
    """The newest code whose digits leave `place` when divided by `count`."""
    letters, digits = latest[:_LETTERS], latest[_LETTERS:]
    if not digits.isdigit():
        return None
    number = int(digits) - (int(digits) - place) % count
    return f"{letters}{number:0{len(digits)}d}" if number > 0 else None
