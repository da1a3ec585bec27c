"""Words that are not an answer yet: hesitation, and sentences that ask to be finished. PURE.

The words are data: `fillers`, `unfinished` and `go_on` in `intents/<language>/_common.yaml`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from assistant.speech.vocabulary import join, words

IDEOGRAPHIC = frozenset({"zh", "ja"})
"Languages written without spaces: a list entry may stand anywhere in a word."


@dataclass(frozen=True, slots=True)
class Hesitation:
    """How one language hesitates."""

    language: str
    go_on: tuple[str, ...]
    "What she says for us to go on."
    _fillers: re.Pattern[str]
    _unfinished: re.Pattern[str]
    _opening: re.Pattern[str]

    @classmethod
    def of(cls, language: str, common: Mapping[str, Sequence[str]]) -> Hesitation:
        """From the lists of the language's `_common.yaml`; a list that is missing is empty."""
        fillers = _either(common.get("fillers", ()), language)
        trailing = _either(common.get("unfinished", ()), language)
        gap, before = ("", ".*") if language in IDEOGRAPHIC else ("(?: |$)", "(?:.* )?")
        return cls(
            language,
            tuple(str(phrase) for phrase in common.get("go_on", ())),
            re.compile(f"(?:{fillers}{gap})+"),
            re.compile(f"{before}{trailing}"),
            re.compile(f"(?:{fillers}{gap})*(?:{trailing}{gap})*"),
        )

    def says_nothing(self, text: str) -> bool:
        """Whether the words have no matter: hesitation, or the mere beginning of a sentence."""
        return self._opening.fullmatch(_plain(text, self.language)) is not None

    def only_fillers(self, text: str) -> bool:
        """Whether nothing was said but 嗯 and um; true for no words at all."""
        said = _plain(text, self.language)
        return not said or self._fillers.fullmatch(said) is not None

    def unfinished(self, text: str) -> bool:
        """Whether the words ask for more: fillers alone, or an end that no sentence has."""
        said = _plain(text, self.language)
        return self.only_fillers(text) or self._unfinished.fullmatch(said) is not None

    def goes_on(self, text: str) -> bool:
        """Whether she asks us to go on with what we were saying."""
        said = _plain(text, self.language)
        return any(said == _plain(phrase, self.language) for phrase in self.go_on)


def _plain(text: str, language: str) -> str:
    said = join(words(text.casefold()))
    return said.replace(" ", "") if language in IDEOGRAPHIC else said


def _either(phrases: Iterable[str], language: str) -> str:
    """One pattern for all of them, the longest tried first; for none, one that never matches."""
    plain = sorted({_plain(str(phrase), language) for phrase in phrases}, key=len, reverse=True)
    return f"(?:{'|'.join(map(re.escape, plain))})" if plain else "(?!)"
