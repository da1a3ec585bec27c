"""What kinds of things an utterance speaks of, in no order: pain and a limb, or money and haste.

Single words are told in a thousand ways; that somebody old, a fall and a place on the ground stand
in one sentence means the same however it is told. The words of each kind are data
(`intents/<lang>/_safety.yaml`, `kinds`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import combinations


class Kinds:
    """The kinds of one language; a word belongs to the first kind that names it."""

    def __init__(self, language: str, words: Mapping[str, Sequence[str]]) -> None:
        self._kind: dict[str, str] = {}
        for kind, members in words.items():
            for word in members:
                self._kind.setdefault(str(word), kind)
        self._found = _any_of(self._kind, language) if self._kind else None

    def terms(self, text: str) -> list[str]:
        """Every kind `text` speaks of, and every pair of kinds."""
        if self._found is None:
            return []
        kinds = sorted({self._kind[word] for word in self._found.findall(text)})
        pairs = [f"<{one}><{other}>" for one, other in combinations(kinds, 2)]
        return [*(f"<{kind}>" for kind in kinds), *pairs]


def _any_of(words: Mapping[str, str], language: str) -> re.Pattern[str]:
    """The longest word wins where several begin alike; English words stand whole."""
    longest_first = sorted(words, key=lambda word: (-len(word), word))
    joined = "|".join(re.escape(word) for word in longest_first)
    return re.compile(joined if language == "zh" else rf"(?<!\w)(?:{joined})(?!\w)")
