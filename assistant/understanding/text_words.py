"""Words that are a whole text and a command (退订, STOP, 更多), and automatic replies. PURE.

Which words these are is data, `intents/<language>/_texts.yaml`. They mean the same whatever
language the talk is in: who writes Chinese may still send STOP.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import get_args

from assistant.core.intent import TextWord
from assistant.understanding.language import plain

WORDS: tuple[TextWord, ...] = get_args(TextWord)
AUTOMATIC = "automatic"
"The other key of `_texts.yaml`: how automatic replies begin."
HEADS = ("回复", "发送", "回", "发")
"“回T”, “回复TD”: some copy the whole instruction."


@dataclass(frozen=True, slots=True)
class TextWords:
    """The command words of every language."""

    words: Mapping[str, TextWord] = field(default_factory=dict)
    "By their letters and characters alone."
    automatic: tuple[str, ...] = ()
    "What automatic replies begin with, letters and characters alone."

    @classmethod
    def of(cls, by_language: Mapping[str, Mapping[str, Sequence[str]]]) -> TextWords:
        """From the `_texts.yaml` of every language; a word of two commands keeps the first."""
        words: dict[str, TextWord] = {}
        for lists in by_language.values():
            for name in WORDS:
                for word in lists.get(name, ()):
                    words.setdefault(_bare(str(word)), name)
        begins = [_bare(str(text)) for lists in by_language.values() for text in lists[AUTOMATIC]]
        return cls(words, tuple(begins))

    def read(self, text: str) -> TextWord | None:
        """The command this text is and says nothing besides, or `None`."""
        said = _bare(text)
        for head in ("", *HEADS):
            if said.startswith(head) and said.removeprefix(head) in self.words:
                return self.words[said.removeprefix(head)]
        return None

    def looks_automatic(self, text: str) -> bool:
        """Whether this text begins as the automatic replies of telephones and offices do."""
        return bool(self.automatic) and _bare(text).startswith(self.automatic)


def _bare(text: str) -> str:
    """Letters, digits and characters only, in their plain form."""
    return "".join(sign for sign in plain(text) if sign.isalnum())
